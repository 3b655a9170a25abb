"""Digits as pen strokes, written on a tablet by 30 people.

"Pen-Based Recognition of Handwritten Digits" by E. Alpaydin and F. Alimoglu (1996), UCI Machine Learning Repository,
https://doi.org/10.24432/C5MG6K, CC BY 4.0; the trajectories of its training part, which are in UNIPEN format.
"""

import gzip
import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from digitcore import settings
from digitcore.data.drawings import DOWNWARDS, Drawing
from digitcore.data.files import DataFile, Progress, fetch, find
from digitcore.errors import DataError

NAME = "pendigits-orig.tra"
SHA256 = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"
ARCHIVE = DataFile(
    "pendigits.zip",
    1_668_118,
    "1e02bea023613c2b11c9492f6f34caf975420455934f3527d270cee9a1f03b64",
    ("https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",),
)

_DIGIT = re.compile(r"^\.COMMENT\s+(\d)\s+(\d+)\s", re.MULTILINE)
_STROKE = re.compile(r"^\.PEN_DOWN\n([\d\s-]*)", re.MULTILINE)


def is_here() -> bool:
    """Whether the trajectories are complete on this machine."""
    return find(ARCHIVE) is not None or _find() is not None


def load_drawings(progress: Progress | None = None) -> list[Drawing]:
    """The 7,494 digits of the 30 writers, downloaded if they are not on this machine.

    Raises DataError if they cannot be loaded.
    """
    text = _find() or _unpack(fetch(ARCHIVE, progress))
    return list(parse(text.decode()))


def parse(text: str) -> Iterator[Drawing]:
    """The digits of a UNIPEN file whose comments give digit, writer and serial number; y points up in it.

    Raises DataError if a digit has no such comment.
    """
    for segment in text.split("\n.SEGMENT")[1:]:
        comment = _DIGIT.search(segment)
        if comment is None:
            raise DataError("a digit in the UNIPEN file has no comment with its label and writer")
        label, writer = comment.groups()
        strokes = [np.array(points.split(), np.float32).reshape(-1, 2) for points in _STROKE.findall(segment)]
        yield Drawing(int(label), writer, tuple(stroke * DOWNWARDS for stroke in strokes if len(stroke)))


def _find() -> bytes | None:
    """The trajectories from a file of their own, plain or compressed with gzip."""
    for folder in settings.data_folders():
        for path, unpack in ((folder / NAME, bytes), (folder / f"{NAME}.gz", gzip.decompress)):
            content = _read(path, unpack)
            if content is not None:
                return content
    return None


def _read(path: Path, unpack: Callable[[bytes], bytes]) -> bytes | None:
    try:
        content = unpack(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None
    return content if _is_right(content) else None


def _unpack(archive: Path) -> bytes:
    from unlzw3 import unlzw  # only needed for UCI's archive

    with zipfile.ZipFile(archive) as files:
        content: bytes = unlzw(files.read(f"{NAME}.Z"))
    if not _is_right(content):
        raise DataError(f"{archive} does not contain the expected {NAME}")
    return content


def _is_right(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == SHA256
