"""Which ink is evidence for an answer, and which against it."""

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import CLASSES, KERNEL, LAST_LAYER, AnswersFrom, weight_name
from digitcore.prediction.bundles import Bundle
from digitcore.prediction.engine import Engine, ForwardPass

ERASED_SIDE = 5
"""The side of the square that is erased, in pixels: as wide as most strokes."""
ERASED_STEP = 2
LEAST = 1e-30
"""The smallest probability that a logarithm is taken of."""


def evidence(engine: Engine, forward: ForwardPass, digit: int) -> NDArray[np.float64]:
    """How far each pixel is evidence for `digit` (above 0) or for the other digits (below 0), as (28, 28).

    `digit` may be NO_DIGIT, for a network with that answer: then it is the evidence against all digits.

    A digit's lead is its logit minus the mean of the other digits' logits. If the last layer's input is the mean of
    each last feature, the map is exact and needs no further run: it is the class activation map (Zhou et al., 2016) of
    the lead, and adds up to the lead without the biases. For any other network it is what the lead loses when the place
    is erased (Zeiler and Fergus, 2014).
    """
    if is_exact(engine.bundle):
        return activation_map(engine.bundle, forward, digit)
    return erasure_map(engine, forward.pixels, digit)


def is_exact(bundle: Bundle) -> bool:
    """Whether the network's answers are linear in the means of its last features."""
    return bundle.answers_from == AnswersFrom.MEANS


def activation_map(bundle: Bundle, forward: ForwardPass, digit: int) -> NDArray[np.float64]:
    """The class activation map, scaled up to (28, 28) in such a way that its sum stays."""
    features = forward.layers[-1]
    cells = features @ _lead(bundle.weights[weight_name(LAST_LAYER, KERNEL)], digit) / np.prod(features.shape[:2])
    across, down = (_spread(side, count) for side, count in zip(forward.pixels.shape, cells.shape, strict=True))
    return across @ cells @ down.T


def erasure_map(engine: Engine, pixels: NDArray[np.uint8], digit: int) -> NDArray[np.float64]:
    """What the digit's lead loses when a square is erased; a pixel has the mean of the squares that cover it."""
    squares = [square for square in _squares(pixels.shape) if pixels[square].any()]
    erased = np.repeat(pixels[None], len(squares) + 1, axis=0)
    for index, square in enumerate(squares):
        erased[index][square] = 0
    leads = _lead(_logits(engine, erased), digit)
    total, covered = np.zeros(pixels.shape), np.zeros(pixels.shape)
    for square, lead in zip(squares, leads, strict=False):
        total[square] += leads[-1] - lead
        covered[square] += 1
    return total / np.maximum(covered, 1)


def _logits(engine: Engine, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N, 11) logits up to a constant that all of a picture share: ten digits, and "no digit" from its odds."""
    answers = engine.answers(pictures)
    odds = answers.no_digit / np.maximum(1 - answers.no_digit, LEAST)
    powers = np.hstack([answers.probabilities, odds[:, None]])
    result: NDArray[np.float64] = np.log(np.maximum(powers, LEAST)) * engine.bundle.temperature
    return result


def _spread(side: int, count: int) -> NDArray[np.float64]:
    """(side, count) weights that spread cells over a side's pixels, interpolated linearly; each column adds up to 1."""
    pixels, centres = np.arange(side)[:, None] + 0.5, (np.arange(count) + 0.5) * side / count
    parts = np.maximum(0, 1 - np.abs(np.clip(pixels, centres[0], centres[-1]) - centres) * count / side)
    result: NDArray[np.float64] = parts / parts.sum(axis=0)
    return result


def _squares(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """The squares that are erased, ERASED_STEP pixels apart."""
    places = [range(0, side - ERASED_SIDE + 1, ERASED_STEP) for side in shape]
    return [(slice(y, y + ERASED_SIDE), slice(x, x + ERASED_SIDE)) for y in places[0] for x in places[1]]


def _lead(values: NDArray[np.floating], digit: int) -> NDArray[np.float64]:
    """The column of `digit` minus the mean of the other digits' columns."""
    others = [other for other in range(CLASSES) if other != digit]
    result: NDArray[np.float64] = values[:, digit] - values[:, others].mean(axis=1)
    return result
