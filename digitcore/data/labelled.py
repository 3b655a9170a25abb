"""Labelled pictures that someone brings: folders named by digit, or a CSV of file and label; in a ZIP or not."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from digitcore.errors import DataError, PictureError
from digitcore.preprocessing import find_ink, normalise, open_picture
from digitcore.preprocessing.pictures import SUFFIXES

MOST_PICTURES = 20_000
MOST_BYTES = 500_000_000
"""Of a ZIP's files once unpacked: a small one can hold terabytes."""

UNNAMED = "it lies in no folder named by its digit, and no CSV names it"
SEPARATORS = ",;\t"

File = tuple[str, bytes]
"""A file's path within what was brought, and its content."""


@dataclass(frozen=True)
class Labelled:
    """(N, 28, 28) uint8 pictures as networks read them, (N,) labels, N names, and a line for each that is left out."""

    pictures: np.ndarray
    labels: np.ndarray
    names: list[str]
    left_out: list[str]


def read_labelled(files: Iterable[File]) -> Labelled:
    """Reads pictures whose folder is their digit, as in `3/img.png`, or that a CSV of file,label names.

    A ZIP among the files counts as what is in it. Raises DataError where nothing can be used.
    """
    left_out: list[str] = []
    content = dict(_unpacked(files, left_out))
    labels = _named_in_tables(content, left_out) or _named_by_folders(content)
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
        raise DataError(f"no labelled picture was found: {left_out[0] if left_out else 'there is no picture'}")
    return Labelled(np.stack(pictures), np.array(found, np.uint8), names, left_out)


def _unpacked(files: Iterable[File], left_out: list[str]) -> Iterator[File]:
    for name, content in files:
        if not name.lower().endswith(".zip"):
            yield name, content
            continue
        try:
            yield from list(_in_zip(name, content))
        except DataError as error:
            left_out.append(str(error))


def _in_zip(name: str, content: bytes) -> Iterator[File]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir() and not _is_hidden(each.filename)]
            if sum(each.file_size for each in members) > MOST_BYTES:
                raise DataError(f"{name} holds more than {MOST_BYTES // 1_000_000:,} MB; bring fewer pictures")
            for each in members:
                yield each.filename, archive.read(each)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        # The last two are zipfile's for a compression that it does not know, and for a password.
        raise DataError(f"{name} cannot be unpacked: {error}") from None


def _is_hidden(name: str) -> bool:
    """What macOS and others put beside the pictures."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _named_by_folders(content: dict[str, bytes]) -> dict[str, int]:
    found = {name: _digit(PurePosixPath(name).parent.name) for name in content if _is_picture(name)}
    return {name: label for name, label in found.items() if label is not None}


def _named_in_tables(content: dict[str, bytes], left_out: list[str]) -> dict[str, int]:
    """What CSV files say: a picture's path, from where the CSV lies, and its label. A first line may be a header."""
    found = {}
    for table in (name for name in content if name.lower().endswith(".csv")):
        folder = PurePosixPath(table).parent
        for number, row in enumerate(_rows(content[table]), 1):
            label = _digit(row[1].strip()) if len(row) > 1 else None
            if label is not None:
                found[str(folder / row[0].strip())] = label
            elif row and number > 1:
                left_out.append(f"{table}, line {number}: a file and a digit from 0 to 9 belong there, as in img.png,3")
    return found


def _rows(content: bytes) -> Iterator[list[str]]:
    """The rows of a CSV, whose separator is what its first line has most of: spreadsheets of many countries write ;."""
    text = content.decode("utf-8-sig", "replace")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    return csv.reader(io.StringIO(text), delimiter=separator)


def _digit(word: str) -> int | None:
    return int(word) if word in tuple("0123456789") else None


def _is_picture(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not _is_hidden(name)


def _read(content: dict[str, bytes], name: str) -> np.ndarray:
    if name not in content:
        raise PictureError("the CSV names it, but it is not there")
    made = normalise(find_ink(open_picture(io.BytesIO(content[name]))))
    if made is None:
        raise PictureError("nothing is drawn on it")
    return made.pixels
