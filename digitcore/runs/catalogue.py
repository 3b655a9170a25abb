"""All runs as a table: display name, state and scores of each."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from digitcore import naming, runs, settings
from digitcore.runs import Run, State, Status, description, queue
from digitcore.runs.disk import Stamp, stamp
from digitcore.runs.folder import CONFIG, STATUS

CACHED_ENTRIES = 5_000
"""An entry is a kilobyte."""


@dataclass(frozen=True)
class Entry:
    """A run's row in the table.

    `name` is the display name, which is the id where nobody gave another. Accuracies are from 0 to 1, None where there
    is none yet.
    """

    id: str
    name: str
    note: str
    state: State
    data: str
    preset: str
    created: datetime
    seconds: float
    epochs_done: int
    epochs: int
    best_accuracy: float | None
    best_epoch: int | None
    test_accuracy: float | None


def entries() -> list[Entry]:
    """Every run, newest first. A damaged run is listed as failed."""
    return sorted(_entries(), key=lambda entry: (entry.created, entry.id), reverse=True)


def _entries() -> Iterator[Entry]:
    waiting = set(queue.waiting())
    try:
        folders = os.scandir(settings.runs_folder())
    except OSError:
        return
    with folders:
        for folder in folders:
            entry = _entry(Path(folder.path), waiting) if naming.is_folder_name(folder.name) else None
            if entry:
                yield entry


def _entry(folder: Path, waiting: set[str]) -> Entry | None:
    """The run's entry; None where the folder holds no run, or no longer."""
    stamps = tuple(stamp(folder / name) for name in (CONFIG, STATUS, naming.ABOUT))
    if stamps[0] is None:
        return None
    entry = _read(folder, stamps)
    if entry.state in runs.ACTIVE or entry.id in waiting:
        # Only the lock and the queue tell whether that is still so.
        return replace(entry, state=Run(folder).status().state)
    return entry


@lru_cache(maxsize=CACHED_ENTRIES)
def _read(folder: Path, stamps: tuple[Stamp | None, ...]) -> Entry:
    """The entry as the files have it; `stamps` are there so that it is read again once a file has changed."""
    run = Run(folder)
    about, status, recipe = description.about(run), run.written_status(), _recipe(run)
    state = status.state if recipe else State.FAILED
    return Entry(
        id=run.id,
        name=about.name or run.id,
        note=about.note,
        state=state,
        data=status.data or recipe.get("data", ""),
        preset=recipe.get("preset", ""),
        created=_created(recipe, stamps[0]),
        seconds=status.fit_seconds,
        epochs_done=_epochs_done(status),
        epochs=status.epochs or recipe.get("epochs", 0),
        best_accuracy=status.best_accuracy,
        best_epoch=status.best_epoch,
        test_accuracy=status.test_accuracy,
    )


def _recipe(run: Run) -> dict[str, Any]:
    """The recipe as plain values; empty where it is damaged. Making a TrainingConfig takes ten times as long."""
    try:
        recipe = json.loads(run.config_file.read_text())
        kinds = {"data": str, "preset": str, "epochs": int}
        return recipe if all(isinstance(recipe[name], kind) for name, kind in kinds.items()) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _created(recipe: dict[str, Any], changed: Stamp | None) -> datetime:
    try:
        created = datetime.fromisoformat(recipe["created"])
        return created if created.tzinfo else created.replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        return datetime.fromtimestamp((changed or (0, 0))[0] / 1e9, UTC)


def _epochs_done(status: Status) -> int:
    """How many epochs are finished: a status names the epoch that the fit is in."""
    return status.epoch if status.state is State.FINISHED else max(status.epoch - 1, 0)
