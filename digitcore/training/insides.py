"""What a bundle carries so that readings can be explained without Keras: outputs, kernels, and training digits."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitcore import data
from digitcore.model_format import (
    BIAS,
    EMBEDDING,
    EMBEDDINGS,
    KERNEL,
    LAST_LAYER,
    PROBABILITIES,
    AnswersFrom,
    LayerKind,
    as_input,
    layer_name,
    weight_name,
)

SPATIAL = (keras.layers.Conv2D, keras.layers.MaxPooling2D)
"""The layers whose outputs are pictures."""
BATCH = 500


def with_insides(model: keras.Sequential) -> keras.Model:
    """The same network, with the layers' pictures, "layer_0" and so on, and the last layer's input as outputs too."""
    outputs = {PROBABILITIES: model.outputs[0], EMBEDDING: model.layers[-1].input}
    return keras.Model(model.inputs, outputs | {layer_name(at): each.output for at, each in enumerate(spatial(model))})


def spatial(model: keras.Sequential) -> list[keras.Layer]:
    """The layers whose outputs are pictures, first to last."""
    return [each for each in model.layers if isinstance(each, SPATIAL)]


def card(model: keras.Sequential) -> dict[str, Any]:
    """What the bundle's card tells of the layers, first to last, and of what the answer is made."""
    after = model.layers[model.layers.index(spatial(model)[-1]) + 1 : -1]
    through = (keras.layers.GlobalAveragePooling2D, keras.layers.Dropout)
    means = all(isinstance(each, through) for each in after)
    answers_from = AnswersFrom.MEANS if means else AnswersFrom.PLACES
    return {"layers": [_describe(each) for each in spatial(model)], "answers_from": answers_from}


def save_weights(model: keras.Sequential, target: Path) -> None:
    """The convolutions' and the last layer's kernels and biases as NumPy's .npz, named as `with_insides` names them."""
    layers = {layer_name(at): each for at, each in enumerate(spatial(model))} | {LAST_LAYER: model.layers[-1]}
    pairs = {name: layer.get_weights() for name, layer in layers.items() if layer.get_weights()}
    kernels = {weight_name(name, KERNEL): kernel for name, (kernel, _) in pairs.items()}
    biases = {weight_name(name, BIAS): bias for name, (_, bias) in pairs.items()}
    np.savez(target, **kernels, **biases)


def save_neighbours(network: keras.Model, target: Path) -> None:
    """The embeddings, as float16, of the bundled sample's training digits, which are MNIST's too."""
    images = data.load("sample").train_images
    embeddings = network.predict(as_input(images), BATCH, verbose=0)[EMBEDDING]
    np.savez_compressed(target, **{EMBEDDINGS: embeddings.astype(np.float16)})


def _describe(layer: keras.Layer) -> dict[str, Any]:
    """How the layer slides over its input."""
    window = layer.kernel_size if isinstance(layer, keras.layers.Conv2D) else layer.pool_size
    kind = LayerKind.CONVOLUTION if isinstance(layer, keras.layers.Conv2D) else LayerKind.POOLING
    return {"kind": kind, "window": window[0], "stride": layer.strides[0], "padding": layer.padding}
