"""Strokes of a pen as a picture, as the drawing canvas makes one of them."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

FINENESS = 2
"""A picture is drawn this many times as large and then reduced, since Pillow draws lines without grey edges."""


def draw_strokes(strokes: Sequence[np.ndarray], width: float, side: int) -> np.ndarray:
    """A (side, side) uint8 picture, 0 paper and 255 ink, of strokes whose (N, 2) points are x and y in its pixels.

    Lines are `width` pixels wide with round ends and joints, and rounded as the canvas rounds them; a stroke of one
    point is a dot.
    """
    image = Image.new("L", (side * FINENESS,) * 2)
    pencil, thickness = ImageDraw.Draw(image), max(width * FINENESS, 1)
    reach = (thickness - 1) / 2
    for stroke in strokes:
        # Pillow's coordinates are those of pixels' middles, and its ellipses reach to the far side of the last one.
        points = _rounded(np.asarray(stroke, np.float64) * FINENESS) - 0.5
        pencil.line(points.ravel().tolist(), 255, round(thickness))
        for x, y in points.tolist():
            pencil.ellipse((x - reach, y - reach, x + reach, y + reach), 255)
    return np.asarray(image.reduce(FINENESS))


def _rounded(points: np.ndarray) -> np.ndarray:
    """The points of curves from the middle between two points to the next such middle, bent towards what is between.

    Quadratic ones, of two pieces each, as the pencil of Fabric.js makes them, which the canvas draws with.
    """
    if len(points) < 3:
        return points
    middles = (points[1:] + points[:-1]) / 2
    halfway = (middles[:-1] + 2 * points[1:-1] + middles[1:]) / 4
    curves = np.stack([halfway, middles[1:]], axis=1).reshape(-1, 2)
    return np.concatenate([points[:1], middles[:1], curves, points[-1:]])
