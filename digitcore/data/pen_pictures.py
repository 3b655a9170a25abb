"""Pen strokes as pictures, drawn as on the canvas with brushes of many widths, and split by writer."""

from collections.abc import Iterable

import numpy as np

from digitcore.data.files import Progress
from digitcore.data.pen import Drawing, load_drawings
from digitcore.data.scribbles import scribble
from digitcore.data.stroke_variation import Random, Strokes, fit, vary
from digitcore.model_format import NO_DIGIT
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.strokes import draw_strokes

TRAINING_WRITERS, VALIDATION_WRITERS, DEVELOPMENT_WRITERS = range(1, 23), range(23, 26), range(26, 31)
HANDS = 6
"""How often each digit for training is drawn, each time by another hand and with another brush."""
ALL_WIDTHS, USUAL_WIDTHS, SCRIBBLE_WIDTHS = (0.015, 0.28), (0.05, 0.16), (0.015, 0.16)
"""Of the brush, as shares of the drawing's longer side. A thick brush can make a digit of anything."""
WIDEST = 0.5
"""Of the brush, as a share of the drawing's shorter side: wider, it makes of a narrow 6 or 8 what MNIST calls a 1."""
USUAL_SHARE = 0.5
SCRIBBLES = 11_000
CANVAS, SIZE = 112, 80
"""Sides of the canvas and of the drawing on it, in pixels; the network sees a quarter of those."""
PEN_SEED, SCRIBBLES_SEED = 7_494, 7_495

Labelled = tuple[np.ndarray, np.ndarray]
"""(N, 28, 28) pictures and (N,) labels, both uint8."""


def draw_pen(progress: Progress | None = None) -> tuple[Labelled, Labelled, Labelled]:
    """The pen digits for training, for validation and for development, of writers who have none in common.

    The last two are drawn as they were written. The same at every call; raises DataError where they cannot be had.
    """
    drawings = load_drawings(progress)
    validation, development, random = _as_written(drawings)
    return _by_hands(HANDS, drawings, random), validation, development


def draw_development(progress: Progress | None = None) -> Labelled:
    """The last of `draw_pen`, without the work of the first. Raises DataError where it cannot be had."""
    return _as_written(load_drawings(progress))[1]


def draw_first_hands(progress: Progress | None = None) -> Labelled:
    """Of the first of `draw_pen` as many as there are digits, each by one hand. Raises DataError as that does."""
    drawings = load_drawings(progress)
    return _by_hands(1, drawings, _as_written(drawings)[2])


def _as_written(drawings: Iterable[Drawing]) -> tuple[Labelled, Labelled, Random]:
    """The digits for validation and for development, and what chance comes after them."""
    random = np.random.default_rng(PEN_SEED)
    ours = (written_by(writers, drawings) for writers in (VALIDATION_WRITERS, DEVELOPMENT_WRITERS))
    drawn = [_draw((fit(each.strokes), any_scale(random, *ALL_WIDTHS), each.label) for each in part) for part in ours]
    return *drawn, random


def _by_hands(hands: int, drawings: Iterable[Drawing], random: Random) -> Labelled:
    """The digits for training, all of them by one hand after another."""
    return _draw(_varied(each, random) for each in written_by(TRAINING_WRITERS, drawings) * hands)


def draw_scribbles(progress: Progress | None = None) -> Labelled:
    """Drawings that are no digits, made of the training writers' strokes among other things; the same at every call."""
    drawings = written_by(TRAINING_WRITERS, load_drawings(progress))
    random = np.random.default_rng(SCRIBBLES_SEED)
    return _draw((scribble(drawings, random), any_scale(random, *SCRIBBLE_WIDTHS), NO_DIGIT) for _ in range(SCRIBBLES))


def written_by(writers: range, drawings: Iterable[Drawing]) -> list[Drawing]:
    """The digits that these people wrote."""
    return [each for each in drawings if each.writer in writers]


def any_scale(random: Random, least: float, most: float) -> float:
    """A number between two, all scales being equally likely."""
    return float(np.exp(random.uniform(np.log(least), np.log(most))))


def _varied(drawing: Drawing, random: Random) -> tuple[Strokes, float, int]:
    """The drawing as another hand might have written it, with another brush."""
    strokes = vary(drawing.label, drawing.strokes, random)
    return strokes, _any_brush(drawing.label, strokes, random), drawing.label


def _any_brush(label: int, strokes: Strokes, random: Random) -> float:
    """Often one of the usual widths, which are MNIST's too: there a 1 with a flag must be told from MNIST's 7."""
    width = any_scale(random, *(USUAL_WIDTHS if random.random() < USUAL_SHARE else ALL_WIDTHS))
    shorter = float(np.ptp(np.concatenate(strokes), axis=0).min())
    return width if label == 1 else min(width, WIDEST * shorter)


def picture(strokes: Strokes, width: float) -> np.ndarray:
    """The (28, 28) uint8 that a network reads of strokes whose longer side is 1, drawn `width` wide."""
    placed = [stroke * SIZE + CANVAS / 2 for stroke in strokes]
    return normalise(find_ink(draw_strokes(placed, width * SIZE, CANVAS))).pixels


def _draw(drawn: Iterable[tuple[Strokes, float, int]]) -> Labelled:
    """The pictures and labels of strokes, widths of the brush, and labels."""
    pairs = [(picture(strokes, width), label) for strokes, width, label in drawn]
    pictures, labels = zip(*pairs, strict=True)
    return np.stack(pictures), np.array(labels, np.uint8)
