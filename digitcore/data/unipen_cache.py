"""The characters of a UNIPEN distribution, kept as arrays in the home once they are read."""

import json
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore import settings
from digitcore.data import unipen_format
from digitcore.data.unipen_format import Damage, Segment

VERSION = 1
"""Of the parser and of the arrays: a higher one has every distribution read anew."""
NAME = "unipen.npz"
Arrays = dict[str, NDArray[Any]]


class Name(NamedTuple):
    """All of a segment but its strokes; its fields are those of Segment."""

    file: str
    span: str
    writer: str
    label: str


@dataclass(frozen=True)
class Characters:
    """What was read of a distribution, in the order of `unipen_format.read`."""

    arrays: Arrays

    def names(self) -> list[Name]:
        """The name of every segment."""
        text = _text(self.arrays["names"])
        return [Name(*line.split("\t", 3)) for line in text.split("\n")] if text else []

    def segments(self, wanted: Callable[[Name], bool]) -> Iterator[Segment]:
        """The segments whose names are wanted."""
        points, stroke_ends = self.arrays["points"], [0, *self.arrays["stroke_ends"].tolist()]
        begin = 0
        for name, end in zip(self.names(), self.arrays["segment_ends"].tolist(), strict=True):
            if wanted(name):
                bounds = zip(stroke_ends[begin:end], stroke_ends[begin + 1 : end + 1], strict=True)
                strokes = tuple(points[low:high] for low, high in bounds)
                yield Segment(name.file, name.span, name.label, name.writer, strokes)
            begin = end

    def damage(self) -> Damage:
        """How many of what was left out."""
        return Counter(json.loads(_text(self.arrays["damage"])))


def load(root: Path, categories: tuple[str, ...]) -> Characters:
    """The characters of a distribution's categories, from the cache if they were read before.

    Raises OSError if a file of the distribution cannot be read. A cache that cannot be read or written does not matter.
    """
    stamp = _stamp(root, categories)
    arrays = _load(stamp)
    if arrays is None:
        arrays = _arrays(stamp, *unipen_format.read(root, categories))
        _save(arrays)
    return Characters(arrays)


def _stamp(root: Path, categories: tuple[str, ...]) -> str:
    """A line that is another one when a file of the distribution was added, removed or changed."""
    folders = [*(root / "data" / category for category in categories), root / "include"]
    found = [entry.stat() for folder in folders for entry in _files(folder)]
    newest = max((stat.st_mtime_ns for stat in found), default=0)
    return f"version {VERSION}, {len(found)} files, {sum(stat.st_size for stat in found)} bytes, {newest} ns, {root}"


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    if not os.path.isdir(folder):
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                yield entry


def _load(stamp: str) -> Arrays | None:
    """The arrays if they are whole and have this stamp."""
    try:
        with (settings.downloads_folder() / NAME).open("rb") as stream, np.load(stream) as file:
            return dict(file) if _text(file["stamp"]) == stamp else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _save(arrays: Arrays) -> None:
    """Writes the arrays whole or not at all."""
    path = settings.downloads_folder() / NAME
    partial = path.with_name(f".{NAME}.{os.getpid()}.{get_ident()}")
    # Where they cannot be written, they are read from the distribution again next time.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]  # Its stub takes a flag for one of the arrays.
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _arrays(stamp: str, segments: list[Segment], damage: Damage) -> Arrays:
    """The segments as arrays: names joined by tabs and lines, all points, and where strokes and segments end."""
    names = (f"{segment.file}\t{segment.span}\t{segment.writer}\t{segment.label}" for segment in segments)
    strokes = [stroke for segment in segments for stroke in segment.strokes]
    return {
        "stamp": _bytes(stamp),
        "damage": _bytes(json.dumps(damage)),
        "names": _bytes("\n".join(names)),
        "points": np.concatenate(strokes) if strokes else np.empty((0, 2), np.float32),
        "stroke_ends": np.cumsum([len(stroke) for stroke in strokes], dtype=np.int64),
        "segment_ends": np.cumsum([len(segment.strokes) for segment in segments], dtype=np.int64),
    }


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(errors="surrogateescape"), np.uint8)


def _text(array: NDArray[Any]) -> str:
    return array.tobytes().decode(errors="surrogateescape")
