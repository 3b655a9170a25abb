"""Numbers composed from the strokes of one writer each, as people write them, on a wide canvas."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.ndimage import label
from scipy.spatial.distance import cdist

from benchmarks.canvas import Picture
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_pictures import THINNEST, any_scale
from digitcore.data.stroke_variation import Random, Strokes
from digitcore.preprocessing.strokes import draw_strokes

WIDE, HIGH, MARGIN = 800, 320, 12
"""The canvas, and the space around a number, in pixels."""
SIZES, BRUSHES = (0.15, 0.7), (0.02, 0.2)
"""Ranges of a digit's height as a share of the canvas's, and of a brush as a share of the digit's height."""
SPACING, SPACING_VARIES = (0.03, 0.45), 0.4
"""The usual space between a number's digits as a share of their height, beside the brush, and how it varies."""
TOUCHING = 0.15
"""How often a digit touches the one before it because its writer's pen ran into it."""
DEEPEST = 0.05
"""How far the pen may run into the digit before, as a share of the height."""
DEEPEST_NESTED = 0.25
"""How far a digit may begin left of the end of the one before, as a share of the height."""
HEIGHT_VARIES, BASELINE_VARIES, MOST_SLOPE = 0.1, 0.06, np.radians(10)
FINE = 0.02
"""The step between points that are compared, and between places that are tried, as a share of the height."""


@dataclass(frozen=True)
class Number:
    """A (HIGH, WIDE) uint8 picture, white on black, of a number; whether any of its digits touch; each digit alone.

    `strokes` are those of the picture.
    """

    text: str
    picture: Picture
    touches: bool
    digits: tuple[Picture, ...]
    strokes: Strokes


def numbers(drawings: Sequence[Drawing], count: int, random: Random) -> list[Number]:
    """Numbers of 2 to 6 digits, each by one of the writers."""
    by_writer: dict[str, list[Drawing]] = {}
    for drawing in drawings:
        by_writer.setdefault(drawing.writer, []).append(drawing)
    writers = list(by_writer.values())
    return [number(writers[int(random.integers(len(writers)))], 2 + index % 5, random) for index in range(count)]


def number(written: Sequence[Drawing], length: int, random: Random) -> Number:
    """A number of so many of the digits that one writer has written."""
    chosen = [written[int(random.integers(len(written)))] for _ in range(length)]
    brush, slope = any_scale(random, *BRUSHES), np.tan(random.uniform(-MOST_SLOPE, MOST_SLOPE))
    placed = _in_a_row([_upright(drawing, random) for drawing in chosen], brush, slope, random)
    corners = np.concatenate([stroke for strokes in placed for stroke in strokes])
    low, extent = corners.min(axis=0), np.ptp(corners, axis=0)
    free = np.array((WIDE, HIGH)) - 2 * MARGIN
    size = min(HIGH * any_scale(random, *SIZES), *(free / (extent + brush)))
    begin = MARGIN + brush * size / 2 + random.uniform(0, 1, 2) * (free - (extent + brush) * size)
    digits = [[(stroke - low) * size + begin for stroke in strokes] for strokes in placed]
    width = max(brush * size, THINNEST)
    all_strokes = [stroke for strokes in digits for stroke in strokes]
    whole = _drawn(all_strokes, width)
    text = "".join(str(drawing.label) for drawing in chosen)
    alone = tuple(_drawn(strokes, width) for strokes in digits)
    return Number(text, whole, _touch(whole, alone), alone, all_strokes)


def _upright(drawing: Drawing, random: Random) -> Strokes:
    """The digit about 1 high, standing about on the line y = 0."""
    points = np.concatenate(drawing.strokes)
    extent = np.ptp(points, axis=0)
    # A 1 that lies down, or a digit much wider than high, stays as it was written.
    size = random.lognormal(0, HEIGHT_VARIES) / max(extent[1], extent[0] / 2, 1e-6)
    origin = np.array((points[:, 0].min(), points[:, 1].max()))
    return [(stroke - origin) * size + (0, random.normal(0, BASELINE_VARIES)) for stroke in drawing.strokes]


def _in_a_row(digits: list[Strokes], brush: float, slope: float, random: Random) -> list[Strokes]:
    """The digits side by side on a sloping line."""
    spacing = any_scale(random, *SPACING)
    placed = [digits[0]]
    for digit in digits[1:]:
        runs_into = random.random() < TOUCHING
        apart = brush + spacing * random.lognormal(0, SPACING_VARIES)
        space = -random.uniform(0, DEEPEST) if runs_into else apart
        placed.append(_beside(placed[-1], digit, space, slope, brush * random.uniform(0.3, 0.9)))
    return placed


def _beside(before: Strokes, digit: Strokes, space: float, slope: float, contact: float) -> Strokes:
    """The digit moved to the right of the one before, so that lines are `space` apart at the nearest place.

    If `space` is negative, it is moved on by so much after the lines are in `contact`.
    """
    one, other = _points(before), _points(digit)
    wanted = contact if space < 0 else space
    farthest = one[:, 0].max() - other[:, 0].min()
    for x in np.arange(farthest + wanted, farthest - DEEPEST_NESTED, -FINE):
        if cdist(one, other + (x, slope * x)).min() <= wanted:
            break
    x += min(space, 0)
    return [stroke + (x, slope * x) for stroke in digit]


def _touch(whole: Picture, digits: Sequence[Picture]) -> bool:
    """Whether any connected strokes belong to several digits."""
    strokes = label(whole > 0, np.ones((3, 3)))[0]
    own = [set(np.unique(strokes[digit > 0])) for digit in digits]
    return any(one & other for one, other in combinations(own, 2))


def _points(strokes: Strokes) -> np.ndarray:
    """Points along the strokes that are close to each other."""
    dense = []
    for stroke in strokes:
        lengths = np.linalg.norm(np.diff(stroke, axis=0), axis=1)
        along = np.concatenate([[0], np.cumsum(lengths)])
        places = np.linspace(0, along[-1], 2 + int(along[-1] / FINE))
        dense.append(np.stack([np.interp(places, along, stroke[:, axis]) for axis in (0, 1)], axis=1))
    return np.concatenate(dense)


def _drawn(strokes: Strokes, width: float) -> Picture:
    """The strokes on the wide canvas."""
    return draw_strokes(strokes, width, WIDE)[:HIGH]
