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
from digitcore.data.unipen_format import Segment
from digitcore.errors import DataError, as_digit_error
from digitcore.model_format import NO_DIGIT

NAME = "train_r01_v07"
URL = "https://doi.org/10.5281/zenodo.1195803"
DIGITS, CAPITALS, SMALL, SIGNS = "1a", "1b", "1c", "1d"
CATEGORIES = (DIGITS, CAPITALS, SMALL, SIGNS)
LIKE_DIGITS = frozenset("OQDGIZSBloizsbqg()[]{}|/\\!-_.,'`^~")
"""What somebody somewhere writes like a digit. Letters must not teach a network that such a digit is none."""
WRONG_FILE = Path(__file__).with_name("unipen_wrong.csv")

Part = Literal["train", "validation", "test"]
HELD_OUT_SHARE = 10
"""Of a contributor's writers, one in ten is for validation and one in ten for testing, if there are three or more."""
SESSIONS = {"ibm": r"^r\d+-", "syn": r"-dig\d+$"}
"""What a contributor adds to a writer's name for each session: ibm.doc tells of 12 writers, whose sessions are 22."""


def is_here() -> bool:
    """Whether the distribution is on this machine."""
    return _root() is not None


def load_digits() -> list[Drawing]:
    """The digits in a fixed order, without those whose labels are wrong. Raises DataError if they are not here."""
    return _load((DIGITS,))


def load_letters() -> list[Drawing]:
    """The letters and signs that are unlike any digit, labelled NO_DIGIT; order and errors are those of the digits."""
    return _load((CAPITALS, SMALL, SIGNS))


def writers(part: Part) -> set[str]:
    """The writers of a part, the same for digits and for letters. Raises DataError if the distribution is not here.

    A contributor's writers are ordered by a hash of their names, so that a part is the same everywhere. Those who wrote
    no digits are split apart from the others.
    """
    digits = {drawing.writer for drawing in load_digits()}
    everybody = digits | {drawing.writer for drawing in load_letters()}
    groups: dict[tuple[str, bool], list[str]] = {}
    for writer in sorted(everybody, key=_hash):
        groups.setdefault((writer.split("/")[0], writer in digits), []).append(writer)
    return {writer for group in groups.values() for writer in _part(part, group)}


def damage_note() -> str:
    """What could not be read and was left out, as a sentence, or nothing. Raises DataError as `load_digits` does."""
    counts = _segments(())[1]
    damaged = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
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
    segments, _ = _segments(categories)
    return [_drawing(segment) for segment in segments if (segment.file, segment.span) not in wrong]


def _segments(categories: tuple[str, ...]) -> tuple[list[Segment], dict[str, int]]:
    root = _root()
    if root is None:
        raise DataError(
            f"UNIPEN is not here: get it from {URL} and put its folder {NAME} into a folder that DIGITCORE_DATA names, "
            f"or into {settings.downloads_folder()}"
        )
    with as_digit_error("UNIPEN cannot be read", root, DataError):
        return unipen_cache.read(root, CATEGORIES, lambda file, label: _is_wanted(file[:2], label, categories))


def _is_wanted(category: str, label: str, categories: tuple[str, ...]) -> bool:
    if category not in categories:
        return False
    if category == DIGITS:
        return len(label) == 1 and label in "0123456789"
    return label not in LIKE_DIGITS


def _drawing(segment: Segment) -> Drawing:
    category, contributor, *_ = segment.file.split("/")
    label, character = (int(segment.label), "") if category == DIGITS else (NO_DIGIT, segment.label)
    name = re.sub(SESSIONS.get(contributor, "$"), "", segment.writer)
    return Drawing(label, f"{contributor}/{name}", segment.strokes, contributor, character)


def _root() -> Path | None:
    folders = (folder / NAME for folder in settings.data_folders())
    return next((folder for folder in folders if (folder / "data" / DIGITS).is_dir()), None)


@cache
def _wrong() -> frozenset[tuple[str, str]]:
    """The file and the span of each segment whose label is wrong, or which is cut."""
    with WRONG_FILE.open(newline="") as file:
        return frozenset((row["file"], row["span"]) for row in csv.DictReader(file))
