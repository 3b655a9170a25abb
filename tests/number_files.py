"""Numbers of tests/number_pictures.py as the files that people have."""

import io
import zipfile

import numpy as np
from PIL import Image

from tests.number_pictures import draw


def number_png(text: str, size: float = 90) -> bytes:
    """Black digits on white paper, as a PNG."""
    return encoded(_number(text, size))


def number_jpeg(text: str, size: float = 90) -> bytes:
    """The same as a JPEG."""
    return encoded(_number(text, size), "JPEG")


def nothing_png() -> bytes:
    """White paper."""
    return encoded(np.full((100, 100), 255, np.uint8))


def grid_png() -> bytes:
    """A grid of lines, which is no digit."""
    paper = np.full((480, 480), 255, np.uint8)
    for start in range(100, 190, 15):
        paper[100:190, start : start + 6] = paper[start : start + 6, 100:190] = 0
    return encoded(paper)


def encoded(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    """A picture's file."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _number(text: str, size: float) -> np.ndarray:
    return 255 - draw({(40, 150): text}, size)[100:300]
