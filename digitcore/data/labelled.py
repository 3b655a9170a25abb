"""Labelled pictures that someone uploads: a CSV, the folder's name or the file's name gives the digit."""

import csv
import io
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from digitcore.data.unpacking import File, is_hidden, unpacked
from digitcore.errors import DataError, PictureError
from digitcore.preprocessing import find_ink, normalise, open_picture
from digitcore.preprocessing.pictures import SUFFIXES

MOST_PICTURES = 20_000
MOST_REASONS = 3
"""How many reasons an error message lists."""

UNNAMED = "no CSV gives its digit, nor does its folder's or its own name, as in 3/img.png or 3_001.png"
NO_TABLE = "none of its lines has a picture and a digit, as in img.png,3"
SEPARATORS = ",;\t"
NAMED_BY_DIGIT = re.compile(r"([0-9])([_-][A-Za-z0-9_]+)?( ?\([0-9]+\))?", re.ASCII)
"""A file name without its suffix: a digit and perhaps a running number, as in 3, 3_001 or 3 (2)."""


@dataclass(frozen=True)
class Labelled:
    """(N, 28, 28) uint8 normalised pictures, (N,) labels, N file names, and a line for each file that is left out."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    names: list[str]
    left_out: list[str]


def read_labelled(files: Iterable[File]) -> Labelled:
    """Reads pictures, whose digit is given by a CSV of file,label, else by their folder (3/img.png) or name (3.png).

    ZIP files are unpacked. Raises DataError if no picture can be used.
    """
    left_out: list[str] = []
    content = unpacked(files, left_out)
    labels = _named_by_paths(content) | _named_in_tables(content, left_out)
    if len(labels) > MOST_PICTURES:
        raise DataError(f"there are {len(labels):,} pictures; at most {MOST_PICTURES:,} can be evaluated at once")
    left_out += [f"{name}: {UNNAMED}" for name in content if _is_picture(name) and name not in labels]
    pictures, digits, names = [], [], []
    for name, label in labels.items():
        try:
            pictures.append(_read(content, name))
        except PictureError as error:
            left_out.append(f"{name}: {error}")
        else:
            digits.append(label)
            names.append(name)
    if not pictures:
        raise DataError(f"no labelled picture was found: {_reasons(left_out)}")
    return Labelled(np.stack(pictures), np.array(digits, np.uint8), names, left_out)


def _reasons(left_out: list[str]) -> str:
    more = [f"{len(left_out) - MOST_REASONS:,} more"] if len(left_out) > MOST_REASONS else []
    return "; ".join([*left_out[:MOST_REASONS], *more]) or "there is no picture"


def _named_by_paths(content: dict[str, bytes]) -> dict[str, int]:
    """Labels from the pictures' folders, else from their own names."""
    labels = {name: _digit_of(PurePosixPath(name)) for name in content if _is_picture(name)}
    return {name: label for name, label in labels.items() if label is not None}


def _digit_of(path: PurePosixPath) -> int | None:
    named = NAMED_BY_DIGIT.fullmatch(path.stem)
    by_folder = _digit(path.parent.name)
    return int(named[1]) if by_folder is None and named else by_folder


def _named_in_tables(content: dict[str, bytes], left_out: list[str]) -> dict[str, int]:
    """Labels from CSV files, by path."""
    labels: dict[str, int] = {}
    for table in (name for name in content if name.lower().endswith(".csv") and not is_hidden(name)):
        try:
            labels |= _named_in_table(content, table, left_out)
        except csv.Error as error:
            left_out.append(f"{table}: it cannot be read as a CSV: {error}")
    return labels


def _named_in_table(content: dict[str, bytes], table: str, left_out: list[str]) -> dict[str, int]:
    """Labels from a CSV by the pictures' paths, which are relative to it. The first line may be a header."""
    labels: dict[str, int] = {}
    wrong, names_pictures = [], False
    for number, (file, label) in enumerate(_rows(content[table]), 1):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(table), file))
        is_picture = name in content or name.lower().endswith(SUFFIXES)
        names_pictures |= is_picture
        if is_picture and (digit := _digit(label)) is not None:
            labels[name] = digit
        elif is_picture or (number > 1 and file + label):
            wrong.append(f"{table}, line {number}: expected a file and a digit from 0 to 9, as in img.png,3")
    if not names_pictures:
        wrong = [f"{table}: {NO_TABLE}"]
    # If no line is right, the first reason is enough.
    left_out += wrong if labels else wrong[:1]
    return labels


def _rows(content: bytes) -> Iterator[tuple[str, str]]:
    """The first two cells of each row. The separator is the first line's most frequent one: spreadsheets differ."""
    text = content.decode("utf-8-sig", "replace")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    for row in csv.reader(io.StringIO(text), delimiter=separator):
        file, label, *_ = *row, "", ""
        yield file.strip(), label.strip()


def _digit(word: str) -> int | None:
    return int(word) if word in tuple("0123456789") else None


def _is_picture(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not is_hidden(name)


def _read(content: dict[str, bytes], name: str) -> NDArray[np.uint8]:
    if name not in content:
        raise PictureError("the CSV names it, but it is missing")
    normalised = normalise(find_ink(open_picture(io.BytesIO(content[name]))))
    if normalised is None:
        raise PictureError("nothing is drawn on it")
    return normalised.pixels
