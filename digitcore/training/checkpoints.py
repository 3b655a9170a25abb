"""Checkpoints: written whole or not at all, and looked through before they are gone on from.

last.keras is the model and optimizer after the last whole epoch, previous.keras after the one before it, best.keras
after the best epoch by validation. Which epoch a checkpoint closes is told by its optimizer's step count.
"""

import zipfile
from pathlib import Path
from typing import NamedTuple

import keras

from digitcore.training.disk import copy_whole, settle
from digitcore.training.runs import Run


class Found(NamedTuple):
    """What a run can go on from: a model, its file, the steps that made it, and the files that are damaged."""

    model: keras.Model | None
    path: Path
    step: int
    damaged: list[str]


def save_whole(model: keras.Model, path: Path) -> None:
    """Saves a model so that `path` never holds a part of one."""
    partial = path.with_name(f"partial-{path.name}")
    try:
        model.save(partial)
        settle(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def keep_last(run: Run, model: keras.Model) -> None:
    """Saves the model as the run's last; the one that was the last stays as the one before it."""
    if run.last_checkpoint.exists():
        copy_whole(run.last_checkpoint, run.previous_checkpoint)
    save_whole(model, run.last_checkpoint)


def find_latest(run: Run) -> Found:
    """The latest of the run's checkpoints that is whole; no model where there is none."""
    kept = [path for path in (run.last_checkpoint, run.previous_checkpoint, run.best_checkpoint) if path.exists()]
    whole = [path for path in kept if is_whole(path)]
    candidates = whole[:1] if run.last_checkpoint in whole else whole
    damaged = [path.name for path in kept if path not in whole]
    opened = [(keras.models.load_model(path), path) for path in candidates]
    found = [Found(model, path, int(model.optimizer.iterations), damaged) for model, path in opened]
    return max(found, key=lambda each: each.step, default=Found(None, run.last_checkpoint, 0, damaged))


def is_whole(path: Path) -> bool:
    """Whether the file's contents have the checksums that were written with them."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False
