"""The picture that is looked at, with all that explains how it is read: it is read again when someone opens it."""

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.prediction import Engine, Writing, read_all
from digitcore.ui.read import kept_pictures


class Opened(NamedTuple):
    """A picture's number, its (H, W), (H, W, 3) or (H, W, 4) uint8 pixels, and what is written on it.

    `shown` is the data URL that the browser shows; `milliseconds` is what the reading took.
    """

    number: int
    engine: Engine
    pixels: NDArray[np.uint8]
    shown: str
    writing: Writing | None
    milliseconds: float


def open_again(engine: Engine, number: int, content: bytes) -> Opened:
    """Reads the picture with this content. Raises PictureError where it is none."""
    pixels, began = kept_pictures.opened(content), time.perf_counter()
    writing = read_all(engine, pixels)
    milliseconds = 1_000 * (time.perf_counter() - began)
    return Opened(number, engine, pixels, kept_pictures.shown(pixels), writing, milliseconds)
