"""One unit of a convolution at work: its kernel, its input, and its output at each place."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import BIAS, KERNEL, as_input, layer_name, weight_name
from digitcore.prediction.bundles import Bundle
from digitcore.prediction.engine import ForwardPass


class Step(NamedTuple):
    """The kernel at one place: the (K, K, C) input that it covers, that times the kernel, and the unit's output."""

    covered: NDArray[np.float32]
    products: NDArray[np.float32]
    answer: float


@dataclass(frozen=True)
class Unit:
    """`source` is the (H, W, C) input with the layer's padding, `kernel` (K, K, C), `answers` the (h, w) output."""

    source: NDArray[np.float32]
    kernel: NDArray[np.float32]
    bias: float
    stride: int
    answers: NDArray[np.float32]

    def at(self, row: int, column: int) -> Step:
        """How the output at (row, column) comes about."""
        top, left, side = row * self.stride, column * self.stride, len(self.kernel)
        covered = self.source[top : top + side, left : left + side]
        products = covered * self.kernel
        # All convolutions here have ReLU as their activation.
        return Step(covered, products, max(0.0, float(products.sum()) + self.bias))


def open_unit(bundle: Bundle, forward: ForwardPass, layer: int, feature: int) -> Unit:
    """The unit `feature` of the convolution `layer`, an index into `bundle.layers`, as it worked in a forward pass."""
    description = bundle.layers[layer]
    source = forward.layers[layer - 1] if layer else as_input(forward.pixels)
    answers = forward.layers[layer][..., feature]
    if description["padding"] == "same":
        source = _pad(source, answers.shape, description["window"], description["stride"])
    weights, name = bundle.weights, layer_name(layer)
    kernel, bias = weights[weight_name(name, KERNEL)][..., feature], float(weights[weight_name(name, BIAS)][feature])
    return Unit(source, kernel, bias, description["stride"], answers)


def _pad(source: NDArray[np.float32], answers: tuple[int, ...], window: int, stride: int) -> NDArray[np.float32]:
    """Zeros around the source as TensorFlow's "same" padding adds them: if their number is odd, one more at the end."""
    lacking = [
        max(0, (places - 1) * stride + window - side) for places, side in zip(answers, source.shape, strict=False)
    ]
    return np.pad(source, [*((zeros // 2, zeros - zeros // 2) for zeros in lacking), (0, 0)])
