"""Pictures of pen strokes, drawn as on the canvas with brushes of many widths, and split by writer."""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from digitcore.data.dataset import Labelled
from digitcore.data.drawings import Drawing
from digitcore.data.files import Progress
from digitcore.data.pen import load_drawings
from digitcore.data.scribbles import scribble
from digitcore.data.stroke_variation import Random, Strokes, fit, vary
from digitcore.model_format import NO_DIGIT
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.strokes import draw_strokes

TRAINING_WRITERS, VALIDATION_WRITERS, DEVELOPMENT_WRITERS = (
    frozenset(map(str, numbers)) for numbers in (range(1, 23), range(23, 26), range(26, 31))
)
"""The last are the test split. They are called so because the project was developed with their scores in view."""
HANDS = 6
"""How often each training digit is drawn, each time varied and with another brush."""
ALL_WIDTHS, USUAL_WIDTHS, SCRIBBLE_WIDTHS = (0.015, 0.28), (0.05, 0.16), (0.015, 0.16)
"""Ranges of brush widths, as shares of the drawing's longer side. A thick brush makes scribbles look like digits."""
WIDEST = 0.5
"""The widest brush, as a share of the drawing's shorter side: a wider one turns a narrow 6 or 8 into a 1."""
USUAL_SHARE = 0.5
SCRIBBLES = 11_000
CANVAS, SIZE = 112, 80
"""The sides of the canvas and of the drawing on it, in pixels: four times those of the normalised picture."""
PEN_SEED, SCRIBBLES_SEED = 7_494, 7_495


def draw_pen(progress: Progress | None = None) -> tuple[Labelled, Labelled, Labelled]:
    """The pen digits for training, validation and testing, each by other writers.

    Those for validation and testing are drawn as they were written. The same at every call. Raises DataError if the
    strokes cannot be loaded.
    """
    drawings = load_drawings(progress)
    validation, test, random = _as_written(drawings)
    return _by_hands(HANDS, drawings, random), validation, test


def draw_development(progress: Progress | None = None) -> Labelled:
    """The test digits of `draw_pen`, without drawing the others. Raises DataError as it does."""
    return _as_written(load_drawings(progress))[1]


def draw_first_hands(progress: Progress | None = None) -> Labelled:
    """The training digits of `draw_pen`, each drawn once. Raises DataError as it does."""
    drawings = load_drawings(progress)
    return _by_hands(1, drawings, _as_written(drawings)[2])


def _as_written(drawings: Iterable[Drawing]) -> tuple[Labelled, Labelled, Random]:
    """The digits for validation and for testing, and the random generator, from which the training digits follow."""
    random = np.random.default_rng(PEN_SEED)

    def draw(writers: Collection[str]) -> Labelled:
        chosen = written_by(writers, drawings)
        return _draw((fit(drawing.strokes), any_scale(random, *ALL_WIDTHS), drawing.label) for drawing in chosen)

    return draw(VALIDATION_WRITERS), draw(DEVELOPMENT_WRITERS), random


def _by_hands(hands: int, drawings: Iterable[Drawing], random: Random) -> Labelled:
    """The training digits, all of them drawn `hands` times."""
    return _draw(_varied(drawing, random) for drawing in written_by(TRAINING_WRITERS, drawings) * hands)


def draw_scribbles(progress: Progress | None = None) -> Labelled:
    """Drawings that are no digit, some of them made of the training writers' strokes; the same at every call."""
    drawings = written_by(TRAINING_WRITERS, load_drawings(progress))
    random = np.random.default_rng(SCRIBBLES_SEED)
    return _draw((scribble(drawings, random), any_scale(random, *SCRIBBLE_WIDTHS), NO_DIGIT) for _ in range(SCRIBBLES))


def written_by(writers: Collection[str], drawings: Iterable[Drawing]) -> list[Drawing]:
    """The digits that these people wrote."""
    return [drawing for drawing in drawings if drawing.writer in writers]


def any_scale(random: Random, least: float, most: float) -> float:
    """A random number between two, uniform on a logarithmic scale."""
    return float(np.exp(random.uniform(np.log(least), np.log(most))))


def _varied(drawing: Drawing, random: Random) -> tuple[Strokes, float, int]:
    """The drawing varied as if by another writer, and with another brush."""
    strokes = vary(drawing.label, drawing.strokes, random)
    return strokes, _any_brush(drawing.label, strokes, random), drawing.label


def _any_brush(label: int, strokes: Strokes, random: Random) -> float:
    """Often one of MNIST's usual widths: there a 1 with a flag must be distinguished from MNIST's 7."""
    width = any_scale(random, *(USUAL_WIDTHS if random.random() < USUAL_SHARE else ALL_WIDTHS))
    shorter = float(np.ptp(np.concatenate(strokes), axis=0).min())
    return width if label == 1 else min(width, WIDEST * shorter)


def picture(strokes: Strokes, width: float) -> NDArray[np.uint8]:
    """The normalised (28, 28) uint8 picture of strokes whose longer side is 1, drawn `width` wide."""
    placed = [stroke * SIZE + CANVAS / 2 for stroke in strokes]
    normalised = normalise(find_ink(draw_strokes(placed, width * SIZE, CANVAS)))
    assert normalised is not None, "a stroke leaves ink"
    return normalised.pixels


def _draw(drawn: Iterable[tuple[Strokes, float, int]]) -> Labelled:
    """The pictures and labels of drawings: their strokes, brush widths and labels."""
    pairs = [(picture(strokes, width), label) for strokes, width, label in drawn]
    pictures, labels = zip(*pairs, strict=True)
    return np.stack(pictures), np.array(labels, np.uint8)
