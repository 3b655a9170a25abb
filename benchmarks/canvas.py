"""Strokes drawn on a canvas, and read as the app reads one."""

from collections.abc import Callable, Sequence

import numpy as np

from digitcore.data.drawings import Drawing
from digitcore.data.stroke_pictures import any_scale
from digitcore.data.stroke_variation import Strokes, fit
from digitcore.prediction import Engine
from digitcore.prediction.engine import Answers
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.strokes import draw_strokes

CANVAS, USUAL_SIZE, USUAL_BRUSH = 320, 0.6, 0.0625
"""The canvas's side in pixels; the size of a drawing and the width of a brush, as shares of it."""

Picture = np.ndarray
Preprocess = Callable[[Picture], np.ndarray]


def on_canvas(strokes: Strokes, size: float, brush: float, middle: Sequence[float] = (0.5, 0.5)) -> Picture:
    """The canvas with the strokes on it; all sizes are shares of its side."""
    placed = [(stroke * size + np.array(middle)) * CANVAS for stroke in strokes]
    return draw_strokes(placed, brush * CANVAS, CANVAS)


def centred(drawing: Drawing, brush: float = USUAL_BRUSH) -> Picture:
    """The digit in the middle of the canvas, as large as usual."""
    return on_canvas(fit(drawing.strokes), USUAL_SIZE, brush)


def somewhere(drawing: Drawing, random: np.random.Generator) -> Picture:
    """The digit at any place and size."""
    size = any_scale(random, 0.12, 0.85)
    brush = size * any_scale(random, 0.02, 0.2)
    margin = (size + brush) / 2
    middle = random.uniform(margin, 1 - margin, 2).tolist() if margin < 0.5 else (0.5, 0.5)
    return on_canvas(fit(drawing.strokes), size, brush, middle)


def as_the_app_does(picture: Picture) -> np.ndarray:
    """The 28x28 that the app reads."""
    return normalised_pixels(find_ink(picture))


def normalised_pixels(ink: np.ndarray) -> np.ndarray:
    """The 28x28 of ink that is not empty."""
    normalised = normalise(ink)
    assert normalised
    return normalised.pixels


def answers_to(pictures: Sequence[Picture], engine: Engine, preprocess: Preprocess = as_the_app_does) -> Answers:
    """The engine's answers to the pictures."""
    return engine.answers(np.stack([preprocess(picture) for picture in pictures]))


def rejected_share(answers: Answers, engine: Engine) -> float:
    """The share of the answers that are rejected."""
    return float((answers.support < engine.bundle.rejection_threshold).mean())
