"""Files that are written whole or not at all."""

import os
import shutil
from pathlib import Path
from threading import get_ident

Stamp = tuple[int, int]


def write_whole(path: Path, text: str, settled: bool = False) -> None:
    """Writes a file so that a reader sees the old text or the new, never a part; `settled`, after a power cut too."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    try:
        partial.write_text(text)
        if settled:
            settle(partial, path)
        else:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def copy_whole(source: Path, target: Path) -> None:
    """Gives a file a second name, so that `target` never holds a part of it.

    A link does, for a file that is never written into, only replaced; where the disk knows no links, a copy.
    """
    partial = target.with_name(f"partial-{target.name}")
    partial.unlink(missing_ok=True)
    try:
        try:
            os.link(source, partial)
        except OSError:
            shutil.copyfile(source, partial)
        settle(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def settle(partial: Path, path: Path) -> None:
    """Renames once the bytes are on the disk, and then the name: a power cut leaves the old file or the new."""
    flush(partial)
    partial.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Waits until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stamp(path: Path) -> Stamp | None:
    """When a file changed, in nanoseconds, and its size, by which a change is noticed; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
