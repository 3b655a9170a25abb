"""Pen strokes as a picture, drawn as the drawing canvas draws them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

FINENESS = 2
"""A picture is drawn this many times as large and then reduced, as Pillow's lines are not anti-aliased."""


def draw_strokes(strokes: Sequence[NDArray[np.floating]], width: float, side: int) -> NDArray[np.uint8]:
    """A (side, side) uint8 picture, 0 paper and 255 ink, of strokes, each (N, 2) points: x and y in pixels.

    Lines are `width` pixels wide, have round ends and joints, and are smoothed as on the canvas; a stroke of one point
    is a dot.
    """
    image = Image.new("L", (side * FINENESS,) * 2)
    pen, thickness = ImageDraw.Draw(image), max(width * FINENESS, 1)
    radius = (thickness - 1) / 2
    for stroke in strokes:
        # Pillow counts coordinates from the middle of a pixel, and its ellipses include their last pixel.
        points = _smoothed(np.asarray(stroke, np.float64) * FINENESS) - 0.5
        pen.line(points.ravel().tolist(), 255, round(thickness))
        for x, y in points.tolist():
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return np.asarray(image.reduce(FINENESS))


def _smoothed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points of quadratic curves between the midpoints of successive points, each curve as two straight pieces.

    The pencil brush of Fabric.js, which the canvas draws with, makes the same curves.
    """
    if len(points) < 3:
        return points
    middles = (points[1:] + points[:-1]) / 2
    halfway = (middles[:-1] + 2 * points[1:-1] + middles[1:]) / 4
    curves = np.stack([halfway, middles[1:]], axis=1).reshape(-1, 2)
    return np.concatenate([points[:1], middles[:1], curves, points[-1:]])
