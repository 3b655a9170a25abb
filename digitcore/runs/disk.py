"""Files that are written whole or not at all. One that is written durably also survives a power cut."""

import os
import shutil
from pathlib import Path
from threading import get_ident

Stamp = tuple[int, int]
"""Modification time and size, which show that a file has changed."""


def write_whole(path: Path, text: str, durable: bool = False) -> None:
    """Writes a file so that readers see the old text or the new, never a part; `durable`, after a power cut too."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        partial.write_text(text)
        if durable:
            replace_durably(partial, path)
        else:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def copy_whole(source: Path, target: Path) -> None:
    """Makes `target` the same file as `source`, and never a part of it.

    A link is enough for files that are only ever replaced; where the disk does not support links, it is a copy.
    """
    partial = target.with_name(f"partial-{target.name}")
    partial.unlink(missing_ok=True)
    try:
        try:
            os.link(source, partial)
        except OSError:
            shutil.copyfile(source, partial)
        replace_durably(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def replace_durably(partial: Path, path: Path) -> None:
    """Renames `partial` to `path` so that a power cut at any moment leaves the old file or the new."""
    flush(partial)
    partial.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Waits until a file's content, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stamp(path: Path) -> Stamp | None:
    """When a file was modified, in nanoseconds, and its size; None where it does not exist."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
