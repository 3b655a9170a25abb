"""A character as it was written, which is what the sources of pen strokes give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float32]
"""(N, 2) float32 points from pen down to pen up: x to the right, y downwards."""

DOWNWARDS = np.array((1, -1), np.float32)
"""What turns points whose y points up into a stroke's."""


@dataclass(frozen=True)
class Drawing:
    """A character as it was written: its label, its writer, its strokes in order, and where it comes from.

    `label` is the digit or NO_DIGIT; `character` is what was written if that is no digit. `writer` is unique in the
    data set. `contributor` is who recorded it, where a data set has several.
    """

    label: int
    writer: str
    strokes: tuple[Stroke, ...]
    contributor: str = ""
    character: str = ""
