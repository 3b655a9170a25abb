"""How the same digit might also have been written: turned, slanted, stretched, bent, shaken, in another form.

Strokes are scaled so that the digit's longer side is 1 and its middle at 0; y points down.
"""

from collections.abc import Callable, Sequence

import numpy as np

MOST_TILT = np.radians(22)
SLANT_SPREAD, STRETCH_SPREAD = 0.15, 0.14
MOST_BEND, BEND_WAVES = 0.045, (0.4, 1.2)
"""How far points are moved, and how many waves of that there are along the digit."""
MOST_SHAKE, SHAKE_WAVES = 0.012, 6
SHAKY_SHARE, FORMS_SHARE = 0.3, 0.3
NARROW = 0.4
"""A 1 whose width is below this share of its height is a plain stroke."""

Strokes = list[np.ndarray]
Random = np.random.Generator


def vary(label: int, strokes: Sequence[np.ndarray], random: Random) -> Strokes:
    """The digit as another hand might have written it."""
    drawn = fit(strokes)
    if label in FORMS and random.random() < FORMS_SHARE:
        drawn = FORMS[label](drawn, random)
    points, ends = np.concatenate(drawn), np.cumsum([len(stroke) for stroke in drawn])[:-1]
    points = _bend(points @ _hand(random).T, random)
    if random.random() < SHAKY_SHARE:
        points = points + _shake(len(points), random)
    return fit(np.split(points, ends))


def fit(strokes: Sequence[np.ndarray]) -> Strokes:
    """The strokes moved and scaled so that their longer side is 1 and their middle at 0."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = max(float((high - low).max()), 1e-6)
    return [(stroke - (low + high) / 2) / size for stroke in strokes]


def _hand(random: Random) -> np.ndarray:
    """A (2, 2) matrix that stretches, slants and tilts."""
    tilt = MOST_TILT * random.triangular(-1, 0, 1)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    slant = np.array([[1, random.normal(0, SLANT_SPREAD)], [0, 1]])
    stretch = np.exp(random.normal(0, STRETCH_SPREAD))
    return turn @ slant @ np.diag([stretch, 1 / stretch])


def _bend(points: np.ndarray, random: Random) -> np.ndarray:
    """Moves the points along slow waves, whose directions and places are random."""
    waves, phase = random.uniform(*BEND_WAVES, (2, 2)) * random.choice((-1, 1), (2, 2)), random.uniform(0, 1, 2)
    return points + random.uniform(0, MOST_BEND) * np.sin(2 * np.pi * (points @ waves + phase))


def _shake(count: int, random: Random) -> np.ndarray:
    """A slow hand's trembling: noise along the stroke, as (count, 2)."""
    knots = max(2, count // SHAKE_WAVES)
    noise = random.normal(0, random.uniform(0, MOST_SHAKE), (knots, 2))
    along = np.linspace(0, knots - 1, count)
    return np.stack([np.interp(along, np.arange(knots), noise[:, axis]) for axis in (0, 1)], axis=1)


def _zero(strokes: Strokes, random: Random) -> Strokes:
    """Slashed, as engineers and Scandinavians do, or dotted."""
    if random.random() < 0.25:
        return [*strokes, random.normal(0, 0.03, (1, 2))]
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    reach = random.uniform(0.6, 1.15)
    end = reach / 2 * np.array([width, -height])
    if random.random() < 0.15:
        end[0] *= -1
    return [*strokes, line(-end, end) + random.normal(0, 0.03, 2)]


def _one(strokes: Strokes, random: Random) -> Strokes:
    """With a flag, long as in much of Europe, or a foot, or both; only to what is a plain stroke."""
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
    """Crossed, or with a small hook where its bar begins; only what was written in one stroke."""
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
    """With its tail hooked to the left; only where it ends at the bottom."""
    *before, last = strokes
    if last[-1, 1] < 0.4:
        return strokes
    radius, reach = random.uniform(0.12, 0.25), random.uniform(0.8, 1.8)
    angles = np.linspace(0, reach, 8)[1:]
    hook = last[-1] + radius * np.stack([np.cos(angles) - 1, np.sin(angles)], axis=1)
    return [*before, np.concatenate([last, hook])]


def line(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """A straight stroke, with points enough to be bent."""
    return np.linspace(begin, end, 12)


FORMS: dict[int, Callable[[Strokes, Random], Strokes]] = {0: _zero, 1: _one, 7: _seven, 9: _nine}
