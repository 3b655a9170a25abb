"""Labelled pictures that someone brings: a CSV, a folder's name or a picture's own tells its digit; in a ZIP or not."""

import csv
import io
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from digitcore.data.unpacking import File, is_hidden, unpacked
from digitcore.errors import DataError, PictureError
from digitcore.preprocessing import find_ink, normalise, open_picture
from digitcore.preprocessing.pictures import SUFFIXES

MOST_PICTURES = 20_000
MOST_REASONS = 3
"""In the one line that says why nothing can be used."""

UNNAMED = "no CSV tells its digit, nor does its folder's name or its own, as in 3/img.png or 3_001.png"
NO_TABLE = "no line of it names a picture and a digit, as in img.png,3"
SEPARATORS = ",;\t"
NAMED_BY_DIGIT = re.compile(r"([0-9])([_-][A-Za-z0-9_]+)?( ?\([0-9]+\))?", re.ASCII)
"""A file's name without its suffix: a digit and perhaps what tells pictures of it apart, as in 3, 3_001 or 3 (2)."""


@dataclass(frozen=True)
class Labelled:
    """(N, 28, 28) uint8 pictures as networks read them, (N,) labels, N names, and a line for each that is left out."""

    pictures: np.ndarray
    labels: np.ndarray
    names: list[str]
    left_out: list[str]


def read_labelled(files: Iterable[File]) -> Labelled:
    """Reads pictures whose digit a CSV of file,label tells, else their folder (3/img.png), else their name (3.png).

    A ZIP among the files counts as what is in it. Raises DataError where nothing can be used.
    """
    left_out: list[str] = []
    content = unpacked(files, left_out)
    labels = _named_by_paths(content) | _named_in_tables(content, left_out)
    if len(labels) > MOST_PICTURES:
        raise DataError(f"there are {len(labels):,} pictures; at most {MOST_PICTURES:,} can be judged at once")
    left_out += [f"{name}: {UNNAMED}" for name in content if _is_picture(name) and name not in labels]
    pictures, found, names = [], [], []
    for name, label in labels.items():
        try:
            pictures.append(_read(content, name))
        except PictureError as error:
            left_out.append(f"{name}: {error}")
        else:
            found.append(label)
            names.append(name)
    if not pictures:
        raise DataError(f"no labelled picture was found: {_reasons(left_out)}")
    return Labelled(np.stack(pictures), np.array(found, np.uint8), names, left_out)


def _reasons(left_out: list[str]) -> str:
    more = [f"{len(left_out) - MOST_REASONS:,} more"] if len(left_out) > MOST_REASONS else []
    return "; ".join([*left_out[:MOST_REASONS], *more]) or "there is no picture"


def _named_by_paths(content: dict[str, bytes]) -> dict[str, int]:
    """What pictures' folders say, and where those say nothing, the pictures' own names."""
    found = {name: _digit_of(PurePosixPath(name)) for name in content if _is_picture(name)}
    return {name: label for name, label in found.items() if label is not None}


def _digit_of(path: PurePosixPath) -> int | None:
    named = NAMED_BY_DIGIT.fullmatch(path.stem)
    by_folder = _digit(path.parent.name)
    return int(named[1]) if by_folder is None and named else by_folder


def _named_in_tables(content: dict[str, bytes], left_out: list[str]) -> dict[str, int]:
    """What CSV files say of pictures, by path."""
    found = {}
    for table in (name for name in content if name.lower().endswith(".csv") and not is_hidden(name)):
        try:
            found |= _named_in_table(content, table, left_out)
        except csv.Error as error:
            left_out.append(f"{table}: it cannot be read as a CSV: {error}")
    return found


def _named_in_table(content: dict[str, bytes], table: str, left_out: list[str]) -> dict[str, int]:
    """What a CSV says: a picture's path, from where the CSV lies, and its label. A first line may be a header."""
    found, wrong, names_pictures = {}, [], False
    for number, (file, label) in enumerate(_rows(content[table]), 1):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(table), file))
        is_picture = name in content or name.lower().endswith(SUFFIXES)
        names_pictures |= is_picture
        if is_picture and _digit(label) is not None:
            found[name] = _digit(label)
        elif is_picture or (number > 1 and file + label):
            wrong.append(f"{table}, line {number}: a file and a digit from 0 to 9 belong there, as in img.png,3")
    if not names_pictures:
        wrong = [f"{table}: {NO_TABLE}"]
    # Where none of its lines is right, one is enough to say so.
    left_out += wrong if found else wrong[:1]
    return found


def _rows(content: bytes) -> Iterator[tuple[str, str]]:
    """The first two cells of a CSV's rows. Its separator is what its first line has most of: spreadsheets differ."""
    text = content.decode("utf-8-sig", "replace")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    for row in csv.reader(io.StringIO(text), delimiter=separator):
        file, label, *_ = *row, "", ""
        yield file.strip(), label.strip()


def _digit(word: str) -> int | None:
    return int(word) if word in tuple("0123456789") else None


def _is_picture(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not is_hidden(name)


def _read(content: dict[str, bytes], name: str) -> np.ndarray:
    if name not in content:
        raise PictureError("the CSV names it, but it is not there")
    made = normalise(find_ink(open_picture(io.BytesIO(content[name]))))
    if made is None:
        raise PictureError("nothing is drawn on it")
    return made.pixels
