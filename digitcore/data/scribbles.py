"""Drawings that are no digit: scribbles, blots, parts of strokes, overlapping digits, letters and signs.

All are made of strokes as in `digitcore.data.stroke_variation`: the longer side is 1, the middle at 0, y points down.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitcore.data.drawings import Drawing
from digitcore.data.letters import LETTERS
from digitcore.data.stroke_variation import Random, Strokes, fit, line, vary
from digitcore.model_format import NO_DIGIT

CURVE_POINTS = 40
MIRRORED = (2, 3, 4, 5, 6, 7, 9)
"""The digits whose mirror image is no digit."""
UPSIDE_DOWN = (2, 3, 4, 5, 7)
"""The digits that are no digit upside down, or at least unlike any."""


def scribble(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A drawing that is no digit, of a random kind."""
    kind = KINDS[int(random.integers(len(KINDS)))]
    return fit(kind(drawings, random))


def _curves(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """One to three curves through random points."""
    return [_curve(random.uniform(-0.5, 0.5, (random.integers(4, 14), 2))) for _ in range(random.integers(1, 4))]


def _zigzag(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A zigzag; with a thick brush, a blot."""
    turns = random.integers(4, 16)
    along = np.linspace(-0.5, 0.5, turns)
    across = np.where(np.arange(turns) % 2, 0.5, -0.5) * random.uniform(0.3, 1, turns)
    return [np.stack([along, across], axis=1) @ _turn(random.uniform(0, np.pi))]


def _spiral(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A spiral from near the middle outwards."""
    angles = np.linspace(0, random.uniform(4, 9) * np.pi, 90)
    radii = np.linspace(random.uniform(0, 0.25), 1, 90) * random.normal(1, 0.03, 90)
    circle = np.stack([np.cos(angles), random.uniform(0.5, 1) * np.sin(angles)], axis=1)
    return [circle * radii[:, None] @ _turn(random.uniform(0, np.pi))]


def _dots(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """One to three dots."""
    return [random.uniform(-0.5, 0.5, (1, 2)) for _ in range(random.integers(1, 4))]


def _letter(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A letter or a sign, varied at random."""
    curved, strokes = LETTERS[int(random.integers(len(LETTERS)))]
    moved = [np.array(places) + random.normal(0, 0.04, (len(places), 2)) for places in strokes]
    return vary(NO_DIGIT, [_curve(places) if curved else _polyline(places) for places in moved], random)


def _sign(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """Straight strokes between the corners, the middles of the edges and the centre of a square."""
    grid = np.stack(np.meshgrid((-0.5, 0, 0.5), (-0.5, 0, 0.5)), axis=-1).reshape(-1, 2)
    strokes: Strokes = []
    for _ in range(random.integers(2, 5)):
        corners = grid[random.choice(len(grid), random.integers(2, 5), replace=False)]
        strokes.append(_polyline(corners + random.normal(0, 0.04, corners.shape)))
    return strokes


def _medley(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """Parts of strokes of several digits, turned and mixed."""
    strokes: Strokes = []
    for _ in range(random.integers(2, 6)):
        stroke = max(_any(drawings, random), key=len)
        length = random.integers(max(2, len(stroke) // 4), len(stroke) + 1)
        begin = random.integers(len(stroke) - length + 1)
        part = stroke[begin : begin + length] @ _turn(random.uniform(0, 2 * np.pi))
        strokes.append(part * random.uniform(0.4, 1) + random.uniform(-0.45, 0.45, 2))
    return strokes


def _overlay(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """Two digits on top of each other."""
    first, second = _any(drawings, random), _any(drawings, random)
    return [*first, *(stroke * random.uniform(0.7, 1.2) + random.uniform(-0.15, 0.15, 2) for stroke in second)]


def _pair(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """Two or three digits side by side, narrow or as they are."""
    step, narrow = random.uniform(0.5, 0.9), random.choice((0.6, 1.0))
    return [
        stroke * (narrow, 1) + (step * place, random.normal(0, 0.05))
        for place in range(random.integers(2, 4))
        for stroke in _any(drawings, random)
    ]


def _neighbour(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A digit and half of another beside it, as a wrong cut between digits that touch leaves them."""
    mirror = (random.choice((-1, 1)), 1)
    digit, other = ([stroke * mirror for stroke in _any(drawings, random)] for _ in range(2))
    half = _left_of(random.uniform(-0.1, 0.15), other) or other
    left, right = min(stroke[:, 0].min() for stroke in half), max(stroke[:, 0].max() for stroke in digit)
    beside = (right - left + random.uniform(-0.05, 0.12), random.normal(0, 0.05))
    return [stroke * mirror for stroke in (*digit, *(stroke + beside for stroke in half))]


def _left_of(edge: float, strokes: Strokes) -> Strokes:
    """The parts of strokes left of an edge."""
    parts: Strokes = []
    for stroke in strokes:
        is_left = stroke[:, 0] < edge
        changes = np.flatnonzero(np.diff(is_left)) + 1
        pieces = zip(np.split(stroke, changes), np.split(is_left, changes), strict=True)
        parts += [piece for piece, kept in pieces if kept[0]]
    return parts


def _reversed(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A digit mirrored, upside down or on its side, if that is no digit."""
    drawing = drawings[int(random.integers(len(drawings)))]
    strokes = vary(drawing.label, drawing.strokes, random)
    kind = random.integers(3)
    if kind == 0 and drawing.label in MIRRORED:
        return [stroke * (-1, 1) for stroke in strokes]
    if kind == 1 and drawing.label in UPSIDE_DOWN:
        return [-stroke for stroke in strokes]
    if drawing.label in (0, 1, 7):
        return _medley(drawings, random)
    return [stroke @ _turn(random.choice((-1, 1)) * np.pi / 2) for stroke in strokes]


def _cut(drawings: Sequence[Drawing], random: Random) -> Strokes:
    """A digit crossed out by straight strokes."""
    strokes = _any(drawings, random)
    for _ in range(random.integers(2, 5)):
        strokes = [*strokes, _polyline(random.uniform(-0.6, 0.6, (2, 2)))]
    return strokes


def _any(drawings: Sequence[Drawing], random: Random) -> Strokes:
    drawing = drawings[int(random.integers(len(drawings)))]
    return vary(drawing.label, drawing.strokes, random)


def _turn(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _polyline(corners: NDArray[np.float64]) -> NDArray[np.floating]:
    """Straight lines from corner to corner."""
    return np.concatenate([line(begin, end) for begin, end in zip(corners, corners[1:], strict=False)])


def _curve(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth curve through the corners."""
    from scipy.interpolate import CubicSpline  # a quarter of a second to import, which pages do not need

    along = np.arange(len(corners))
    result: NDArray[np.float64] = CubicSpline(along, corners)(np.linspace(0, len(corners) - 1, CURVE_POINTS))
    return result


KINDS = (
    *(_letter, _letter, _letter, _letter, _medley, _medley, _medley),
    *(_neighbour, _neighbour, _neighbour, _neighbour, _pair, _pair),
    *(_curves, _zigzag, _spiral, _dots, _sign, _overlay, _reversed, _cut),
)
"""Letters, medleys and neighbours are more frequent than others: they are most easily mistaken for digits."""
