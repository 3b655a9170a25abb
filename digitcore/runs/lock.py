"""Locks that a dead process cannot hold. One run trains at a time: the one that holds the lock on HOME/training.lock.

The starter takes the lock and hands it to the worker it starts, as an open file that the worker inherits. The
operating system releases it when the worker ends, however it ends, so a dead worker is never in the way.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore import settings
from digitcore.errors import BusyError

TRAINING, KEEPER = "training", "keeper"
"""The worker's lock, and that of the queue's keeper."""
PATIENCE_SECONDS = 0.5
"""Whoever asks who holds a lock takes it for a moment; a starter waits longer than that."""


def holder(name: str = TRAINING) -> str | None:
    """Who holds the lock, as written by `name_holder`, or None."""
    path = _path(name)
    if not path.exists():
        return None
    with path.open() as stream:
        if _try(stream.fileno(), fcntl.LOCK_SH):
            return None
        return stream.read().strip() or None


@contextmanager
def taken(name: str = TRAINING, wait: bool = False) -> Iterator[int]:
    """Holds the lock and yields its file descriptor, for `name_holder` and for the worker to inherit.

    Where another holds it, raises BusyError, naming the run that trains; with `wait`, waits for as long as it takes.
    """
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if wait:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        else:
            _take(descriptor)
        name_holder(descriptor, "")
        yield descriptor
    finally:
        os.close(descriptor)


def name_holder(descriptor: int, holder: str) -> None:
    """Writes into the held lock for whom it is held: a run's id, or KEEPER."""
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, holder.encode(), 0)


def release(descriptor: int) -> None:
    """Releases a lock before the block that took it ends."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def _take(descriptor: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _try(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            run_id = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
            raise BusyError(f"run '{run_id}' is training; only one run trains at a time, so wait for it or stop it")
        time.sleep(0.01)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _path(name: str) -> Path:
    return settings.home() / f"{name}.lock"
