"""A worker's log: what the run itself said, apart from what TensorFlow says of the machine while it loads."""

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
"""How lines of TensorFlow begin. No setting silences it while it loads; what ends the process is not among these."""


class Log(NamedTuple):
    """The lines of the run's own, tracebacks included, and those of TensorFlow and its kin."""

    own: list[str]
    library: list[str]


def read(path: Path) -> Log:
    """The log's last TAIL_BYTES; empty where there is none."""
    if not path.exists():
        return Log([], [])
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = stream.read().decode(errors="replace").splitlines()
    library = [line for line in lines if LIBRARY.match(line)]
    return Log([line for line in lines if not LIBRARY.match(line)], library)


def tail(lines: list[str], count: int) -> list[str]:
    """The last lines, `count` at the least: a traceback is not cut into."""
    start = max(0, len(lines) - count)
    # Of a traceback most lines are indented, the others stand beside one that is, or beside an empty one.
    while 0 < start < len(lines) and any(line[:1] in ("", " ") for line in lines[start - 1 : start + 1]):
        start -= 1
    return lines[start:]
