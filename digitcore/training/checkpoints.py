"""Checkpoints, written whole or not at all."""

import os
import shutil
from pathlib import Path

import keras


def save_whole(model: keras.Model, path: Path) -> None:
    """Saves a model so that `path` never holds a part of one."""
    partial = path.with_name(f"partial-{path.name}")
    try:
        model.save(partial)
        _settle(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def copy_whole(source: Path, target: Path) -> None:
    """Gives a checkpoint a second name, so that `target` never holds a part of it.

    A link does, as a checkpoint is never written into, only replaced; where the disk knows no links, a copy.
    """
    partial = target.with_name(f"partial-{target.name}")
    partial.unlink(missing_ok=True)
    try:
        try:
            os.link(source, partial)
        except OSError:
            shutil.copyfile(source, partial)
        _settle(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _settle(partial: Path, path: Path) -> None:
    """Renames once the bytes are on the disk, so that a power cut leaves the old file or the new."""
    with partial.open("rb") as stream:
        os.fsync(stream.fileno())
    partial.replace(path)
