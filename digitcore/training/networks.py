"""The networks, each a readable list of layers, and what they cost.

The layers are named and configured as Keras's are, but are plain data: the process that serves pages can count
their parameters without TensorFlow, and `digitcore.training.keras_model` turns them into Keras's own.
"""

from dataclasses import dataclass
from itertools import chain
from math import prod

from digitcore.errors import ConfigError
from digitcore.training.config import TrainingConfig

Shape = tuple[int, ...]
INPUT_SHAPE: Shape = (28, 28, 1)


@dataclass(frozen=True)
class Conv2D:
    """A square convolution."""

    filters: int
    kernel_size: int
    strides: int = 1
    padding: str = "valid"
    activation: str | None = None
    use_bias: bool = True

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out."""
        return *(_slide(side, self.kernel_size, self.strides, self.padding) for side in shape[:2]), self.filters

    def parameters(self, shape: Shape) -> int:
        """How many numbers it learns, for an input of `shape`."""
        return self.filters * (self.kernel_size**2 * shape[-1] + self.use_bias)


@dataclass(frozen=True)
class MaxPooling2D:
    """The strongest of each square of pixels."""

    pool_size: int

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out."""
        return *(_slide(side, self.pool_size, self.pool_size, "valid") for side in shape[:2]), shape[-1]

    def parameters(self, shape: Shape) -> int:
        """None are learnt."""
        return 0


@dataclass(frozen=True)
class _Unchanging:
    def output(self, shape: Shape) -> Shape:
        """The shape that came in."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """None are learnt."""
        return 0


@dataclass(frozen=True)
class Dropout(_Unchanging):
    """Hides a share of the features at random while training."""

    rate: float


@dataclass(frozen=True)
class ReLU(_Unchanging):
    """Keeps what is positive."""


@dataclass(frozen=True)
class BatchNormalization(_Unchanging):
    """Brings each feature to mean 0 and spread 1 over the batch.

    With Keras's own momentum of 0.99 the moving averages lag behind a run of a few hundred steps.
    """

    momentum: float = 0.9

    def parameters(self, shape: Shape) -> int:
        """Scale, offset, moving mean and moving variance of each feature."""
        return 4 * shape[-1]


@dataclass(frozen=True)
class GlobalAveragePooling2D(_Unchanging):
    """The mean of each feature over the picture."""

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out."""
        return (shape[-1],)


@dataclass(frozen=True)
class Flatten(_Unchanging):
    """All features in one row."""

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out."""
        return (prod(shape),)


@dataclass(frozen=True)
class Dense:
    """Every input to every output."""

    units: int
    activation: str | None = None

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out."""
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """How many numbers it learns, for an input of `shape`."""
        return self.units * (shape[-1] + 1)


Layer = Conv2D | MaxPooling2D | Dropout | ReLU | BatchNormalization | GlobalAveragePooling2D | Flatten | Dense


def classic(config: TrainingConfig) -> list[Layer]:
    """The tutorial's network: convolutions, one pooling, one dense layer."""
    return [
        *(Conv2D(filters, config.kernel_size, activation="relu") for filters in config.filters),
        MaxPooling2D(config.pool_size),
        Dropout(config.conv_dropout),
        Flatten(),
        *_dense(config),
        Dropout(config.dense_dropout),
        Dense(config.classes, activation="softmax"),
    ]


def strided(config: TrainingConfig) -> list[Layer]:
    """A stem that halves the picture at once, then normalised convolutions."""
    stem, *rest = config.filters
    return [
        *_normalised(Conv2D(stem, config.kernel_size + 2, strides=2, padding="same", use_bias=False)),
        *(
            layer
            for filters in rest
            for layer in _normalised(Conv2D(filters, config.kernel_size, padding="same", use_bias=False))
        ),
        MaxPooling2D(config.pool_size),
        Dropout(config.conv_dropout),
        *_normalised(Conv2D(config.filters[-1] * 2, config.kernel_size, use_bias=False)),
        Flatten(),
        *_dense(config),
        Dropout(config.dense_dropout),
        Dense(config.classes, activation="softmax"),
    ]


def pooled(config: TrainingConfig) -> list[Layer]:
    """A strided stem and normalised convolutions, pooled halfway; the answer is linear on the features' means.

    So which place spoke for which digit can be told exactly (Zhou et al., 2016).
    """
    stem, *rest = config.filters
    half = (len(rest) + 1) // 2
    convolutions = [_normalised(Conv2D(each, config.kernel_size, padding="same", use_bias=False)) for each in rest]
    return [
        *_normalised(Conv2D(stem, config.kernel_size + 2, strides=2, padding="same", use_bias=False)),
        *chain.from_iterable(convolutions[:half]),
        MaxPooling2D(config.pool_size),
        Dropout(config.conv_dropout),
        *chain.from_iterable(convolutions[half:]),
        GlobalAveragePooling2D(),
        *_dense(config),
        Dropout(config.dense_dropout),
        Dense(config.classes, activation="softmax"),
    ]


NETWORKS = {"classic": classic, "strided": strided, "pooled": pooled}


def layers(config: TrainingConfig) -> list[Layer]:
    """The layers of the recipe's network. Raises ConfigError where the picture shrinks to nothing."""
    network = NETWORKS[config.network](config)
    shapes(network)
    return network


def shapes(network: list[Layer]) -> list[Shape]:
    """The shape after each layer, from a 28x28 picture of one channel."""
    found = [INPUT_SHAPE]
    for layer in network:
        found.append(layer.output(found[-1]))
    return found[1:]


def count_parameters(network: list[Layer]) -> int:
    """How many numbers the network holds, as Keras counts them."""
    before = [INPUT_SHAPE, *shapes(network)]
    return sum(layer.parameters(shape) for layer, shape in zip(network, before, strict=False))


def _dense(config: TrainingConfig) -> list[Layer]:
    return [Dense(config.dense_units, activation="relu")] if config.dense_units else []


def _normalised(convolution: Conv2D) -> list[Layer]:
    return [convolution, BatchNormalization(), ReLU()]


def _slide(side: int, window: int, step: int, padding: str) -> int:
    """How many places a window has along a side, moved by `step`."""
    if padding == "same":
        return -(-side // step)
    if window > side:
        raise ConfigError(
            f"a window of {window} pixels does not fit the {side} that are left; use fewer or smaller layers"
        )
    return (side - window) // step + 1
