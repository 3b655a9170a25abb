"""The runs that wait for their turn, in order: HOME/queue.json, changed under a lock of its own."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore import settings
from digitcore.runs.disk import write_whole


def waiting() -> list[str]:
    """The names of the runs that wait, the next one first."""
    try:
        names = json.loads(_path().read_text())
    except (OSError, ValueError):
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


@contextmanager
def changing() -> Iterator[list[str]]:
    """Gives the list to be changed; what it is at the end is kept. Others who would change it wait meanwhile."""
    settings.home().mkdir(parents=True, exist_ok=True)
    with (settings.home() / "queue.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        names = waiting()
        before = list(names)
        yield names
        if names != before:
            write_whole(_path(), json.dumps(names), settled=True)


def move(name: str, place: int) -> None:
    """Puts a run at `place` in the line, counted from 1; nothing where it does not wait any more."""
    with changing() as names:
        if name in names:
            names.remove(name)
            names.insert(max(place - 1, 0), name)


def remove(name: str) -> bool:
    """Takes a run out of the line; False where it does not wait any more."""
    with changing() as names:
        if name not in names:
            return False
        names.remove(name)
        return True


def _path() -> Path:
    return settings.home() / "queue.json"
