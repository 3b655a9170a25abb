"""Pictures of the pen strokes, split by writer, and of scribbles made of them."""

from collections.abc import Collection, Sequence

import numpy as np

from digitcore.data.dataset import Labelled
from digitcore.data.drawings import Drawing
from digitcore.data.files import Progress
from digitcore.data.pen import load_drawings
from digitcore.data.scribbles import scribble
from digitcore.data.stroke_pictures import as_written, by_hands, no_digits, written_by
from digitcore.data.stroke_variation import Random

TRAINING_WRITERS, VALIDATION_WRITERS, DEVELOPMENT_WRITERS = (
    frozenset(map(str, numbers)) for numbers in (range(1, 23), range(23, 26), range(26, 31))
)
"""The last are the test split. They are called so because the project was developed with their scores in view."""
HANDS = 6
"""How often each training digit is drawn, each time varied and with another brush."""
SCRIBBLES = 20_000
PEN_SEED, SCRIBBLES_SEED = 7_494, 7_495


def draw_pen(progress: Progress | None = None) -> tuple[Labelled, Labelled, Labelled]:
    """The pen digits for training, validation and testing, each by other writers.

    Those for validation and testing are drawn as they were written. The same at every call. Raises DataError if the
    strokes cannot be loaded.
    """
    drawings = load_drawings(progress)
    validation, test, random = _held_out(drawings)
    return by_hands(written_by(TRAINING_WRITERS, drawings), HANDS, random), validation, test


def draw_development(progress: Progress | None = None) -> Labelled:
    """The test digits of `draw_pen`, without drawing the others. Raises DataError as it does."""
    return _held_out(load_drawings(progress))[1]


def draw_first_hands(progress: Progress | None = None) -> Labelled:
    """The training digits of `draw_pen`, each drawn once. Raises DataError as it does."""
    drawings = load_drawings(progress)
    return by_hands(written_by(TRAINING_WRITERS, drawings), 1, _held_out(drawings)[2])


def _held_out(drawings: Sequence[Drawing]) -> tuple[Labelled, Labelled, Random]:
    """The digits for validation and for testing, and the random generator, from which the training digits follow."""
    random = np.random.default_rng(PEN_SEED)

    def draw(writers: Collection[str]) -> Labelled:
        return as_written(written_by(writers, drawings), random)

    return draw(VALIDATION_WRITERS), draw(DEVELOPMENT_WRITERS), random


def draw_scribbles(progress: Progress | None = None) -> Labelled:
    """Drawings that are no digit, some of them made of the training writers' strokes; the same at every call."""
    drawings = written_by(TRAINING_WRITERS, load_drawings(progress))
    random = np.random.default_rng(SCRIBBLES_SEED)
    return no_digits((scribble(drawings, random) for _ in range(SCRIBBLES)), random)
