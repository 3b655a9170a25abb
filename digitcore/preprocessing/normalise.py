"""From ink to the 28x28 picture that a network reads, made as MNIST's pictures were.

MNIST's digits were scaled to fit 20x20 with their aspect kept, grey levels coming from the averaging, and placed in
28x28 with their centre of mass in the middle (LeCun, Cortes and Burges).
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

SIDE = 28
FIT = 20
MIDDLE = SIDE // 2
"""The row and column, counted from 0, in which MNIST's centres of mass lie."""

MOST_PRODUCTS = 500_000
"""For a larger product of matrices NumPy wakes other threads; on a busy machine they are waited for, up to 60 ms."""


@dataclass(frozen=True)
class Normalised:
    """The (28, 28) uint8 picture, 0 paper and 255 ink, and how it was made.

    `box` is where the ink was in the source: x, y, width, height. `scaled` is the box's content as float32 with a
    longer side of 20, and `corner` the row and column of `pixels` at which it was placed.
    """

    pixels: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    scaled: NDArray[np.float32]
    corner: tuple[int, int]

    def at_source(self, values: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
        """(28, 28) values mapped back to the source, whose shape is given: interpolated for each of its pixels."""
        x, y, _, _ = self.box
        factors = self.scaled.shape[0] / self.box[3], self.scaled.shape[1] / self.box[2]
        rows, columns = (
            (np.arange(length) + 0.5 - begin) * step + corner - 0.5
            for length, begin, step, corner in zip(shape, (y, x), factors, self.corner, strict=True)
        )
        return _interpolate(_interpolate(values, rows).T, columns).T


def normalise(ink: NDArray[np.float32]) -> Normalised | None:
    """The 28x28 picture of (H, W) ink from 0 to 1; None if there is no ink."""
    box = box_of(ink)
    if box is None:
        return None
    x, y, width, height = box
    digit = _fit(ink[y : y + height, x : x + width])
    pixels = np.zeros((SIDE, SIDE), np.uint8)
    top, left = _corner(digit)
    pixels[top : top + digit.shape[0], left : left + digit.shape[1]] = np.rint(digit * (255 / digit.max()))
    return Normalised(pixels, box, digit, (top, left))


def scale(ink: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """(rows, columns) ink, each pixel of which is the mean of the area that it covers."""
    return _means(_means(ink, rows).T, columns).T


def _means(values: NDArray[np.float32], cells: int) -> NDArray[np.float32]:
    """(cells, W): the means of so many equal parts of the (H, W) values' height."""
    covered = _coverage(len(values), cells)
    step = max(1, MOST_PRODUCTS // (cells * values.shape[1]))
    products = (covered[:, row : row + step] @ values[row : row + step] for row in range(0, len(values), step))
    return reduce(np.add, products)


def _interpolate(values: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values at fractional rows, by linear interpolation."""
    places = np.clip(rows, 0, len(values) - 1)
    below = np.minimum(places.astype(int), len(values) - 2)
    share = (places - below)[:, None]
    interpolated: NDArray[np.float64] = values[below] * (1 - share) + values[below + 1] * share
    return interpolated


def box_of(ink: NDArray[np.generic]) -> tuple[int, int, int, int] | None:
    """Where the ink is: x, y, width, height; None if there is none."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def _fit(digit: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scales the longer side to 20 pixels."""
    height, width = digit.shape
    factor = FIT / max(height, width)
    return scale(digit, max(1, round(height * factor)), max(1, round(width * factor)))


def _coverage(length: int, cells: int) -> NDArray[np.float32]:
    """(cells, length): the share of each of `cells` equal parts of a side that each of its `length` pixels covers.

    Exact, with parts of pixels: Pillow's box filter counts only whole pixels, which shows in small drawings.
    """
    edges = np.linspace(0, length, cells + 1)[:, None]
    pixels = np.arange(length)
    covered = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    result: NDArray[np.float32] = np.maximum(covered, 0).astype(np.float32) * np.float32(cells / length)
    return result


def _corner(digit: NDArray[np.float32]) -> tuple[int, int]:
    """Where to place the digit so that its centre of mass is in the middle and nothing is cut off."""
    corner = []
    for axis, length in enumerate(digit.shape):
        weights = digit.sum(axis=1 - axis, dtype=np.float64)
        centre = weights @ np.arange(length) / weights.sum()
        corner.append(int(np.clip(round(MIDDLE - centre), 0, SIDE - length)))
    return corner[0], corner[1]
