"""Turns a recipe into a compiled Keras model."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import keras

from digitcore.model_format import INPUT_SHAPE
from digitcore.recipes.config import TrainingConfig
from digitcore.recipes.networks import Layer, layers
from digitcore.recipes.processor import has_bfloat16
from digitcore.training.averaging import KEEPS_AVERAGES

OPTIMIZERS: dict[str, Callable[..., keras.Optimizer]] = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": partial(keras.optimizers.SGD, momentum=0.9, nesterov=True),
    "rmsprop": keras.optimizers.RMSprop,
}


def build(config: TrainingConfig) -> keras.Sequential:
    """The recipe's network, compiled, with weights from the recipe's seed.

    Takes (N, 28, 28, 1) float32 from 0 (paper) to 1 (ink); gives (N, 10) probabilities, or (N, 11) with "no digit".
    """
    keras.utils.set_random_seed(config.seed)
    *hidden, answer = layers(config)
    rounded = config.precision == "bfloat16" and has_bfloat16()
    network = [_layer(layer, "mixed_bfloat16" if rounded else "float32") for layer in hidden]
    model = keras.Sequential([keras.Input(INPUT_SHAPE), *network, _layer(answer, "float32")], name=config.network)
    model.compile(
        OPTIMIZERS[config.optimizer](config.learning_rate, **(KEEPS_AVERAGES if config.averaging else {})),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        # XLA takes seconds to compile these small networks and makes them no faster on a CPU.
        jit_compile=False,
    )
    return model


def load_to_read(path: Path) -> keras.Model:
    """The model of a checkpoint for reading digits or for other programs: not compiled, and in float32.

    Its weights are the averages if the recipe averages them. Without compiling, the optimizer's state is not loaded,
    which is most of a checkpoint.
    """
    model = keras.models.load_model(path, compile=False)
    copy = keras.models.clone_model(model, clone_function=_in_float32)
    copy.set_weights(model.get_weights())
    return copy


def _in_float32(layer: keras.Layer) -> keras.Layer:
    return type(layer).from_config(layer.get_config() | {"dtype": "float32"})


def _layer(layer: Layer, policy: str) -> keras.Layer:
    return getattr(keras.layers, type(layer).__name__)(**asdict(layer), dtype=policy)
