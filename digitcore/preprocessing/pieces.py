"""From ink to pieces: connected strokes, and parts of them where digits touch.

Each piece is a digit, or a part of one, or none: cutting too often is right, as the network joins again what belongs
together. This is over-segmentation (LeCun, Bottou, Bengio and Haffner: "Gradient-based learning applied to document
recognition", 1998, section VIII).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.preprocessing.normalise import scale

Ink = NDArray[np.float32]

CUT_ROWS = 32
"""Cuts are searched in ink reduced to at most this many rows."""
ALONG = 0.5
SIDEWAYS_INK = 0.1
SIDEWAYS = 0.01
"""What a step to the side costs a cut, in pixels of ink: of cuts through as much ink, the straight one is best."""
CLOSEST_CUTS = 0.15
"""Cuts are at least about this far apart, as a share of the height."""
LEAST_HEIGHT = 0.5
LEAST_INK = 0.05
"""The smallest piece that is cut off, as a share of the ink."""
DEEPEST_CUT = 4
"""The longest way of a cut through ink, as a share of the height."""
CUTS, MOST_CUTS = 5, 30
"""The most cuts for each height of width, and for a piece."""


class Piece(NamedTuple):
    """(h, w) float32 ink, the column and row of its corner in the picture, and what was cut at its sides.

    `cut_left` and `cut_right` are the lengths of the cuts through ink as shares of the height; 0 if nothing was cut.
    """

    ink: Ink
    x: int
    y: int
    cut_left: float = 0
    cut_right: float = 0

    @property
    def width(self) -> int:
        """In pixels."""
        return self.ink.shape[1]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.ink.shape[0]

    @property
    def is_cut(self) -> bool:
        """Whether something was cut off at either side."""
        return self.cut_left > 0 or self.cut_right > 0

    @property
    def middle(self) -> tuple[float, float]:
        """The middle's column and row."""
        return self.x + self.width / 2, self.y + self.height / 2


def connected(ink: Ink, smallest: float) -> list[Piece]:
    """The connected strokes of (H, W) ink whose longer side is at least so many pixels."""
    from scipy import ndimage  # a third of a second to import, which a page's first picture does without

    labels, _ = ndimage.label(ink > 0, np.ones((3, 3)))
    pieces = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        if max(rows.stop - rows.start, columns.stop - columns.start) >= smallest:
            own = np.where(labels[rows, columns] == number, ink[rows, columns], np.float32(0))
            pieces.append(Piece(own, columns.start, rows.start))
    return pieces


def joined(pieces: Sequence[Piece]) -> Piece:
    """Neighbouring pieces, left to right, as one."""
    if len(pieces) == 1:
        return pieces[0]
    left, top = min(piece.x for piece in pieces), min(piece.y for piece in pieces)
    right = max(piece.x + piece.width for piece in pieces)
    bottom = max(piece.y + piece.height for piece in pieces)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for piece in pieces:
        y, x = piece.y - top, piece.x - left
        ink[y : y + piece.height, x : x + piece.width] += piece.ink
    return Piece(ink, left, top, pieces[0].cut_left, pieces[-1].cut_right)


def cut(piece: Piece) -> list[Piece]:
    """The parts of a piece, left to right, cut wherever digits may touch.

    A cut is a path from top to bottom through little ink (Lee, Lee and Park: "A new methodology for gray-scale
    character segmentation and its recognition", 1996).
    """
    factor = max(1, piece.height / CUT_ROWS)
    reduced = scale(piece.ink, max(1, round(piece.height / factor)), max(1, round(piece.width / factor)))
    paths, lengths = _paths(reduced / reduced.max())
    rows = (np.arange(piece.height) + 0.5) / factor - 0.5
    edges = [np.interp(rows, np.arange(len(path)), path) * factor for path in paths.T]
    return _split(piece, edges, lengths.tolist())


