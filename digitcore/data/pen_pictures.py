"""Pen strokes as pictures, drawn as on the canvas with brushes of many widths, and split by writer."""

from collections.abc import Iterable, Sequence

import numpy as np

from digitcore.data.files import Progress
from digitcore.data.pen import Drawing, load_drawings
from digitcore.data.penmanship import Random, Strokes, fit, vary
from digitcore.data.scribbles import NO_DIGIT, scribble
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.strokes import draw_strokes

VALIDATION_WRITERS, DEVELOPMENT_WRITERS = range(23, 26), range(26, 31)
HANDS = 6
"""How often each digit for training is drawn, each time by another hand and with another brush."""
THINNEST, THICKEST, THICKEST_SCRIBBLE = 0.015, 0.28, 0.16
"""Widths of the brush, as shares of the drawing's longer side. A thick brush can make a digit of anything."""
SCRIBBLES = 22_000
CANVAS, SIZE = 112, 80
"""Sides of the canvas and of the drawing on it, in pixels; the network sees a quarter of those."""
PEN_SEED, SCRIBBLES_SEED = 7_494, 7_495

Labelled = tuple[np.ndarray, np.ndarray]
"""(N, 28, 28) pictures and (N,) labels, both uint8."""


def draw_pen(progress: Progress | None = None) -> tuple[Labelled, Labelled, Labelled]:
    """The pen digits for training, for validation and for development, of writers who have none in common.

    The last two are drawn as they were written. The same at every call; raises DataError where they cannot be had.
    """
    drawings, random = load_drawings(progress), np.random.default_rng(PEN_SEED)
    train = [
        (picture(vary(drawing.label, drawing.strokes, random), brush(random)), drawing.label)
        for _ in range(HANDS)
        for drawing in _for_training(drawings)
    ]
    others = [
        [(picture(fit(drawing.strokes), brush(random)), drawing.label) for drawing in _by(drawings, writers)]
        for writers in (VALIDATION_WRITERS, DEVELOPMENT_WRITERS)
    ]
    return tuple(map(_arrays, (train, *others)))


def draw_scribbles(progress: Progress | None = None) -> Labelled:
    """Drawings that are no digits, made of the training writers' strokes among other things; the same at every call."""
    drawings, random = _for_training(load_drawings(progress)), np.random.default_rng(SCRIBBLES_SEED)
    drawn = (scribble(drawings, random) for _ in range(SCRIBBLES))
    return _arrays((picture(strokes, brush(random, THICKEST_SCRIBBLE)), NO_DIGIT) for strokes in drawn)


def brush(random: Random, thickest: float = THICKEST) -> float:
    """A width of the brush as a share of the drawing's longer side, all scales being equally likely."""
    return float(np.exp(random.uniform(np.log(THINNEST), np.log(thickest))))


def picture(strokes: Strokes, width: float) -> np.ndarray:
    """The (28, 28) uint8 that a network reads of strokes whose longer side is 1, drawn `width` wide."""
    placed = [stroke * SIZE + CANVAS / 2 for stroke in strokes]
    return normalise(find_ink(draw_strokes(placed, width * SIZE, CANVAS))).pixels


def _for_training(drawings: Sequence[Drawing]) -> list[Drawing]:
    return [each for each in drawings if each.writer < VALIDATION_WRITERS.start]


def _by(drawings: Sequence[Drawing], writers: range) -> list[Drawing]:
    return [each for each in drawings if each.writer in writers]


def _arrays(pairs: Iterable[tuple[np.ndarray, int]]) -> Labelled:
    pictures, labels = zip(*pairs, strict=True)
    return np.stack(pictures), np.array(labels, np.uint8)
