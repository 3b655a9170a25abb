"""The files that `predict --boxes` writes; it never overwrites one."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitcore.errors import DigitError, as_digit_error
from digitcore.prediction import Writing
from digitcore.prediction.boxes import draw_boxes

FAILED = "no picture with boxes can be written"
FAST = 1
"""PNG's level of compression: the usual one takes longer than the reading."""


def targets(folder: Path, names: Sequence[Path]) -> list[Path]:
    """The PNG file for each picture, given by its relative path; pictures of one name get a number.

    Raises DigitError if a file is there already.
    """
    taken: set[str] = set()
    found = [_free(folder / name, taken) for name in names]
    existing = next((target for target in found if target.exists()), None)
    if existing:
        raise DigitError(f"{existing} is there already and is not overwritten; name an empty folder for --boxes")
    return found


def prepare_folder(folder: Path) -> None:
    """Makes the folder. Raises DigitError if no file can be written to it."""
    with as_digit_error(FAILED, folder, DigitError):
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()


def write_boxes(target: Path, picture: NDArray[np.uint8], writing: Writing | None) -> None:
    """Writes a picture with boxes. Raises DigitError if it cannot be written."""
    with as_digit_error(FAILED, target, DigitError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            draw_boxes(picture, writing).save(stream, "PNG", compress_level=FAST)


def _free(target: Path, taken: set[str]) -> Path:
    """The first that no other picture has, on a disk that does not tell a.png from A.png, either."""
    free = next(path for path in _numbered(target) if str(path).casefold() not in taken)
    taken.add(str(free).casefold())
    return free


def _numbered(target: Path) -> Iterator[Path]:
    """a.png, a-2.png, a-3.png and so on."""
    yield target.with_suffix(".png")
    yield from (target.with_name(f"{target.stem}-{number}.png") for number in count(2))
