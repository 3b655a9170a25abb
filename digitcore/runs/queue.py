"""The queue: the ids of the runs that wait for their turn, in order, in HOME/queue.json. A lock guards its changes."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore import settings
from digitcore.runs.disk import write_whole


def waiting() -> list[str]:
    """The ids of the runs that wait, the next one first."""
    try:
        ids = json.loads(_path().read_text())
    except (OSError, ValueError):
        return []
    return [run_id for run_id in ids if isinstance(run_id, str)] if isinstance(ids, list) else []


@contextmanager
def changing() -> Iterator[list[str]]:
    """Yields the ids to be changed in place, and keeps what they are at the end. Others who change them wait."""
    settings.home().mkdir(parents=True, exist_ok=True)
    with (settings.home() / "queue.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        ids = waiting()
        before = list(ids)
        yield ids
        if ids != before:
            write_whole(_path(), json.dumps(ids), durable=True)


def move(run_id: str, place: int) -> None:
    """Puts a run at `place` in the queue, counted from 1; does nothing where it no longer waits."""
    with changing() as ids:
        if run_id in ids:
            ids.remove(run_id)
            ids.insert(max(place - 1, 0), run_id)


def remove(run_id: str) -> bool:
    """Takes a run out of the queue; False where it no longer waits."""
    with changing() as ids:
        if run_id not in ids:
            return False
        ids.remove(run_id)
        return True


def _path() -> Path:
    return settings.home() / "queue.json"
