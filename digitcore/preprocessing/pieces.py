"""From ink to pieces: connected strokes, and parts of them where digits touch.

Each piece is a digit, or a part of one, or none: cutting too often is right, as the network joins again what belongs
together. This is over-segmentation (LeCun, Bottou, Bengio and Haffner: "Gradient-based learning applied to document
recognition", 1998, section VIII).
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.preprocessing.ink import Ink
from digitcore.preprocessing.normalise import box_of, scale

CUT_ROWS = 32
"""Cuts are searched in ink reduced to at most this many rows."""
ALONG, SIDEWAYS, SIDEWAYS_IN_INK = 0.5, 0.01, 0.1
"""What a cut costs beside 1 for each line that it crosses: for a way through ink as long as the piece is high, for each
step to the side, and for each such step in ink. So a line is cut across rather than lengthwise, but two digits whose
lines lie on each other are cut along them."""
DEAREST_CUT = 4
"""The most that a cut may cost."""
CUTS_APART = 0.15
"""Cuts cross lines at places at least this far apart, as a share of the height."""
LEAST_INK, LEAST_HEIGHT = 0.05, 0.5
"""What a cut leaves on each side, as shares of the ink and of the height: a digit, if it is a good cut."""
CUTS, MOST_CUTS = 3, 24
"""The most cuts for each height of width, and for a piece."""
STEPS = np.array((0, -1, 1))


class Piece(NamedTuple):
    """(h, w) float32 ink, the column and row of its corner in the picture, and what the cuts at its sides cost.

    `cut_left` and `cut_right` are 0 if nothing was cut there.
    """

    ink: Ink
    x: int
    y: int
    cut_left: float = 0
    cut_right: float = 0

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.ink.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.ink.shape[0])

    @property
    def filled(self) -> float:
        """The share of the box that has ink."""
        return float(np.count_nonzero(self.ink) / self.ink.size)

    @property
    def is_cut(self) -> bool:
        """Whether something was cut off at either side."""
        return self.cut_left > 0 or self.cut_right > 0

    @property
    def middle(self) -> tuple[float, float]:
        """The middle's column and row."""
        return self.x + self.width / 2, self.y + self.height / 2


