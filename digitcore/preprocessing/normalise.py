"""From ink to the 28x28 that a network reads, as MNIST's were made.

MNIST's digits were scaled to fit 20x20 with their aspect kept, grey levels coming from the averaging, and placed in
28x28 with their centre of mass in the middle (LeCun, Cortes and Burges).
"""

from dataclasses import dataclass

import numpy as np

SIDE = 28
FIT = 20
MIDDLE = SIDE // 2
"""The pixel, counted from 0, that MNIST's centres of mass are nearest to."""


@dataclass(frozen=True)
class Normalised:
    """The (28, 28) uint8 picture, 0 paper and 255 ink, and how it came to be.

    `box` is where in the source its ink was: x, y, width, height. `scaled` is what was in the box, as float32 with a
    longer side of 20, and `corner` the row and column of `pixels` that it was put at.
    """

    pixels: np.ndarray
    box: tuple[int, int, int, int]
    scaled: np.ndarray
    corner: tuple[int, int]

    def at_source(self, values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """(28, 28) values carried back to a source of `shape`: each pixel has those about the place it became."""
        x, y, _, _ = self.box
        scale = self.scaled.shape[0] / self.box[3], self.scaled.shape[1] / self.box[2]
        rows, columns = (
            (np.arange(length) + 0.5 - begin) * step + corner - 0.5
            for length, begin, step, corner in zip(shape, (y, x), scale, self.corner, strict=True)
        )
        return _between(_between(values, rows).T, columns).T


def normalise(ink: np.ndarray) -> Normalised | None:
    """The 28x28 picture of (H, W) ink from 0 to 1; None where there is no ink."""
    box = _box(ink)
    if box is None:
        return None
    x, y, width, height = box
    digit = _fit(ink[y : y + height, x : x + width])
    pixels = np.zeros((SIDE, SIDE), np.uint8)
    top, left = _corner(digit)
    pixels[top : top + digit.shape[0], left : left + digit.shape[1]] = np.rint(digit * (255 / digit.max()))
    return Normalised(pixels, box, digit, (top, left))


def _between(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The values at rows that lie between theirs."""
    places = np.clip(rows, 0, len(values) - 1)
    below = np.minimum(places.astype(int), len(values) - 2)
    share = (places - below)[:, None]
    return values[below] * (1 - share) + values[below + 1] * share


def _box(ink: np.ndarray) -> tuple[int, int, int, int] | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return None
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def _fit(digit: np.ndarray) -> np.ndarray:
    """Scales so that the longer side is 20 pixels, each the mean of the area that it covers."""
    height, width = digit.shape
    scale = FIT / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    return _coverage(height, rows) @ digit @ _coverage(width, columns).T


def _coverage(length: int, cells: int) -> np.ndarray:
    """Which share of each of `cells` equal parts of a side each of its `length` pixels covers, as (cells, length).

    Exact, parts of pixels included: Pillow's box filter takes a pixel whole or leaves it, and small drawings show it.
    """
    edges = np.linspace(0, length, cells + 1)[:, None]
    pixels = np.arange(length)
    covered = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.maximum(covered, 0).astype(np.float32) * np.float32(cells / length)


def _corner(digit: np.ndarray) -> tuple[int, int]:
    """Where to put the digit so that its centre of mass is in the middle, none of it being cut off."""
    corner = []
    for axis, length in enumerate(digit.shape):
        weights = digit.sum(axis=1 - axis, dtype=np.float64)
        centre = weights @ np.arange(length) / weights.sum()
        corner.append(int(np.clip(round(MIDDLE - centre), 0, SIDE - length)))
    return corner[0], corner[1]
