"""Checkpoints: written completely or not at all, and checked for damage before a run is resumed from them.

last.keras has the model and optimizer after the last finished epoch, previous.keras after the epoch before it, and
best.keras after the best epoch. The optimizer's number of steps tells which epoch it was. If the recipe averages
weights, the model has the averages for its weights, and the optimizer has the weights of the last step.
"""

import zipfile
from pathlib import Path
from typing import NamedTuple

import keras

from digitcore.runs import Run
from digitcore.runs.disk import copy_whole, replace_durably
from digitcore.training.averaging import averaged, swap


class Latest(NamedTuple):
    """The latest checkpoint: its model to train on, file and number of steps, and which other files are damaged."""

    model: keras.Model | None
    path: Path
    step: int
    damaged: list[Path]


def save_whole(model: keras.Model, path: Path) -> None:
    """Saves a model; `path` never holds an incomplete one."""
    partial = path.with_name(f"partial-{path.name}")
    try:
        with averaged(model):
            model.save(partial)
        replace_durably(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def keep_last(run: Run, model: keras.Model) -> None:
    """Saves the model as the run's last checkpoint; the last becomes the previous."""
    if run.last_checkpoint.exists():
        copy_whole(run.last_checkpoint, run.previous_checkpoint)
    save_whole(model, run.last_checkpoint)


def find_latest(run: Run, batches: int) -> Latest:
    """The run's latest undamaged checkpoint from the end of an epoch of `batches`; without a model if there is none.

    A run cannot be resumed from a model that a stop saved within an epoch.
    """
    paths = [path for path in (run.last_checkpoint, run.previous_checkpoint, run.best_checkpoint) if path.exists()]
    opened = {path: _open(path) for path in paths}
    candidates = [
        Latest(model, path, step, [])
        for path, model in opened.items()
        if model is not None and (step := int(model.optimizer.iterations)) and step % batches == 0
    ]
    latest = max(candidates, key=lambda candidate: candidate.step, default=Latest(None, run.last_checkpoint, 0, []))
    if latest.model is not None:
        swap(latest.model)
    return latest._replace(damaged=[path for path, model in opened.items() if model is None])


def step_of(path: Path) -> int | None:
    """The checkpoint's number of steps; None if it is missing or damaged."""
    model = _open(path) if path.exists() else None
    return None if model is None else int(model.optimizer.iterations)


def is_whole(path: Path) -> bool:
    """Whether the file's contents match the checksums in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except Exception:
        # A wrong bit makes zipfile raise one of half a dozen errors.
        return False


def _open(path: Path) -> keras.Model | None:
    if not is_whole(path):
        return None
    try:
        return keras.models.load_model(path)
    except Exception:
        # So does Keras for an undamaged file that is not one of its own.
        return None
