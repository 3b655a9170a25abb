"""Turns a recipe into a compiled Keras model."""

from dataclasses import asdict

import keras

from digitcore.training.config import TrainingConfig
from digitcore.training.networks import INPUT_SHAPE, layers

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    "rmsprop": keras.optimizers.RMSprop,
}


def build(config: TrainingConfig) -> keras.Sequential:
    """The recipe's network, compiled, its weights drawn from the recipe's seed.

    Takes (N, 28, 28, 1) float32 from 0 (paper) to 1 (ink); gives (N, 10) probabilities.
    """
    keras.utils.set_random_seed(config.seed)
    network = [getattr(keras.layers, type(layer).__name__)(**asdict(layer)) for layer in layers(config)]
    model = keras.Sequential([keras.Input(INPUT_SHAPE), *network], name=config.network)
    model.compile(
        OPTIMIZERS[config.optimizer](config.learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        # Compiling these small networks with XLA costs seconds and makes them no faster on a CPU.
        jit_compile=False,
    )
    return model
