"""Reads many files in several processes, each with an engine of its own."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

from digitcore.errors import DigitError
from digitcore.prediction.bundles import open_bundle
from digitcore.prediction.engine import Engine

CHUNK = 16
"""So many files are given to a process at once, which costs as much as one alone."""
AHEAD = 3
"""So many chunks for each process are given out before the results of the first are used: all that memory holds."""

Given = TypeVar("Given")
Made = TypeVar("Made")
Work = Callable[[Engine, Given], Made]


def in_processes(
    engine: Engine, work: Work[Given, Made], files: Sequence[Given], processes: int
) -> Generator[Made, None, None]:
    """What `work`, a function that can be pickled, makes of the engine and each file, in the files' order.

    With one process, it is this one. Close the iterator to end the processes. Raises DigitError if one of them dies.
    """
    if processes == 1:
        yield from (work(engine, file) for file in files)
        return
    context = get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(processes, context, _prepare, (engine.bundle.name, stop))
    chunks = (files[start : start + CHUNK] for start in range(0, len(files), CHUNK))
    waiting: deque[Future[list[Made]]] = deque()
    try:
        with _not_interrupted():
            waiting.extend(pool.submit(_work_on, work, chunk) for chunk in islice(chunks, AHEAD * processes))
        while waiting:
            made = waiting.popleft().result()
            waiting.extend(pool.submit(_work_on, work, chunk) for chunk in islice(chunks, 1))
            yield from made
    except BrokenProcessPool:
        raise DigitError("a process that read pictures was ended from outside; is there enough memory?") from None
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


@contextmanager
def _not_interrupted() -> Iterator[None]:
    """Ctrl-C reaches all processes of a terminal; those that are started here ignore it, and this one stops them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_own: dict[str, Any] = {}
"""The engine of a process that works for another, and the event that stops it."""


def _prepare(model: str, stop: Event) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing else tells it that the process that it works for has been killed.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _own.update(engine=Engine(open_bundle(model)), stop=stop)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent, "it was started by another process"
    parent.join()
    os._exit(1)


def _work_on(work: Work[Given, Made], files: Sequence[Given]) -> list[Made]:
    made = []
    for file in files:
        if _own["stop"].is_set():
            break
        made.append(work(_own["engine"], file))
    return made
