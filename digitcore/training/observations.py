"""What validation showed after each epoch: observations.jsonl, an epoch a line.

Beside it, watched.npz holds the few validation digits that are watched one by one. No times in either, as in
metrics.csv.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from digitcore.training.disk import write_whole

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
    """Adds a line."""
    with path.open("a") as stream:
        stream.write(json.dumps(asdict(observation)) + "\n")


def read(path: Path) -> list[Observation]:
    """All observations, up to a line that is still being written or damaged."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(errors="replace").split("\n")[:-1]:
        try:
            found.append(Observation(**json.loads(line)))
        except (ValueError, TypeError):
            break
    return found


def keep_up_to(path: Path, step: int) -> None:
    """Takes what came after `step` off the file."""
    kept = [each for each in read(path) if each.step <= step]
    write_whole(path, "".join(json.dumps(asdict(each)) + "\n" for each in kept))


def choose_watched(labels: np.ndarray) -> np.ndarray:
    """The places among `labels` (N,) of the digits to watch: the first of each that WATCHED names, then the next."""
    places = [list(np.flatnonzero(labels == digit)) for digit in range(10)]
    return np.array([places[digit].pop(0) for digit in WATCHED])


def save_watched(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Keeps the watched digits: (N, 28, 28) uint8 and (N,)."""
    with path.open("wb") as stream:
        np.savez_compressed(stream, images=images, labels=labels)


def read_watched(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """The watched digits as they were saved; None where there are none."""
    try:
        with np.load(path) as saved:
            return saved["images"], saved["labels"]
    except (OSError, ValueError, KeyError):
        return None
