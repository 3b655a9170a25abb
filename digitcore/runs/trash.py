"""Deleted runs, which can be restored until they are purged: HOME/trash/*/ID/."""

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from digitcore import runs, settings
from digitcore.errors import RunError, as_digit_error
from digitcore.runs import Run, queue
from digitcore.runs.disk import stamp


@dataclass(frozen=True)
class Removed:
    """A deleted run: its id, its display name, and where its folder is now."""

    id: str
    name: str
    folder: Path


def remove(run: Run) -> Removed:
    """Moves the run to the trash. Raises RunError where it trains, waits, or does not exist."""
    # Under the queue's lock, so that nobody can resume it meanwhile.
    with queue.changing():
        if run.is_alive() or run.status().state in runs.ACTIVE:
            raise RunError(f"run '{run.name}' is still active; stop it before you delete it")
        return _move_to_trash(run)


def _move_to_trash(run: Run) -> Removed:
    trash = _trash()
    name = run.name
    try:
        trash.mkdir(parents=True, exist_ok=True)
        # A folder of its own, as a deleted run with the same id may lie there.
        place = Path(tempfile.mkdtemp(prefix="run-", dir=trash))
        try:
            return Removed(run.id, name, run.folder.rename(place / run.id))
        except OSError:
            place.rmdir()
            raise
    except FileNotFoundError:
        raise RunError(f"run '{run.name}' no longer exists") from None
    except OSError as error:
        raise RunError(f"run '{run.name}' cannot be deleted: {error.strerror} ({trash})") from error


def restore(removed: Removed) -> Run:
    """Moves a deleted run back. Raises RunError where it has been purged, or a new run has its id."""
    run = runs.by_id(removed.id)
    if run.folder.exists():
        raise RunError(f"run '{removed.id}' cannot be restored: there is another run '{run.id}'; delete that one first")
    with as_digit_error(f"run '{removed.id}' cannot be restored", removed.folder):
        removed.folder.rename(run.folder)
        removed.folder.parent.rmdir()
    return run


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
        moved = stamp(place)
        if moved and time.time() - moved[0] / 1e9 > days * 86_400:
            shutil.rmtree(place, ignore_errors=True)


def _trash() -> Path:
    return settings.home() / "trash"
