"""All runs as a table: what each is called and how well it did, what differs between some, and where deleted ones go.

HOME/runs/ID/about.json    the name and the note that someone gave a run; ID and config.json never change
HOME/trash/*/ID/           a deleted run, until it is purged
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from digitcore import naming, settings
from digitcore.errors import RunError, told_in_words
from digitcore.training import chance, metrics, observations, queue, runs, steering, titles
from digitcore.training.config import SETTINGS, TrainingConfig
from digitcore.training.disk import write_whole
from digitcore.training.runs import Run, Status

NAME_CHARACTERS = naming.NAME_CHARACTERS
NOTE_CHARACTERS = 2_000
STEERED, UNTOUCHED = ("Steered: rate", "Steered: epochs", "Ended early"), "–"
ENDED_EARLY = ("stopped", "failed", "interrupted")
REMEMBERED = 5_000
"""Rows that are kept in memory; a row is a kilobyte."""


@dataclass(frozen=True)
class About:
    """What someone calls a run and says of it; both may be empty."""

    name: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """A run's line in the table.

    `name` is the id where nobody gave another. Accuracies are shares from 0 to 1, None where there is none yet.
    """

    id: str
    name: str
    note: str
    state: str
    data: str
    preset: str
    created: datetime
    seconds: float
    epochs_done: int
    epochs: int
    best_accuracy: float | None
    best_epoch: int | None
    test_accuracy: float | None


@dataclass(frozen=True)
class Removed:
    """A deleted run: where it lies, and what it was called."""

    id: str
    name: str
    folder: Path


def rows() -> list[Entry]:
    """Every run, newest first. One that is damaged is there as failed."""
    return sorted(_entries(), key=lambda entry: (entry.created, entry.id), reverse=True)


def about(run: Run) -> About:
    """What someone calls the run and says of it; empty where that was never told or cannot be read."""
    values = naming.about(run.folder)
    return About(str(values.get("name", "")), str(values.get("note", "")))


def rename(run: Run, name: str) -> None:
    """Calls the run, and the models named after it, `name`; by its id again where that is blank.

    Raises RunError for a name that cannot be.
    """
    name = naming.checked(name)
    _tell(run, replace(about(run), name="" if name == run.id else name))
    titles.follow(run)


def annotate(run: Run, note: str) -> None:
    """Says `note` of the run. Raises RunError where it is too long or cannot be written."""
    note = naming.written(note)
    if len(note) > NOTE_CHARACTERS:
        raise RunError(f"a note has at most {NOTE_CHARACTERS:,} characters; this has {len(note):,}")
    _tell(run, replace(about(run), note=note))


def _tell(run: Run, known: About) -> None:
    with told_in_words(f"run '{run.name}' cannot be described", run.folder):
        write_whole(run.folder / naming.ABOUT, json.dumps(asdict(known), indent=1))


def differences(configs: dict[str, TrainingConfig]) -> list[tuple[str, dict[str, Any]]]:
    """The settings in which the recipes differ: each one's label, and its value by run id."""
    found = []
    for name in (each.name for each in fields(TrainingConfig)):
        values = {run_id: getattr(config, name) for run_id, config in configs.items()}
        if len(set(values.values())) > 1:
            found.append((SETTINGS[name].label if name in SETTINGS else name.capitalize(), values))
    return found


def steering_differences(entries: Sequence[Entry]) -> list[tuple[str, dict[str, str]]]:
    """What was steered by hand or ended early, where the runs differ in that: a label, and what it was by run id.

    Raises RunError where a recipe cannot be read.
    """
    found = {entry.id: _steered(entry) for entry in entries}
    rows = [(label, {run_id: words[label] for run_id, words in found.items()}) for label in STEERED]
    return [(label, values) for label, values in rows if len(set(values.values())) > 1]


def _steered(entry: Entry) -> dict[str, str]:
    """By the labels of STEERED. Pauses are none: a run ends with the same weights without them."""
    run = _run(entry)
    events, closed = run.events(), metrics.read_epochs(run.metrics_file)
    ended = f"{entry.state} after epoch {closed[-1].epoch if closed else 0} of {entry.epochs}"
    words = (
        steering.rates_in_words(events, run.written_status().batches),
        steering.totals_in_words(run.config, events),
        ended if entry.state in ENDED_EARLY else "",
    )
    return {label: each or UNTOUCHED for label, each in zip(STEERED, words, strict=True)}


def best_in_words(entries: Sequence[Entry]) -> str:
    """Which of the runs is best on validation, in a sentence or two; or why that cannot be said."""
    return " ".join(verdict(entries))


def verdict(entries: Sequence[Entry]) -> list[str]:
    """The sentence that says which of the runs is best, and those that say more of it."""
    names = naming.distinct({entry.id: entry.name for entry in entries})
    entries = [replace(entry, name=names[entry.id]) for entry in entries]
    scored = sorted((entry for entry in entries if entry.best_accuracy is not None), key=_score, reverse=True)
    if not scored:
        return ["No figures yet: none of these has closed an epoch."]
    if len({entry.data for entry in scored}) > 1:
        return [f"Not comparable, as their data differ: {_by_data(scored)}."]
    unscored = _listed([entry.name for entry in entries if entry.best_accuracy is None])
    return [f"{_ranking(scored)}{f'; no figures from {unscored}' if unscored else ''}.", *_after_shared(scored)]


