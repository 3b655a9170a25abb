"""Checkpoints: written whole or not at all, and looked through before they are gone on from.

last.keras is the model and optimizer after the last whole epoch, previous.keras after the one before it, best.keras
after the best epoch by validation. Which epoch a checkpoint closes is told by its optimizer's step count.
"""

import zipfile
from pathlib import Path
from typing import NamedTuple

import keras

from digitcore.runs import Run
from digitcore.runs.disk import copy_whole, replace_durably


class Found(NamedTuple):
    """What a run can go on from: a model, its file, the steps that made it, and the files that are damaged."""

    model: keras.Model | None
    path: Path
    step: int
    damaged: list[Path]


def save_whole(model: keras.Model, path: Path) -> None:
    """Saves a model so that `path` never holds a part of one."""
    partial = path.with_name(f"partial-{path.name}")
    try:
        model.save(partial)
        replace_durably(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def keep_last(run: Run, model: keras.Model) -> None:
    """Saves the model as the run's last; the one that was the last stays as the one before it."""
    if run.last_checkpoint.exists():
        copy_whole(run.last_checkpoint, run.previous_checkpoint)
    save_whole(model, run.last_checkpoint)


def find_latest(run: Run, batches: int) -> Found:
    """The latest of the run's checkpoints that is whole and closes an epoch of `batches`; no model where there is none.

    One that a stop left amid an epoch is a model, but nothing to go on from.
    """
    kept = [path for path in (run.last_checkpoint, run.previous_checkpoint, run.best_checkpoint) if path.exists()]
    opened = {path: _open(path) for path in kept}
    found = [
        Found(model, path, step, [])
        for path, model in opened.items()
        if model is not None and (step := int(model.optimizer.iterations)) and step % batches == 0
    ]
    latest = max(found, key=lambda each: each.step, default=Found(None, run.last_checkpoint, 0, []))
    return latest._replace(damaged=[path for path, model in opened.items() if model is None])


def step_of(path: Path) -> int | None:
    """How many steps made the checkpoint; None where it is not there or damaged."""
    model = _open(path) if path.exists() else None
    return None if model is None else int(model.optimizer.iterations)


def is_whole(path: Path) -> bool:
    """Whether the file's contents have the checksums that were written with them."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except Exception:
        # A bit that is wrong makes zipfile say so in half a dozen ways.
        return False


def _open(path: Path) -> keras.Model | None:
    if not is_whole(path):
        return None
    try:
        return keras.models.load_model(path)
    except Exception:
        # So does Keras, of what is whole but none of its own.
        return None
