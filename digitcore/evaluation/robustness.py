"""Robustness: how accuracy falls as pictures are distorted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitcore.evaluation.predictions import Predictions, predict
from digitcore.prediction import Engine

SEED = 28
MIDDLE = 13.5
DIGITS = 1_000
"""How many digits are read at each level at most."""

Pictures = NDArray[np.floating]
"""(N, 28, 28), 0 paper and 1 ink."""

Robustness = Mapping[str, Mapping[float, float]]
"""Accuracy by kind of distortion and level."""


@dataclass(frozen=True)
class Distortion:
    """A kind of distortion: its ascending levels, their unit, its function, and the level at which it does nothing."""

    levels: tuple[float, ...]
    unit: str
    apply: Callable[[Pictures, float], Pictures]
    none: float = 0.0


class LevelResult(NamedTuple):
    """How digits are read at one level of a distortion.

    Accuracy and mean confidence are from 0 to 1; `wrong` counts for each digit how many others are read as it.
    """

    accuracy: float
    confidence: float
    wrong: tuple[int, ...]


Measurements = Mapping[str, Mapping[float, LevelResult]]
"""Results by kind of distortion and level."""


def measure_robustness(
    engine: Engine, kind: str, pictures: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> dict[float, LevelResult]:
    """How at most DIGITS of the (N, 28, 28) digits, evenly chosen, are read at each level of the distortion `kind`."""
    chosen = spread(len(labels), DIGITS)
    levels = sorted((*DISTORTIONS[kind].levels, DISTORTIONS[kind].none))
    distorted = ((level, distort(kind, pictures[chosen], level)) for level in levels)
    return {level: _result(predict(engine, changed, labels[chosen])) for level, changed in distorted}


def accuracies(levels: Mapping[float, LevelResult]) -> dict[float, float]:
    """The accuracy at each level."""
    return {level: result.accuracy for level, result in levels.items()}


def _result(predictions: Predictions) -> LevelResult:
    wrong = np.bincount(predictions.answers[~predictions.right], minlength=10)
    return LevelResult(float(predictions.right.mean()), float(predictions.confidences.mean()), tuple(wrong.tolist()))


def spread(count: int, most: int) -> NDArray[np.intp]:
    """At most `most` indices, evenly spread over `count`."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp))


def distort(kind: str, pictures: NDArray[np.uint8], level: float) -> NDArray[np.uint8]:
    """The (N, 28, 28) uint8 pictures at a level of the distortion `kind`, the same at every call."""
    changed = DISTORTIONS[kind].apply(pictures.astype(np.float32) / 255, level)
    return np.rint(255 * np.clip(changed, 0, 1)).astype(np.uint8)


def _noise(pictures: Pictures, level: float) -> Pictures:
    return pictures + level * np.random.default_rng(SEED).standard_normal(pictures.shape, np.float32)


def _blur(pictures: Pictures, level: float) -> Pictures:
    blurred: Pictures = ndimage.gaussian_filter(pictures, (0, level, level))
    return blurred


def _contrast(pictures: Pictures, level: float) -> Pictures:
    return pictures * level


def _thickness(pictures: Pictures, level: float) -> Pictures:
    """Makes lines wider by `level` pixels on each side, or thinner if it is negative."""
    whole, part = int(abs(level)), abs(level) % 1
    grow = ndimage.grey_dilation if level > 0 else ndimage.grey_erosion
    cross = ndimage.generate_binary_structure(2, 1)[None]
    for _ in range(whole):
        pictures = grow(pictures, footprint=cross)
    return (1 - part) * pictures + part * grow(pictures, footprint=cross) if part else pictures


def _rotation(pictures: Pictures, level: float) -> Pictures:
    turn = np.radians(level)
    return _moved(pictures, np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]))


def _scale(pictures: Pictures, level: float) -> Pictures:
    return _moved(pictures, np.eye(2) / level)


def _shift(pictures: Pictures, level: float) -> Pictures:
    return _moved(pictures, np.eye(2), (0, -level))


def _moved(pictures: Pictures, matrix: NDArray[np.float64], by: tuple[float, float] = (0, 0)) -> Pictures:
    """Takes each pixel from where the matrix, about the middle, and then the shift point."""
    middle = np.array([MIDDLE, MIDDLE])
    whole, offset = np.eye(3), np.concatenate([[0], middle - matrix @ middle + by])
    whole[1:, 1:] = matrix
    moved: Pictures = ndimage.affine_transform(pictures, whole, offset, order=1)
    return moved


DISTORTIONS = {
    "noise": Distortion((0.1, 0.2, 0.3, 0.4, 0.5), "of full ink", _noise),
    "blur": Distortion((0.5, 1.0, 1.5, 2.0), "pixels", _blur),
    "rotation": Distortion((-40, -30, -20, -10, 10, 20, 30, 40), "degrees", _rotation),
    "shift": Distortion((-6, -4, -2, 2, 4, 6), "pixels to the right", _shift),
    "scale": Distortion((0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3), "times the size", _scale, 1.0),
    "thickness": Distortion((-1.0, -0.5, 0.5, 1.0, 1.5, 2.0), "pixels on each side", _thickness),
    "contrast": Distortion((0.1, 0.2, 0.3, 0.5, 0.7), "of full ink", _contrast, 1.0),
}
CORRECTED_BY_PREPROCESSING = ("shift", "scale", "contrast")
"""Preprocessing would undo these; measured after it, they show how the network does without it."""
