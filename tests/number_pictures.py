"""Numbers drawn from the shapes of tests/pen_file.py, as on a canvas."""

import numpy as np

from digitcore.preprocessing.strokes import draw_strokes
from tests.pen_file import SHAPES

WIDTH, HEIGHT = 4, 6
"""A shape's."""


def draw(lines: dict[tuple[float, float], str], size: float = 60, gap: float = 2, slope: float = 0) -> np.ndarray:
    """A (480, 480) uint8 picture with a number at each place: x and y of its top left corner.

    `size` is the digits' height in pixels, `gap` the space between them on the shapes' grid, `slope` how much lower
    each pixel to the right is.
    """
    strokes = [
        stroke
        for place, text in lines.items()
        for index, digit in enumerate(text)
        for stroke in _digit(int(digit), index * (WIDTH + gap) * size / HEIGHT, size, place, slope)
    ]
    return draw_strokes(strokes, 0.11 * size, 480).copy()


def _digit(digit: int, x: float, size: float, place: tuple[float, float], slope: float) -> list[np.ndarray]:
    corner = np.array(place) + (x, slope * x)
    return [(np.array(points, float) * (1, -1) + (0, HEIGHT)) * size / HEIGHT + corner for points in SHAPES[digit]]
