"""The networks, each a readable list of layers, and what they cost.

The layers are named and configured as Keras's are, but are plain data: the process that serves pages can count
their parameters without TensorFlow, and `digitcore.training.keras_model` turns them into Keras's own.
"""

from dataclasses import dataclass
from itertools import chain
from math import prod

from digitcore.errors import ConfigError
from digitcore.model_format import INPUT_SHAPE
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
        """The shape that comes out."""
        return *(_slide(side, self.kernel_size, self.strides, self.padding) for side in shape[:2]), self.filters

    def parameters(self, shape: Shape) -> int:
        """How many numbers it learns, for an input of `shape`."""
        return self.filters * (self.kernel_size**2 * shape[-1] + 1)


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


Layer = Conv2D | MaxPooling2D | Dropout | GlobalAveragePooling2D | Flatten | Dense


def classic(config: TrainingConfig) -> list[Layer]:
    """The tutorial's network: convolutions, one pooling, one dense layer."""
    return [
        *(Conv2D(filters, config.kernel_size, activation="relu") for filters in config.filters),
        MaxPooling2D(config.pool_size),
        *_dropout(config.conv_dropout),
        Flatten(),
        *_answer(config),
    ]


def strided(config: TrainingConfig) -> list[Layer]:
    """A stem that halves the picture at once, then convolutions that are pooled each."""
    stem, *rest = config.filters
    pooling = MaxPooling2D(config.pool_size)
    return [
        _convolution(stem, config.kernel_size + 2, strides=2),
        *chain.from_iterable((_convolution(filters, config.kernel_size), pooling) for filters in rest),
        *_dropout(config.conv_dropout),
        Flatten(),
        *_answer(config),
    ]


def pooled(config: TrainingConfig) -> list[Layer]:
    """Convolutions, the second and the fourth with a stride; the answer is linear on the features' means.

    So which place spoke for which digit can be told exactly (Zhou et al., 2016).
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


NETWORKS = {"classic": classic, "strided": strided, "pooled": pooled}


def layers(config: TrainingConfig) -> list[Layer]:
    """The layers of the recipe's network. Raises ConfigError where the picture shrinks to nothing."""
    network = NETWORKS[config.network](config)
    shapes(network)
    return network


def shapes(network: list[Layer]) -> list[Shape]:
    """The shape after each layer, from a 28x28 picture of one channel."""
    found: list[Shape] = [INPUT_SHAPE]
    for layer in network:
        found.append(layer.output(found[-1]))
    return found[1:]


def count_parameters(config: TrainingConfig) -> int:
    """How many numbers the recipe's network holds, as Keras counts them. Raises ConfigError as `layers` does."""
    network = layers(config)
    before = [INPUT_SHAPE, *shapes(network)]
    return sum(layer.parameters(shape) for layer, shape in zip(network, before, strict=False))


def count_multiplications(config: TrainingConfig) -> int:
    """How many times a parameter is applied to read one digit. Raises ConfigError as `layers` does."""
    network = layers(config)
    after = shapes(network)
    sides = zip(network, [INPUT_SHAPE, *after], after, strict=False)
    return sum(layer.parameters(before) * prod(shape[:-1]) for layer, before, shape in sides)


def count_features(config: TrainingConfig) -> int:
    """How many numbers all layers give for one digit. Raises ConfigError as `layers` does."""
    return sum(prod(shape) for shape in shapes(layers(config)))


def _answer(config: TrainingConfig) -> list[Layer]:
    dense = [Dense(config.dense_units, activation="relu")] if config.dense_units else []
    return [*dense, *_dropout(config.dense_dropout), Dense(config.classes, activation="softmax")]


def _dropout(rate: float) -> list[Layer]:
    return [Dropout(rate)] if rate else []


def _convolution(filters: int, kernel_size: int, strides: int = 1) -> Conv2D:
    """Not normalised, which would take half of the time: weights that begin as He et al. (2015) have it do as well."""
    return Conv2D(filters, kernel_size, strides, "same", "relu", "he_normal")


def _slide(side: int, window: int, step: int, padding: str) -> int:
    """How many places a window has along a side, moved by `step`."""
    if padding == "same":
        return -(-side // step)
    if window > side:
        raise ConfigError(
            f"a window of {window} pixels does not fit the {side} that are left; use fewer or smaller layers"
        )
    return (side - window) // step + 1
