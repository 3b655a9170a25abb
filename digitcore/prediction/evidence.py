"""Which ink spoke for an answer, and which against it."""

import numpy as np

from digitcore.model_format import CLASSES, KERNEL, LAST_LAYER, AnswersFrom, weight_name
from digitcore.prediction.engine import Engine

ERASED_SIDE = 5
"""A square of this many pixels is taken out at a time, as wide as most strokes."""
ERASED_STEP = 2
LEAST = 1e-30
"""Of a probability or its complement, to have a logarithm."""


def evidence(engine: Engine, picture: np.ndarray, digit: int) -> np.ndarray:
    """How far each place of a (28, 28) uint8 picture spoke for `digit` (above 0) or for the other digits, (28, 28).

    `digit` may be NO_DIGIT, for a network that can answer that: then it is what spoke against all digits.

    Where the network's answer is linear on the means of its last features this is exact: the class activation map
    (Zhou et al., 2016) of the digit less the others' mean, whose sum is the logit's lead over their mean, the biases
    aside. Elsewhere it is what the lead loses as each place is erased (Zeiler and Fergus, 2014).
    """
    return activation_map(engine, picture, digit) if _is_exact(engine) else erasure_map(engine, picture, digit)


def activation_map(engine: Engine, picture: np.ndarray, digit: int) -> np.ndarray:
    """The exact map, each pixel having its part of its cell's; the whole keeps its sum."""
    features = engine.layers(picture)[-1]
    cells = (
        features @ _lead(engine.bundle.weights[weight_name(LAST_LAYER, KERNEL)], digit) / np.prod(features.shape[:2])
    )
    across, down = (_spread(side, count) for side, count in zip(picture.shape, cells.shape, strict=True))
    return across @ cells @ down.T


def erasure_map(engine: Engine, picture: np.ndarray, digit: int) -> np.ndarray:
    """What the digit's lead in logits loses with each square, each pixel having the mean of the squares over it."""
    squares = [square for square in _squares(picture.shape) if picture[square].any()]
    erased = np.repeat(picture[None], len(squares) + 1, axis=0)
    for at, square in enumerate(squares):
        erased[at][square] = 0
    leads = _lead(_logits(engine, erased), digit)
    total, covered = np.zeros(picture.shape), np.zeros(picture.shape)
    for square, lead in zip(squares, leads, strict=False):
        total[square] += leads[-1] - lead
        covered[square] += 1
    return total / np.maximum(covered, 1)


def _logits(engine: Engine, pictures: np.ndarray) -> np.ndarray:
    """(N, 11), up to what is common to all: the digits', and that of "no digit" by its odds."""
    answers = engine.answers(pictures)
    odds = answers.no_digit / np.maximum(1 - answers.no_digit, LEAST)
    powers = np.hstack([answers.probabilities, odds[:, None]])
    return np.log(np.maximum(powers, LEAST)) * engine.bundle.temperature


def _is_exact(engine: Engine) -> bool:
    """Whether the last layer is given the means of the last features."""
    return engine.bundle.answers_from == AnswersFrom.MEANS


def _spread(side: int, count: int) -> np.ndarray:
    """(side, count) parts that each pixel along a side has of each of `count` cells, falling off towards the next."""
    pixels, centres = np.arange(side)[:, None] + 0.5, (np.arange(count) + 0.5) * side / count
    parts = np.maximum(0, 1 - np.abs(np.clip(pixels, centres[0], centres[-1]) - centres) * count / side)
    return parts / parts.sum(axis=0)


def _squares(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Every second place of the square that is erased."""
    places = [range(0, side - ERASED_SIDE + 1, ERASED_STEP) for side in shape]
    return [(slice(y, y + ERASED_SIDE), slice(x, x + ERASED_SIDE)) for y in places[0] for x in places[1]]


def _lead(values: np.ndarray, digit: int) -> np.ndarray:
    """The column of `digit` less the mean of the other digits' columns."""
    others = [each for each in range(CLASSES) if each != digit]
    return values[:, digit] - values[:, others].mean(axis=1)
