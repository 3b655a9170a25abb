"""A worker's log: the run's own messages, apart from those of TensorFlow about the machine."""

import re
from pathlib import Path
from typing import NamedTuple

TAIL_BYTES = 20_000
LIBRARY = re.compile(
    r"[IWE]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ \S+:\d+\] "
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWE] "
    r"|(INFO|WARNING):(tensorflow|absl):"
    r"|INFO: Created TensorFlow Lite "
    r"|WARNING: All log messages before absl::InitializeLog\(\) "
    r"|To enable the following instructions: "
    r"|Skipping registering GPU devices"
)
"""How lines of TensorFlow begin. No setting silences them all; those of errors that end the process do not match."""


class Log(NamedTuple):
    """The run's own lines, tracebacks included, and those of TensorFlow and related libraries."""

    own: list[str]
    library: list[str]


def read(path: Path) -> Log:
    """The last TAIL_BYTES of the log; empty where it does not exist."""
    if not path.exists():
        return Log([], [])
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = stream.read().decode(errors="replace").splitlines()
    library = [line for line in lines if LIBRARY.match(line)]
    return Log([line for line in lines if not LIBRARY.match(line)], library)


def tail(lines: list[str], count: int) -> list[str]:
    """The last lines, at least `count`: a traceback is not cut."""
    start = max(0, len(lines) - count)
    # Every line of a traceback is indented or empty, or next to a line that is.
    while 0 < start < len(lines) and any(line[:1] in ("", " ") for line in lines[start - 1 : start + 1]):
        start -= 1
    return lines[start:]
