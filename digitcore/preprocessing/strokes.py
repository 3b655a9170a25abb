"""Strokes of a pen as a picture, as the drawing canvas makes one of them."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

FINENESS = 2
"""A picture is drawn this many times as large and then reduced, since Pillow draws lines without grey edges."""


def draw_strokes(strokes: Sequence[np.ndarray], width: float, side: int) -> np.ndarray:
    """A (side, side) uint8 picture, 0 paper and 255 ink, of strokes whose (N, 2) points are x and y in its pixels.

    Lines are `width` pixels wide with round ends and joints; a stroke of one point is a dot.
    """
    image = Image.new("L", (side * FINENESS,) * 2)
    pencil, radius = ImageDraw.Draw(image), max(width * FINENESS, 1) / 2
    for stroke in strokes:
        points = np.asarray(stroke, np.float64) * FINENESS
        pencil.line(points.ravel().tolist(), 255, round(2 * radius))
        for x, y in points.tolist():
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return np.asarray(image.reduce(FINENESS))
