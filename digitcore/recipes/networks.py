"""The networks, each a readable list of layers, and what they cost.

The layers are named and configured like Keras's, but are plain data: the process that serves pages can count their
parameters without TensorFlow, and `digitcore.training.keras_model` turns them into Keras's own. A new network needs its
function and its entry in NETWORKS, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from digitcore.errors import ConfigError
from digitcore.model_format import INPUT_SHAPE

if TYPE_CHECKING:
    # The recipe imports the networks' names from here.
    from digitcore.recipes.config import TrainingConfig

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Conv2D:
    """A square convolution."""

    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: str | None = None
    kernel_initializer: str = "glorot_uniform"

    def output(self, shape: Shape) -> Shape:
        """The shape of its output."""
        return *(_slide(side, self.kernel_size, self.strides, self.padding) for side in shape[:2]), self.filters

    def parameters(self, shape: Shape) -> int:
        """The number of its parameters for an input of `shape`."""
        return self.filters * (self.kernel_size**2 * shape[-1] + 1)


@dataclass(frozen=True)
class MaxPooling2D:
    """The maximum of each square of pixels."""

    pool_size: int

    def output(self, shape: Shape) -> Shape:
        """The shape of its output."""
        return *(_slide(side, self.pool_size, self.pool_size, "valid") for side in shape[:2]), shape[-1]

    def parameters(self, shape: Shape) -> int:
        """It has none."""
        return 0


@dataclass(frozen=True)
class _Unchanging:
    def output(self, shape: Shape) -> Shape:
        """The shape of its input."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """It has none."""
        return 0


@dataclass(frozen=True)
class Dropout(_Unchanging):
    """Drops a share of the features at random while training."""

    rate: float


@dataclass(frozen=True)
class GlobalAveragePooling2D(_Unchanging):
    """The mean of each feature map."""

    def output(self, shape: Shape) -> Shape:
        """The shape of its output."""
        return (shape[-1],)


@dataclass(frozen=True)
class Flatten(_Unchanging):
    """All features as one vector."""

    def output(self, shape: Shape) -> Shape:
        """The shape of its output."""
        return (prod(shape),)


@dataclass(frozen=True)
class Dense:
    """A fully connected layer."""

    units: int
    activation: str | None = None

    def output(self, shape: Shape) -> Shape:
        """The shape of its output."""
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """The number of its parameters for an input of `shape`."""
        return self.units * (shape[-1] + 1)


Layer = Conv2D | MaxPooling2D | Dropout | GlobalAveragePooling2D | Flatten | Dense


def classic(config: "TrainingConfig") -> list[Layer]:
    """The tutorial's network: convolutions, one pooling, one dense layer."""
    return [
        *(Conv2D(filters, config.kernel_size, activation="relu") for filters in config.filters),
        MaxPooling2D(config.pool_size),
        *_dropout(config.conv_dropout),
        Flatten(),
        *_answer(config),
    ]


def strided(config: "TrainingConfig") -> list[Layer]:
    """A convolution with stride 2, then convolutions with a pooling each."""
    stem, *rest = config.filters
    pooled_convolutions: list[Layer] = []
    for filters in rest:
        pooled_convolutions += _convolution(filters, config.kernel_size), MaxPooling2D(config.pool_size)
    return [
        _convolution(stem, config.kernel_size + 2, strides=2),
        *pooled_convolutions,
        *_dropout(config.conv_dropout),
        Flatten(),
        *_answer(config),
    ]


def pooled(config: "TrainingConfig") -> list[Layer]:
    """Convolutions, the second and the fourth with a stride; the answer is linear in the means of the last features.

    Therefore the evidence for a digit can be computed exactly (Zhou et al., 2016).
    """
    strides = {1: config.pool_size, 3: config.pool_size}
    return [
        *(
            _convolution(filters, config.kernel_size, strides.get(place, 1))
            for place, filters in enumerate(config.filters)
        ),
        *_dropout(config.conv_dropout),
        GlobalAveragePooling2D(),
        *_answer(config),
    ]


NETWORKS: dict[str, Callable[["TrainingConfig"], list[Layer]]] = {
    "classic": classic,
    "strided": strided,
    "pooled": pooled,
}


def layers(config: "TrainingConfig") -> list[Layer]:
    """The layers of the recipe's network. Raises ConfigError if a window does not fit into the picture."""
    network = NETWORKS[config.network](config)
    shapes(network)
    return network


def shapes(network: list[Layer]) -> list[Shape]:
    """The shape after each layer, from a 28x28 picture of one channel."""
    shapes: list[Shape] = [INPUT_SHAPE]
    for layer in network:
        shapes.append(layer.output(shapes[-1]))
    return shapes[1:]


def count_parameters(config: "TrainingConfig") -> int:
    """The number of the network's parameters, as Keras counts them. Raises ConfigError as `layers` does."""
    network = layers(config)
    before = [INPUT_SHAPE, *shapes(network)]
    return sum(layer.parameters(shape) for layer, shape in zip(network, before, strict=False))


def count_multiplications(config: "TrainingConfig") -> int:
    """The number of multiplications for one digit, biases included. Raises ConfigError as `layers` does."""
    network = layers(config)
    after = shapes(network)
    sides = zip(network, [INPUT_SHAPE, *after], after, strict=False)
    return sum(layer.parameters(before) * prod(shape[:-1]) for layer, before, shape in sides)


def count_features(config: "TrainingConfig") -> int:
    """The number of values that all layers compute for one digit. Raises ConfigError as `layers` does."""
    return sum(prod(shape) for shape in shapes(layers(config)))


def _answer(config: "TrainingConfig") -> list[Layer]:
    dense = [Dense(config.dense_units, activation="relu")] if config.dense_units else []
    return [*dense, *_dropout(config.dense_dropout), Dense(config.classes, activation="softmax")]


def _dropout(rate: float) -> list[Layer]:
    return [Dropout(rate)] if rate else []


def _convolution(filters: int, kernel_size: int, strides: int = 1) -> Conv2D:
    """Without batch normalisation, which takes half of the time; He et al.'s (2015) initial weights do as well."""
    return Conv2D(filters, kernel_size, strides, "same", "relu", "he_normal")


def _slide(side: int, window: int, step: int, padding: str) -> int:
    """The number of places of a window along a side, `step` apart."""
    if padding == "same":
        return -(-side // step)
    if window > side:
        raise ConfigError(
            f"a window of {window} pixels does not fit the {side} that are left; use fewer or smaller layers"
        )
    return (side - window) // step + 1
