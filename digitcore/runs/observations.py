"""What validation showed after each epoch: observations.jsonl, an epoch a line.

Beside it, watched.npz holds the few validation digits that are watched one by one. No times in either, as in
metrics.csv.
"""

import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from digitcore.runs.disk import settle, write_whole

WATCHED = (*range(10), 4, 9)
"""Each digit once, and the two that are most often taken for one another once more."""


@dataclass(frozen=True)
class Observation:
    """One epoch as validation saw it.

    `confusion` is 10 rows of 10 counts, a row for each label and a column for each answer. `watched` has the ten
    probabilities of each watched digit. `pinned` has those of the pinned drawing, whose name is `pin`.
    """

    step: int
    epoch: int
    confusion: list[list[int]]
    watched: list[list[float]]
    pin: str = ""
    pinned: list[float] | None = None


def append(path: Path, observation: Observation) -> None:
    """Adds a line, which is on the disk once this returns."""
    with path.open("a") as stream:
        stream.write(json.dumps(asdict(observation)) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def read(path: Path) -> list[Observation]:
    """All observations, up to a line that is still being written or damaged."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(errors="replace").split("\n")[:-1]:
        try:
            seen = Observation(**json.loads(line))
            if np.shape(seen.confusion) != (10, 10) or np.shape(seen.watched) != (len(WATCHED), 10):
                break
            found.append(seen)
        except (ValueError, TypeError):
            break
    return found


def count_digits(path: Path) -> int | None:
    """How many digits validation has, which is the same in every epoch; None where no epoch was observed."""
    try:
        with path.open(errors="replace") as stream:
            return int(np.sum(json.loads(stream.readline())["confusion"])) or None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def truncate_after(path: Path, step: int) -> None:
    """Takes what came after `step` off the file."""
    kept = [each for each in read(path) if each.step <= step]
    write_whole(path, "".join(json.dumps(asdict(each)) + "\n" for each in kept), settled=True)


def choose_watched(labels: np.ndarray) -> np.ndarray:
    """The places among `labels` (N,) of the digits to watch: the first of each that WATCHED names, then the next."""
    places = [list(np.flatnonzero(labels == digit)) for digit in range(10)]
    return np.array([places[digit].pop(0) for digit in WATCHED])


def save_watched(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Keeps the watched digits: (N, 28, 28) uint8 and (N,)."""
    partial = path.with_name(f"partial-{path.name}")
    with partial.open("wb") as stream:
        np.savez_compressed(stream, images=images, labels=labels)
    settle(partial, path)


def read_watched(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """The watched digits as they were saved; None where there are none, or they are damaged."""
    try:
        with path.open("rb") as stream, np.load(stream) as saved:
            return saved["images"], saved["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
