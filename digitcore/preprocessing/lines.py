"""Lines of writing: which pieces stand on which, in the order in which they are read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.preprocessing.pieces import Piece

SLOPES = np.tan(np.radians((0, -3, 3, -6, 6, -9, 9, -12, 12, -15, 15)))
"""How steeply lines may rise or fall. The first that suits as well as any is taken."""
SLOPE_COST = 0.3
"""How much lower, as a share, lines must become for each unit of slope."""
SMALL = 0.4
"""What is lower than this share of the highest piece says nothing of lines: points, commas, bars of a 5."""


@dataclass(frozen=True)
class Line:
    """A line's pieces, left to right, and the usual height of its digits in pixels."""

    pieces: tuple[Piece, ...]
    height: float


def find_lines(pieces: Sequence[Piece]) -> list[Line]:
    """The pieces in lines, top to bottom. All lines slope alike; each piece belongs to the nearest."""
    heights = np.array([piece.height for piece in pieces])
    large = heights >= SMALL * heights.max()
    middles = np.array([piece.middle for piece in pieces])
    slope = min(
        SLOPES, key=lambda slope: _height(middles[large], heights[large], slope) * (1 + SLOPE_COST * abs(slope))
    )
    levels = middles[:, 1] - slope * middles[:, 0]
    bands = _bands(levels[large], heights[large])
    nearest = np.argmin([np.maximum(low - levels, levels - high) for low, high in bands], axis=0)
    return [_line(pieces, np.flatnonzero(nearest == band), large) for band in range(len(bands))]


def _line(pieces: Sequence[Piece], indices: NDArray[np.intp], large: NDArray[np.bool_]) -> Line:
    own = sorted((pieces[index] for index in indices), key=lambda piece: piece.middle[0])
    return Line(tuple(own), float(np.median([pieces[index].height for index in indices if large[index]])))


def _height(middles: NDArray[np.float64], heights: NDArray[np.intp], slope: float) -> float:
    """The height of all lines together if they have this slope."""
    return sum(high - low for low, high in _bands(middles[:, 1] - slope * middles[:, 0], heights))


def _bands(levels: NDArray[np.float64], heights: NDArray[np.intp]) -> list[tuple[float, float]]:
    """From where to where each line reaches, top to bottom: pieces side by side are on the same one."""
    bands: list[tuple[float, float]] = []
    for low, high in sorted(zip(levels - heights / 2, levels + heights / 2, strict=True)):
        if bands and low < bands[-1][1]:
            bands[-1] = bands[-1][0], max(high, bands[-1][1])
        else:
            bands.append((float(low), float(high)))
    return bands
