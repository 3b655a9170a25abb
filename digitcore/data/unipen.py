"""UNIPEN's isolated digits, letters and signs, as pen strokes, written by many people on many tablets.

I. Guyon, L. Schomaker, R. Plamondon, M. Liberman and S. Janet: "UNIPEN project of on-line data exchange and recognizer
benchmarks" (ICPR 1994); the distribution train_r01_v07 of the International Unipen Foundation (1999),
https://doi.org/10.5281/zenodo.1195803, CC BY 4.0. It is not downloaded: people put its folder where data is looked for.
"""

import csv
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Literal

from digitcore import settings
from digitcore.data import unipen_cache
from digitcore.data.drawings import Drawing
from digitcore.data.unipen_cache import Characters, Name
from digitcore.data.unipen_format import Segment
from digitcore.errors import DataError, as_digit_error
from digitcore.model_format import NO_DIGIT

NAME = "train_r01_v07"
URL = "https://doi.org/10.5281/zenodo.1195803"
DIGITS, CAPITALS, SMALL, SIGNS = "1a", "1b", "1c", "1d"
CATEGORIES = (DIGITS, CAPITALS, SMALL, SIGNS)
LIKE_DIGITS = frozenset("BDGIJOQSYZbgijloqsyz()[]{}|/\\!.,'`^~>&")
"""What somebody writes like a digit. Letters must not teach a network that such a digit is none."""
CUT_LETTERS = frozenset({"ibm"})
"""The contributors of letters that are often cut: nearly one in ten is a single straight line."""
WRONG_FILE = Path(__file__).with_name("unipen_wrong.csv")

Part = Literal["train", "validation", "test"]
HELD_OUT_SHARE = 10
"""Of a contributor's writers, one in ten is for validation and one in ten for testing, if there are three or more."""
SESSIONS = {"ibm": re.compile(r"^r\d+-"), "syn": re.compile(r"-dig\d+$")}
"""What a contributor adds to a writer's name for each session. ibm.doc tells of 12 writers: 22 names end in 12 ways."""


def root() -> Path | None:
    """The distribution's folder, if it is on this machine."""
    folders = (folder / NAME for folder in settings.data_folders())
    return next((folder for folder in folders if (folder / "data" / DIGITS).is_dir()), None)


def is_here() -> bool:
    """Whether the distribution is on this machine."""
    return root() is not None


def where_to_get() -> str:
    """A line for people who do not have the distribution."""
    return (
        f"UNIPEN is not here: get it from {URL} and put its folder {NAME} into a folder that DIGITCORE_DATA names, "
        f"or into {settings.downloads_folder()}"
    )


def load_digits() -> list[Drawing]:
    """The digits in a fixed order, without those that are cut or mislabelled.

    Raises DataError if the distribution is not here or has no digits.
    """
    digits = _load((DIGITS,))
    if not digits:
        raise DataError(f"UNIPEN has no digits that can be read: {root()}")
    return digits


def load_letters() -> list[Drawing]:
    """The letters and signs that are unlike any digit, labelled NO_DIGIT; order and errors as for the digits."""
    return _load((CAPITALS, SMALL, SIGNS))


def writers(part: Part) -> set[str]:
    """The writers of a part, the same for digits and for letters. Raises DataError if the distribution is not here.

    A contributor's writers are ordered by a hash of their names, so that a part is the same everywhere. Those who wrote
    no digits are split apart from the others.
    """
    names = [name for name in _characters().names() if _is_wanted(name, CATEGORIES)]
    digits = {_writer(name) for name in names if _category(name) == DIGITS}
    groups: dict[tuple[str, bool], list[str]] = {}
    for writer in sorted({_writer(name) for name in names}, key=_hash):
        groups.setdefault((writer.split("/")[0], writer in digits), []).append(writer)
    return {writer for group in groups.values() for writer in _part(part, group)}


def damage_note() -> str:
    """What could not be read and was left out, as a sentence, or nothing. Raises DataError as `load_digits` does."""
    damaged = ", ".join(f"{what}: {count}" for what, count in _characters().damage().items() if count)
    return f"Of UNIPEN, these are damaged and were left out: {damaged}." if damaged else ""


def _part(part: Part, ordered: list[str]) -> list[str]:
    held_out = max(1, round(len(ordered) / HELD_OUT_SHARE)) if len(ordered) >= 3 else 0
    return {
        "test": ordered[:held_out],
        "validation": ordered[held_out : 2 * held_out],
        "train": ordered[2 * held_out :],
    }[part]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _load(categories: tuple[str, ...]) -> list[Drawing]:
    wrong = _wrong()
    segments = _characters().segments(lambda name: _is_wanted(name, categories) and (name.file, name.span) not in wrong)
    return [_drawing(segment) for segment in segments]


def _characters() -> Characters:
    folder = root()
    if folder is None:
        raise DataError(where_to_get())
    with as_digit_error("UNIPEN cannot be read", folder, DataError):
        return unipen_cache.load(folder, CATEGORIES)


def _is_wanted(name: Name, categories: tuple[str, ...]) -> bool:
    if _category(name) not in categories:
        return False
    if _category(name) == DIGITS:
        return len(name.label) == 1 and name.label in "0123456789"
    return name.label not in LIKE_DIGITS and _contributor(name) not in CUT_LETTERS


def _drawing(segment: Segment) -> Drawing:
    is_digit = _category(segment) == DIGITS
    label, character = (int(segment.label), "") if is_digit else (NO_DIGIT, segment.label)
    return Drawing(label, _writer(segment), segment.strokes, _contributor(segment), character)


def _category(name: Name | Segment) -> str:
    return name.file.split("/")[0]


def _contributor(name: Name | Segment) -> str:
    return name.file.split("/")[1]


def _writer(name: Name | Segment) -> str:
    """The writer, unique among contributors: "ibm/04"."""
    contributor = _contributor(name)
    session = SESSIONS.get(contributor)
    return f"{contributor}/{session.sub('', name.writer) if session else name.writer}"


@cache
def _wrong() -> frozenset[tuple[str, str]]:
    """The file and the span of each segment whose label is wrong, or which is cut."""
    with WRONG_FILE.open(newline="") as file:
        return frozenset((row["file"], row["span"]) for row in csv.DictReader(file))
