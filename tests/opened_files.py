"""Which files of the home are opened, and how often."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore import settings

_counters: list[Counter[str]] = []


def _hear(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and _counters and isinstance(args[0], str) and settings.home() in Path(args[0]).parents:
        _counters[-1][Path(args[0]).name] += 1


# Python has no way to remove a hook again; without a counter this one does nothing.
sys.addaudithook(_hear)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts by name, while the block runs, how often each file of the home is opened."""
    counter: Counter[str] = Counter()
    _counters.append(counter)
    try:
        yield counter
    finally:
        _counters.remove(counter)
