"""What a bundle carries so that readings can be explained without Keras: outputs, kernels, and training digits."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitcore import data
from digitcore.training.feed import as_input

SPATIAL = (keras.layers.Conv2D, keras.layers.MaxPooling2D)
"""The layers whose outputs are pictures."""
BATCH = 500
KINDS = ("kernel", "bias")
MEANS, PLACES = "the last features' means", "the last features' places"


def with_insides(model: keras.Sequential) -> keras.Model:
    """The same network, with the layers' pictures, "layer_0" and so on, and the last layer's input as outputs too."""
    outputs = {"probabilities": model.outputs[0], "embedding": model.layers[-1].input}
    return keras.Model(model.inputs, outputs | {f"layer_{at}": each.output for at, each in enumerate(spatial(model))})


def spatial(model: keras.Sequential) -> list[keras.Layer]:
    """The layers whose outputs are pictures, first to last."""
    return [each for each in model.layers if isinstance(each, SPATIAL)]


def card(model: keras.Sequential) -> dict[str, Any]:
    """What the bundle's card tells of the layers, first to last, and of what the answer is made."""
    after = model.layers[model.layers.index(spatial(model)[-1]) + 1 : -1]
    through = (keras.layers.GlobalAveragePooling2D, keras.layers.Dropout)
    means = all(isinstance(each, through) for each in after)
    return {"layers": [_describe(each) for each in spatial(model)], "answers_from": MEANS if means else PLACES}


def save_weights(model: keras.Sequential, target: Path) -> None:
    """The convolutions' and the last layer's kernels and biases as NumPy's .npz, named as `with_insides` names them."""
    layers = {f"layer_{at}": each for at, each in enumerate(spatial(model))} | {"answer": model.layers[-1]}
    arrays = {name: layer.get_weights() for name, layer in layers.items() if layer.get_weights()}
    named = {f"{name}_{kind}": array for name, pair in arrays.items() for kind, array in zip(KINDS, pair, strict=True)}
    np.savez(target, **named)


def save_neighbours(network: keras.Model, target: Path) -> None:
    """The embeddings, as float16, of the bundled sample's training digits, which are MNIST's too."""
    images = data.load("sample").train_images
    np.savez_compressed(
        target, embeddings=network.predict(as_input(images), BATCH, verbose=0)["embedding"].astype("f2")
    )


def _describe(layer: keras.Layer) -> dict[str, Any]:
    """How the layer slides over its input."""
    window = layer.kernel_size if isinstance(layer, keras.layers.Conv2D) else layer.pool_size
    kind = "convolution" if isinstance(layer, keras.layers.Conv2D) else "pooling"
    return {"kind": kind, "window": window[0], "stride": layer.strides[0], "padding": layer.padding}