def _paths(ink: Ink) -> tuple[NDArray[np.intp], NDArray[np.floating]]:
    """The best cuts, left to right: (rows, N) columns up to which each cuts, and (N,) what they cost.

    Of all ink, the place is taken through which the cheapest cut passes; then the same of all ink that is not near that
    cut, and so on.
    """
    height, width = ink.shape
    ink = np.minimum(1, ink * 2)
    (down, came_from), (up, goes_to) = _ways(ink), _ways(ink[::-1])
    up, goes_to = up[::-1], goes_to[::-1]
    through = down + up - ink * (ALONG / height)
    left = ink.cumsum(axis=1) / ink.sum()
    open_places = np.where(ink > 0.5, through, np.inf)
    reach = CLOSEST_CUTS * height
    rows, columns = np.indices(ink.shape)
    most = min(MOST_CUTS, round(CUTS * width / height + 1))
    paths, costs = [], []
    came, goes = came_from.tolist(), goes_to.tolist()
    while len(paths) < most:
        row, column = np.unravel_index(int(open_places.argmin()), ink.shape)
        cost = float(open_places[row, column])
        if cost > DEEPEST_CUT:
            break
        path = _path(came, goes, int(row), int(column))
        share = ink.cumsum(axis=1)[np.arange(height), path].sum() / ink.sum()
        crossed = np.flatnonzero(ink[np.arange(height), path] > 0.5)
        for place in crossed:
            open_places[(rows - place) ** 2 + (columns - path[place]) ** 2 <= reach**2] = np.inf
        if LEAST_INK <= share <= 1 - LEAST_INK and _tall(ink, path):
            paths.append(path)
            costs.append(cost)
    if not paths:
        return np.empty((height, 0), int), np.empty(0)
    order = np.argsort([sum(path) for path in paths])
    ordered = np.maximum.accumulate(np.array(paths)[order].T, axis=1)
    return ordered, np.array(costs)[order]


def _ways(ink: Ink) -> tuple[Ink, NDArray[np.intp]]:
    """For each pixel the cost of the best path to it from above the top row, and the step from the one before."""
    along = ink * (ALONG / len(ink))
    ways, steps = np.empty_like(ink), np.zeros(ink.shape, int)
    ways[0] = ink[0] / 2 + along[0]
    choices = np.full((3, ink.shape[1]), np.inf, np.float32)
    columns = np.arange(ink.shape[1])
    for row in range(1, len(ways)):
        before, ink_before, now = ways[row - 1], ink[row - 1], ink[row]
        side = SIDEWAYS + SIDEWAYS_INK * now
        choices[0] = before + np.abs(now - ink_before) / 2
        choices[1, 1:] = before[:-1] + np.abs(now[1:] - ink_before[:-1]) / 2 + side[1:]
        choices[2, :-1] = before[1:] + np.abs(now[:-1] - ink_before[1:]) / 2 + side[:-1]
        best = choices.argmin(axis=0)
        ways[row] = choices[best, columns] + along[row]
        steps[row] = STEPS[best]
    return ways, steps


def _tall(ink, path):
    cum = (ink > 0.5).cumsum(axis=1)
    l = cum[np.arange(len(ink)), path]
    r = cum[:, -1] - l
    return all(np.ptp(np.flatnonzero(x)) >= LEAST_HEIGHT * len(ink) if x.any() else False for x in (l, r))


STEPS = np.array((0, -1, 1))


def _path(came, goes, row, column):
    path = [0] * len(came)
    at = column
    for above in range(row, -1, -1):
        path[above] = at
        at += came[above][at]
    at = column
    for below in range(row, len(came)):
        path[below] = at
        at += goes[below][at]
    return path


def _split(piece: Piece, edges: Sequence[NDArray[np.float64]], lengths: Sequence[float]) -> list[Piece]:
    """The parts between the edges that leave enough ink on both sides."""
    columns = np.arange(piece.width) + 0.5
    least, total = LEAST_INK * piece.ink.sum(), piece.ink.sum()
    rest, parts, taken, before = piece.ink, [], 0.0, 0.0
    for edge, length in zip(edges, lengths, strict=True):
        is_left = columns < edge[:, None] + 0.5
        part = np.where(is_left, rest, np.float32(0))
        amount = part.sum()
        if amount < least or total - taken - amount < least:
            continue
        parts.append(_trimmed(part, piece, before, length))
        rest, taken, before = np.where(is_left, np.float32(0), rest), taken + amount, length
    return [*parts, _trimmed(rest, piece, before, 0)]


def _trimmed(ink: Ink, piece: Piece, cut_left: float, cut_right: float) -> Piece:
    """The part of a piece in a box of its own."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    own = ink[top : rows[-1] + 1, left : columns[-1] + 1]
    return Piece(own, piece.x + left, piece.y + top, cut_left, cut_right)