def _ranking(scored: list[Entry]) -> str:
    best = scored[0]
    share = f"{best.best_accuracy:.2%} on validation"
    tied = [entry.name for entry in scored if entry.best_accuracy == best.best_accuracy]
    if len(tied) > 1:
        return f"{_listed(tied)} are equally good: {share}"
    where = f"{share} in epoch {best.best_epoch}"
    if len(scored) == 1:
        return f"{best.name} reached {where}"
    return f"{best.name} is best: {where}, {_points(best, scored[1])} above {scored[1].name}{_chance(best, scored[1])}"


def _chance(best: Entry, other: Entry) -> str:
    """Whether the difference may be chance; nothing where it is not known that the same digits were read."""
    count, others = (observations.digits(_run(each).observations_file) for each in (best, other))
    if count is None or count != others:
        return ""
    words = chance.in_words(_score(best), _score(other), count)
    return f", which is {words}" if words else ""


def _after_shared(scored: list[Entry]) -> list[str]:
    """How the runs compare at the last epoch that all had; nothing where each had as many, or one's are not known."""
    closed = [metrics.read_epochs(_run(entry).metrics_file) for entry in scored]
    shared, most = min(map(len, closed)), max(map(len, closed))
    if shared in (0, most):
        return []
    reached = [(rows[shared - 1].val_accuracy, entry.name) for entry, rows in zip(scored, closed, strict=True)]
    told = ", ".join(f"{name} {accuracy:.2%}" for accuracy, name in sorted(reached, key=lambda it: -it[0]))
    return [f"After the {'one epoch' if shared == 1 else f'{shared} epochs'} that all had: {told}."]


def _run(entry: Entry) -> Run:
    return Run(settings.runs_folder() / entry.id)


def _by_data(scored: list[Entry]) -> str:
    groups = {entry.data: [each.name for each in scored if each.data == entry.data] for entry in scored}
    return "; ".join(f"{data} for {_listed(names)}" for data, names in groups.items())


def _points(best: Entry, other: Entry) -> str:
    points = 100 * (_score(best) - _score(other))
    return "less than 0.01 points" if points < 0.01 else f"{points:.2f} points"


def _score(entry: Entry) -> float:
    return entry.best_accuracy or 0.0


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def remove(run: Run) -> Removed:
    """Moves the run to the trash. Raises RunError where a worker is at it or it waits for one, or it is not there."""
    # While nobody can resume it.
    with queue.changing():
        if run.is_alive() or run.status().state in runs.ACTIVE:
            raise RunError(f"run '{run.name}' is still at work; stop it before you delete it")
        return _move_to_trash(run)


def _move_to_trash(run: Run) -> Removed:
    trash = _trash()
    name = run.name
    try:
        trash.mkdir(parents=True, exist_ok=True)
        # A folder of its own, as another run of this name may lie there.
        place = Path(tempfile.mkdtemp(prefix="run-", dir=trash))
        try:
            return Removed(run.id, name, run.folder.rename(place / run.id))
        except OSError:
            place.rmdir()
            raise
    except FileNotFoundError:
        raise RunError(f"run '{run.name}' is not there any more") from None
    except OSError as error:
        raise RunError(f"run '{run.name}' cannot be deleted: {error.strerror} ({trash})") from error


def restore(removed: Removed) -> Run:
    """Moves a deleted run back. Raises RunError where it is purged, or a new run has its id."""
    target = settings.runs_folder() / removed.id
    if target.exists():
        raise RunError(f"run '{removed.id}' cannot come back: there is another of that name; delete that one first")
    with told_in_words(f"run '{removed.id}' cannot come back", removed.folder):
        removed.folder.rename(target)
        removed.folder.parent.rmdir()
    return Run(target)


def purge(removed: Removed) -> None:
    """Deletes a run for good."""
    shutil.rmtree(removed.folder.parent, ignore_errors=True)


def purge_old(days: float = 1) -> None:
    """Deletes for good what was moved to the trash more than `days` ago."""
    try:
        places = list(_trash().iterdir())
    except OSError:
        return
    for place in places:
        stamp = _stamp(place)
        if stamp and time.time() - stamp[0] / 1e9 > days * 86_400:
            shutil.rmtree(place, ignore_errors=True)


def _trash() -> Path:
    return settings.home() / "trash"


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
    stamps = tuple(_stamp(folder / name) for name in ("config.json", "status.json", naming.ABOUT))
    if stamps[0] is None:
        return None
    entry = _read(folder, stamps)
    if entry.state in runs.ACTIVE or entry.id in waiting:
        # Whether that is still so, only the lock and the line know.
        return replace(entry, state=Run(folder).status().state)
    return entry


def _stamp(path: Path) -> tuple[int, int] | None:
    """Changes when the file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=REMEMBERED)
def _read(folder: Path, stamps: tuple[tuple[int, int] | None, ...]) -> Entry:
    """The line as the files tell it, read anew when a file has changed, which is what `stamps` are for."""
    run = Run(folder)
    known, status, recipe = about(run), run.written_status(), _recipe(run)
    state = status.state if recipe else "failed"
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


def _created(recipe: dict[str, Any], stamp: tuple[int, int] | None) -> datetime:
    try:
        created = datetime.fromisoformat(recipe["created"])
        return created if created.tzinfo else created.replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        return datetime.fromtimestamp((stamp or (0, 0))[0] / 1e9, UTC)


def _epochs_done(status: Status) -> int:
    """A status names the epoch that the fit is in."""
    return status.epoch if status.state == "finished" else max(status.epoch - 1, 0)
