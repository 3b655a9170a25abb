"""How accuracy falls as pictures get worse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from digitcore.evaluation.predictions import Predictions, predict
from digitcore.prediction import Engine

SEED = 28
MIDDLE = 13.5
DIGITS = 1_000

Robustness = Mapping[str, Mapping[float, float]]
"""Accuracies by kind of distortion and level."""


@dataclass(frozen=True)
class Distortion:
    """A way to make pictures worse: its levels, least first, their unit, what does it, and where it does nothing."""

    levels: tuple[float, ...]
    unit: str
    apply: Callable[[np.ndarray, float], np.ndarray]
    none: float = 0.0


class Read(NamedTuple):
    """How digits are read at a level of a distortion.

    Accuracy and mean confidence are from 0 to 1; `wrong` says for each digit how many others are called so.
    """

    accuracy: float
    confidence: float
    wrong: tuple[int, ...]


Falls = Mapping[str, Mapping[float, Read]]
"""How digits are read, by kind of distortion and level."""


def read_worse(engine: Engine, kind: str, pictures: np.ndarray, labels: np.ndarray) -> dict[float, Read]:
    """How DIGITS of the digits, evenly chosen, are read at each level of `kind`, none included."""
    chosen = spread(len(labels), DIGITS)
    levels = sorted((*DISTORTIONS[kind].levels, DISTORTIONS[kind].none))
    worse = ((level, distort(kind, pictures[chosen], level)) for level in levels)
    return {level: _read(predict(engine, each, labels[chosen])) for level, each in worse}


def accuracies(levels: Mapping[float, Read]) -> dict[float, float]:
    """The share that is read right at each level."""
    return {level: each.accuracy for level, each in levels.items()}


def _read(found: Predictions) -> Read:
    wrong = np.bincount(found.answers[~found.right], minlength=10)
    return Read(float(found.right.mean()), float(found.confidences.mean()), tuple(wrong.tolist()))


def spread(count: int, most: int) -> np.ndarray:
    """The indices of at most so many of `count`, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int))


def distort(kind: str, pictures: np.ndarray, level: float) -> np.ndarray:
    """The (N, 28, 28) uint8 pictures at a level of the distortion `kind`, the same at every call."""
    changed = DISTORTIONS[kind].apply(pictures.astype(np.float32) / 255, level)
    return np.rint(255 * np.clip(changed, 0, 1)).astype(np.uint8)


def _noise(pictures: np.ndarray, level: float) -> np.ndarray:
    return pictures + level * np.random.default_rng(SEED).standard_normal(pictures.shape, np.float32)


def _blur(pictures: np.ndarray, level: float) -> np.ndarray:
    return ndimage.gaussian_filter(pictures, (0, level, level))


def _contrast(pictures: np.ndarray, level: float) -> np.ndarray:
    return pictures * level


def _thickness(pictures: np.ndarray, level: float) -> np.ndarray:
    """Lines wider by `level` pixels on each side, or thinner below 0."""
    whole, part = int(abs(level)), abs(level) % 1
    grow = ndimage.grey_dilation if level > 0 else ndimage.grey_erosion
    cross = ndimage.generate_binary_structure(2, 1)[None]
    for _ in range(whole):
        pictures = grow(pictures, footprint=cross)
    return (1 - part) * pictures + part * grow(pictures, footprint=cross) if part else pictures


def _rotation(pictures: np.ndarray, level: float) -> np.ndarray:
    turn = np.radians(level)
    return _moved(pictures, np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]))


def _scale(pictures: np.ndarray, level: float) -> np.ndarray:
    return _moved(pictures, np.eye(2) / level)


def _shift(pictures: np.ndarray, level: float) -> np.ndarray:
    return _moved(pictures, np.eye(2), (0, -level))


def _moved(pictures: np.ndarray, matrix: np.ndarray, by: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Each pixel taken from where the matrix, about the middle, and then the shift say."""
    inside = np.array([MIDDLE, MIDDLE])
    whole, offset = np.eye(3), np.concatenate([[0], inside - matrix @ inside + by])
    whole[1:, 1:] = matrix
    return ndimage.affine_transform(pictures, whole, offset, order=1)


DISTORTIONS = {
    "noise": Distortion((0.1, 0.2, 0.3, 0.4, 0.5), "of full ink", _noise),
    "blur": Distortion((0.5, 1.0, 1.5, 2.0), "pixels", _blur),
    "rotation": Distortion((-40, -30, -20, -10, 10, 20, 30, 40), "degrees", _rotation),
    "shift": Distortion((-6, -4, -2, 2, 4, 6), "pixels to the right", _shift),
    "scale": Distortion((0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3), "times the size", _scale, 1.0),
    "thickness": Distortion((-1.0, -0.5, 0.5, 1.0, 1.5, 2.0), "pixels on each side", _thickness),
    "contrast": Distortion((0.1, 0.2, 0.3, 0.5, 0.7), "of full ink", _contrast, 1.0),
}
MENDED = ("shift", "scale", "contrast")
"""What preprocessing would mend: these tell how the network does without it."""