def connected(ink: Ink, smallest: float) -> list[Piece]:
    """The connected strokes of (H, W) ink whose longer side is at least so many pixels, the largest first.

    At most parts.MOST_PARTS: a texture or a page of print has thousands.
    """
    from digitcore.preprocessing.parts import parts_of  # SciPy's third of a second, which a first picture does without

    parts = parts_of(ink > 0)
    return [
        Piece(ink[part.rows, part.columns] * parts.only(part), part.columns.start, part.rows.start)
        for part in parts.parts
        if part.length >= smallest
    ]


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

    A cut is a path from top to bottom that crosses few lines, found by dynamic programming (Lee, Lee and Park: "A new
    methodology for gray-scale character segmentation and its recognition", 1996).
    """
    factor = max(1, piece.height / CUT_ROWS)
    ink = scale(piece.ink, max(1, round(piece.height / factor)), max(1, round(piece.width / factor)))
    cuts = _cuts(np.minimum(1, ink * (2 / ink.max())))
    rows = (np.arange(piece.height) + 0.5) / factor - 0.5
    edges = [(np.interp(rows, np.arange(len(ink)), columns) + 0.5) * factor for _, columns in cuts]
    return _split(piece, edges, [cost for cost, _ in cuts])


class _Cut(NamedTuple):
    """What it costs, and (rows,) the column at each row."""

    cost: float
    columns: NDArray[np.intp]


def _cuts(ink: Ink) -> list[_Cut]:
    """The cheapest cuts, left to right, that leave enough on both sides."""
    height, width = ink.shape
    most = min(MOST_CUTS, round(CUTS * width / height + 1))
    chosen = list(islice((one for one in _cheapest(ink) if _leaves_enough(ink, one.columns)), most))
    chosen.sort(key=lambda one: int(one.columns.sum()))
    if not chosen:
        return []
    # Two paths may cross: from there on, both take the right one.
    columns = np.maximum.accumulate([one.columns for one in chosen])
    return [_Cut(one.cost, own) for one, own in zip(chosen, columns, strict=True)]


def _cheapest(ink: Ink) -> Iterator[_Cut]:
    """The cheapest cut, then the cheapest that crosses lines elsewhere, and so on."""
    height = len(ink)
    (above, came), (below, goes) = _ways(ink), (array[::-1] for array in _ways(ink[::-1]))
    costs = np.where(ink > 0.5, above + below - ink * (ALONG / height), np.inf)
    came_from, goes_to = came.tolist(), goes.tolist()
    rows, columns = np.indices(ink.shape)
    while (cost := float(costs.min())) <= DEAREST_CUT:
        row, column = (int(place) for place in np.unravel_index(int(costs.argmin()), ink.shape))
        path = np.array([*_follow(came_from[: row + 1][::-1], column)[::-1], *_follow(goes_to[row:], column)[1:]])
        yield _Cut(cost, path)
        for crossed in np.flatnonzero(ink[np.arange(height), path] > 0.5):
            near = (rows - crossed) ** 2 + (columns - path[crossed]) ** 2 <= (CUTS_APART * height) ** 2
            costs[near] = np.inf


def _ways(ink: Ink) -> tuple[Ink, NDArray[np.intp]]:
    """For each pixel the cost of the cheapest path to it from above, and the step back along it: -1, 0 or 1."""
    along = ink * (ALONG / len(ink))
    cost, back = np.empty_like(ink), np.zeros(ink.shape, np.intp)
    cost[0] = ink[0] / 2 + along[0]
    choices = np.full((3, ink.shape[1]), np.inf, np.float32)
    columns = np.arange(ink.shape[1])
    for row in range(1, len(ink)):
        before, ink_before, now = cost[row - 1], ink[row - 1], ink[row]
        side = SIDEWAYS + SIDEWAYS_IN_INK * now
        # Half of a line's cost is paid where it is entered, and half where it is left.
        choices[0] = before + np.abs(now - ink_before) / 2
        choices[1, 1:] = before[:-1] + np.abs(now[1:] - ink_before[:-1]) / 2 + side[1:]
        choices[2, :-1] = before[1:] + np.abs(now[:-1] - ink_before[1:]) / 2 + side[:-1]
        best = choices.argmin(axis=0)
        cost[row], back[row] = choices[best, columns] + along[row], STEPS[best]
    return cost, back


def _follow(steps: Sequence[Sequence[int]], column: int) -> list[int]:
    """The column at each row of a path that begins at a column and takes the steps."""
    path = [column]
    for row in steps[:-1]:
        path.append(path[-1] + row[path[-1]])
    return path


def _leaves_enough(ink: Ink, path: NDArray[np.intp]) -> bool:
    """Whether there may be a digit on both sides."""
    is_left = np.arange(ink.shape[1]) <= path[:, None]
    parts = np.where(is_left, ink, 0), np.where(is_left, 0, ink)
    return all(_is_enough(part, ink) for part in parts)


def _is_enough(part: Ink, ink: Ink) -> bool:
    rows = np.flatnonzero((part > 0.5).any(axis=1))
    tall = len(rows) and rows[-1] - rows[0] >= LEAST_HEIGHT * len(ink)
    return bool(tall and part.sum() >= LEAST_INK * ink.sum())


def _split(piece: Piece, edges: Sequence[NDArray[np.float64]], costs: Sequence[float]) -> list[Piece]:
    """The parts between (h,) edges, without edges that leave too little between them."""
    columns, least = np.arange(piece.width) + 0.5, LEAST_INK * piece.ink.sum()
    rest, parts, cost_before = piece.ink, [], 0.0
    for edge, cost in zip(edges, costs, strict=True):
        is_left = columns < edge[:, None]
        left, right = np.where(is_left, rest, np.float32(0)), np.where(is_left, np.float32(0), rest)
        if min(left.sum(), right.sum()) >= least:
            parts.append(_trimmed(left, piece, cost_before, cost))
            rest, cost_before = right, cost
    return [*parts, _trimmed(rest, piece, cost_before, 0)]


def _trimmed(ink: Ink, piece: Piece, cut_left: float, cut_right: float) -> Piece:
    """A part of a piece in a box of its own."""
    box = box_of(ink)
    assert box, "a part has ink"
    x, y, width, height = box
    return Piece(ink[y : y + height, x : x + width], piece.x + x, piece.y + y, cut_left, cut_right)
