"""How busy the machine is that serves the pages, which is also the one that trains."""

from typing import NamedTuple

import psutil


class Load(NamedTuple):
    """The share of all cores that has been busy since the last call; memory in use and in all, in bytes."""

    busy: float
    used: int
    memory: int


def load() -> Load:
    """The machine's load as it is now."""
    memory = psutil.virtual_memory()
    return Load(psutil.cpu_percent() / 100, memory.total - memory.available, memory.total)
