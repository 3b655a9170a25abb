"""What validation showed after each epoch, one line of JSON an epoch.

A second file holds the few validation digits that are watched one by one. Neither contains times, so that two runs of
one recipe can be compared byte by byte, as in `metrics`.
"""

import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from digitcore.runs.disk import replace_durably, write_whole

WATCHED = (*range(10), 4, 9)
"""Each digit once, and once more the two that are most often confused."""


@dataclass(frozen=True)
class Observation:
    """What validation showed after one epoch.

    `confusion` is 10 rows of 10 counts, a row for each label and a column for each answer. `watched` has the ten
    probabilities of each watched digit, `pinned` those of the pinned drawing named `pin`.
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
    observations = []
    for line in path.read_text(errors="replace").split("\n")[:-1]:
        try:
            observation = Observation(**json.loads(line))
            if np.shape(observation.confusion) != (10, 10) or np.shape(observation.watched) != (len(WATCHED), 10):
                break
            observations.append(observation)
        except (ValueError, TypeError):
            break
    return observations


def count_digits(path: Path) -> int | None:
    """How many digits validation has, the same in every epoch; None where there is no observation."""
    try:
        with path.open(errors="replace") as stream:
            return int(np.sum(json.loads(stream.readline())["confusion"])) or None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def truncate_after(path: Path, step: int) -> None:
    """Removes the observations after `step` from the file."""
    kept = [observation for observation in read(path) if observation.step <= step]
    write_whole(path, "".join(json.dumps(asdict(observation)) + "\n" for observation in kept), durable=True)


def choose_watched(labels: np.ndarray) -> np.ndarray:
    """The indices in `labels` (N,) of the digits to watch: for each in WATCHED the first that is not taken yet."""
    indices = [list(np.flatnonzero(labels == digit)) for digit in range(10)]
    return np.array([indices[digit].pop(0) for digit in WATCHED])


def save_watched(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Saves the watched digits: images (N, 28, 28) uint8 and labels (N,)."""
    partial = path.with_name(f"partial-{path.name}")
    with partial.open("wb") as stream:
        np.savez_compressed(stream, images=images, labels=labels)
    replace_durably(partial, path)


def read_watched(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """The watched digits, images and labels, as they were saved; None where they are missing or damaged."""
    try:
        with path.open("rb") as stream, np.load(stream) as saved:
            return saved["images"], saved["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
