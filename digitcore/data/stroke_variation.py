"""Random variations of a digit's strokes: tilt, slant, stretch, bends, tremor, and other ways to write the digit.

Strokes are scaled so that the digit's longer side is 1 and its middle is at 0; y points down.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

MOST_TILT = np.radians(22)
SLANT_SPREAD, STRETCH_SPREAD = 0.15, 0.14
MOST_BEND, BEND_WAVES = 0.045, (0.4, 1.2)
"""How far points are moved, and the number of waves across the digit."""
MOST_TREMOR, TREMOR_POINTS = 0.012, 6
"""How far a tremor moves points, and how many points share an offset."""
TREMOR_SHARE, FORMS_SHARE = 0.3, 0.3
"""The shares of digits with a tremor, and of those that are written in another form if they have one."""
NARROW = 0.4
"""A 1 whose width is below this share of its height is a plain stroke."""

Stroke = NDArray[np.floating]
Strokes = list[Stroke]
Random = np.random.Generator


def vary(label: int, strokes: Sequence[Stroke], random: Random) -> Strokes:
    """The digit as another writer might have written it."""
    drawn = fit(strokes)
    if label in FORMS and random.random() < FORMS_SHARE:
        drawn = FORMS[label](drawn, random)
    points, ends = np.concatenate(drawn), np.cumsum([len(stroke) for stroke in drawn])[:-1]
    points = _bend(points @ _hand(random).T, random)
    if random.random() < TREMOR_SHARE:
        points = points + _tremor(len(points), random)
    return fit(np.split(points, ends))


def fit(strokes: Sequence[Stroke]) -> Strokes:
    """The strokes moved and scaled so that their longer side is 1 and their middle is at 0."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-6)
    return [(stroke - (low + high) / 2) / size for stroke in strokes]


def _hand(random: Random) -> Stroke:
    """A random (2, 2) matrix that stretches, slants and tilts."""
    tilt = MOST_TILT * random.triangular(-1, 0, 1)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    slant = np.array([[1, random.normal(0, SLANT_SPREAD)], [0, 1]])
    stretch = np.exp(random.normal(0, STRETCH_SPREAD))
    result: Stroke = turn @ slant @ np.diag([stretch, 1 / stretch])
    return result


def _bend(points: Stroke, random: Random) -> Stroke:
    """Moves the points along slow waves with random directions and phases."""
    waves, phase = random.uniform(*BEND_WAVES, (2, 2)) * random.choice((-1, 1), (2, 2)), random.uniform(0, 1, 2)
    result: Stroke = points + random.uniform(0, MOST_BEND) * np.sin(2 * np.pi * (points @ waves + phase))
    return result


def _tremor(count: int, random: Random) -> Stroke:
    """(count, 2) offsets of a tremor: smooth noise along the stroke."""
    knots = max(2, count // TREMOR_POINTS)
    noise = random.normal(0, random.uniform(0, MOST_TREMOR), (knots, 2))
    along = np.linspace(0, knots - 1, count)
    return np.stack([np.interp(along, np.arange(knots), noise[:, axis]) for axis in (0, 1)], axis=1)


def _zero(strokes: Strokes, random: Random) -> Strokes:
    """With a slash or a dot in it."""
    if random.random() < 0.25:
        return [*strokes, random.normal(0, 0.03, (1, 2))]
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    reach = random.uniform(0.6, 1.15)
    end = reach / 2 * np.array([width, -height])
    if random.random() < 0.15:
        end[0] *= -1
    return [*strokes, line(-end, end) + random.normal(0, 0.03, 2)]


def _one(strokes: Strokes, random: Random) -> Strokes:
    """A plain stroke with a flag, which is long in much of Europe, or a foot, or both."""
    points = np.concatenate(strokes)
    if np.ptp(points[:, 0]) > NARROW * np.ptp(points[:, 1]):
        return strokes
    top, bottom = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    kind, more = random.random(), []
    if kind < 0.8:
        length, slope = random.uniform(0.15, 0.6), random.uniform(0.75, 1.4)
        more.append(line(top + length * np.array([-np.cos(slope), np.sin(slope)]), top))
    if kind > 0.6:
        half = random.uniform(0.12, 0.35)
        more.append(line(bottom + (-half, random.normal(0, 0.03)), bottom + (half, random.normal(0, 0.03))))
    return [*strokes, *more]


def _seven(strokes: Strokes, random: Random) -> Strokes:
    """Crossed, or with a small hook at the beginning of its bar, if it was written in one stroke."""
    if len(strokes) > 1:
        return strokes
    (stroke,) = strokes
    if random.random() < 0.3:
        begin = stroke[0]
        hook = begin + random.uniform(0.1, 0.25) * np.array([random.normal(0, 0.2), 1])
        return [np.concatenate([line(hook, begin), stroke])]
    stem = stroke[len(stroke) // 2 :]
    middle = stem[np.abs(stem[:, 1] - random.uniform(-0.05, 0.15)).argmin()]
    half, rise = random.uniform(0.12, 0.28), random.normal(0, 0.05)
    return [stroke, line(middle + (-half, rise), middle + (half, -rise))]


def _nine(strokes: Strokes, random: Random) -> Strokes:
    """With its tail hooked to the left, if it ends at the bottom."""
    *before, last = strokes
    if last[-1, 1] < 0.4:
        return strokes
    radius, reach = random.uniform(0.12, 0.25), random.uniform(0.8, 1.8)
    angles = np.linspace(0, reach, 8)[1:]
    hook = last[-1] + radius * np.stack([np.cos(angles) - 1, np.sin(angles)], axis=1)
    return [*before, np.concatenate([last, hook])]


def line(begin: Stroke, end: Stroke) -> Stroke:
    """A straight stroke with enough points to be bent."""
    return np.linspace(begin, end, 12)


FORMS: dict[int, Callable[[Strokes, Random], Strokes]] = {0: _zero, 1: _one, 7: _seven, 9: _nine}
