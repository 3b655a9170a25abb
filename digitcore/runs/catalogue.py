"""All runs as a table: what each is called, where it is, and how well it did."""

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

REMEMBERED = 5_000
"""Rows that are kept in memory; a row is a kilobyte."""


@dataclass(frozen=True)
class Entry:
    """A run's line in the table.

    `name` is the id where nobody gave another. Accuracies are shares from 0 to 1, None where there is none yet.
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
    """Every run, newest first. One that is damaged is there as failed."""
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
    """The run's line; None where there is no run in the folder, or no longer."""
    stamps = tuple(stamp(folder / name) for name in ("config.json", "status.json", naming.ABOUT))
    if stamps[0] is None:
        return None
    entry = _read(folder, stamps)
    if entry.state in runs.ACTIVE or entry.id in waiting:
        # Whether that is still so, only the lock and the line know.
        return replace(entry, state=Run(folder).status().state)
    return entry


@lru_cache(maxsize=REMEMBERED)
def _read(folder: Path, stamps: tuple[Stamp | None, ...]) -> Entry:
    """The line as the files tell it, read anew when a file has changed, which is what `stamps` are for."""
    run = Run(folder)
    known, status, recipe = description.about(run), run.written_status(), _recipe(run)
    state = status.state if recipe else State.FAILED
    return Entry(
        id=run.id,
        name=known.name or run.id,
        note=known.note,
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
    """What config.json says; empty where it is damaged. Not a TrainingConfig, which takes ten times as long."""
    try:
        recipe = json.loads((run.folder / "config.json").read_text())
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
    """A status names the epoch that the fit is in."""
    return status.epoch if status.state is State.FINISHED else max(status.epoch - 1, 0)
