"""Weight averaging: validated, saved and exported are the weights' moving averages, not the last step's weights.

The averages lie in the optimizer, where Keras's `use_ema` keeps them, so that a checkpoint has both. They are moved
here, as Keras's own momentum cannot rise from step to step. While validating and in a checkpoint, averages and weights
are swapped: whoever reads a checkpoint gets the averages.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from digitcore.recipes.averaging import momentum

KEEPS_AVERAGES: dict[str, Any] = {"use_ema": True, "ema_momentum": 1.0}
"""The optimizer's arguments with which Keras begins the averages with the first step's weights, and leaves them so."""


def move(model: keras.Model, limit: float) -> None:
    """Moves the averages, if there are any, towards the weights of the step that the optimizer just made.

    `limit` is the recipe's momentum.
    """
    pairs = _pairs(model)
    if pairs:
        share = 1 - momentum(limit, int(model.optimizer.iterations) - 1)
        _move([(weight.value, average.value) for weight, average in pairs], tf.constant(share, tf.float32))


def swap(model: keras.Model) -> None:
    """Swaps weights and averages, to the bit; Keras's own SwapEMAWeights rounds. Does nothing if there are none."""
    for weight, average in _pairs(model):
        values = keras.ops.convert_to_numpy(weight).copy()
        weight.assign(average)
        average.assign(values)


@contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Within it, the model has the averages for its weights, however it ends."""
    swap(model)
    try:
        yield
    finally:
        swap(model)


@tf.function  # type: ignore[untyped-decorator]  # TensorFlow comes without types.
def _move(pairs: list[tuple[tf.Variable, tf.Variable]], share: tf.Tensor) -> None:
    for weight, average in pairs:
        average.assign_add(share * (weight - average))


def _pairs(model: keras.Model) -> list[tuple[keras.Variable, keras.Variable]]:
    """Each trainable variable with its average; empty before the first step, and if the recipe averages nothing."""
    averages = getattr(model.optimizer, "_model_variables_moving_average", [])
    return list(zip(model.trainable_variables, averages, strict=True)) if averages else []
