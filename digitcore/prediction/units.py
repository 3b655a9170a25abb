"""One feature of a convolution opened: its kernel, what it slides over, and what comes of that at each place."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from digitcore.model_format import BIAS, KERNEL, as_input, layer_name, weight_name
from digitcore.prediction.engine import Engine


class Step(NamedTuple):
    """The kernel at one place: the (K, K, C) it covers, each of those times its weight, and the unit's answer."""

    covered: np.ndarray
    products: np.ndarray
    answer: float


@dataclass(frozen=True)
class Unit:
    """`source` is (H, W, C), with the paper around it that the layer sees; `kernel` (K, K, C); `answers` (h, w)."""

    source: np.ndarray
    kernel: np.ndarray
    bias: float
    stride: int
    answers: np.ndarray

    def at(self, row: int, column: int) -> Step:
        """What the unit does for the place (row, column) of its answers."""
        top, left, side = row * self.stride, column * self.stride, len(self.kernel)
        covered = self.source[top : top + side, left : left + side]
        products = covered * self.kernel
        # All networks here answer with what is above 0 (ReLU).
        return Step(covered, products, max(0.0, float(products.sum()) + self.bias))


def open_unit(engine: Engine, picture: np.ndarray, layer: int, feature: int) -> Unit:
    """The unit `feature` of the convolution `layer`, as `bundle.layers` counts, at work on a (28, 28) uint8 picture."""
    told, layers = engine.bundle.layers[layer], engine.layers(picture)
    source = layers[layer - 1] if layer else as_input(picture)
    answers = layers[layer][..., feature]
    if told["padding"] == "same":
        source = _pad(source, answers.shape, told["window"], told["stride"])
    weights, name = engine.bundle.weights, layer_name(layer)
    kernel, bias = weights[weight_name(name, KERNEL)][..., feature], float(weights[weight_name(name, BIAS)][feature])
    return Unit(source, kernel, bias, told["stride"], answers)


def _pad(source: np.ndarray, answers: tuple[int, ...], window: int, stride: int) -> np.ndarray:
    """Zeros around the source, so that a window fits at each place; of an odd number there is one more at the end."""
    lacking = [
        max(0, (places - 1) * stride + window - side) for places, side in zip(answers, source.shape, strict=False)
    ]
    return np.pad(source, [*((each // 2, each - each // 2) for each in lacking), (0, 0)])
