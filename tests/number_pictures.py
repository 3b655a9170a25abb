"""Numbers drawn from the shapes of tests/pen_file.py, as on a canvas, and amounts with signs among the digits."""

import numpy as np

from digitcore.preprocessing.strokes import draw_strokes
from tests.pen_file import SHAPES

WIDTH, HEIGHT = 4, 6
"""A shape's."""
SIGNS = {
    ".": [[(0.1, 1), (0.12, 1)]],
    ",": [[(0.15, 0.95), (0.05, 1.15)]],
    "-": [[(0, 0.55), (0.4, 0.55)]],
    "#": [[(0.2, 0), (0.15, 1)], [(0.45, 0), (0.4, 1)], [(0, 0.33), (0.6, 0.3)], [(0, 0.66), (0.6, 0.63)]],
    "$": [
        [(0.5, 0.15), (0.2, 0.05), (0.02, 0.25), (0.25, 0.45), (0.5, 0.7), (0.3, 0.92), (0, 0.8)],
        [(0.25, -0.12), (0.25, 1.12)],
    ],
}
"""Strokes from the top, 0, to the line that digits stand on, 1."""


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


def draw_amount(text: str, size: float = 50, width: float = 0.11) -> np.ndarray:
    """A (520, 520) uint8 picture of digits and signs; `width` is the brush's for digits of 1."""
    strokes, x = [], 30.0
    for character in text:
        if character.isdigit():
            strokes += _digit(int(character), 0, size, (x, 100), 0)
            x += size
        else:
            sign = [np.array(points) for points in SIGNS[character]]
            strokes += [points * size + (x, 100) for points in sign]
            x += (max(points[:, 0].max() for points in sign) + 0.3) * size
    return draw_strokes(strokes, width * size, 520).copy()


def _digit(digit: int, x: float, size: float, place: tuple[float, float], slope: float) -> list[np.ndarray]:
    corner = np.array(place) + (x, slope * x)
    return [(np.array(points, float) * (1, -1) + (0, HEIGHT)) * size / HEIGHT + corner for points in SHAPES[digit]]
