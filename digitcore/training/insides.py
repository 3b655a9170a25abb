"""What a bundle holds for explanations without Keras: outputs of layers, kernels, embeddings of training digits."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

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
"""The layers whose outputs are feature maps."""
MEANS = (keras.layers.GlobalAveragePooling2D, keras.layers.Dropout)
"""If no other layers come between the last feature maps and the last layer, its input is their means."""
BATCH = 500


def with_insides(model: keras.Sequential) -> keras.Model:
    """The same network, whose outputs are also the last layer's input and the feature maps: "layer_0" and so on."""
    feature_maps = {layer_name(index): layer.output for index, layer in enumerate(spatial(model))}
    return keras.Model(
        model.inputs, {PROBABILITIES: model.outputs[0], EMBEDDING: model.layers[-1].input} | feature_maps
    )


def spatial(model: keras.Sequential) -> list[keras.Layer]:
    """The layers whose outputs are feature maps, first to last; none in a network of dense layers alone."""
    return [layer for layer in model.layers if isinstance(layer, SPATIAL)]


def card(model: keras.Sequential) -> dict[str, Any]:
    """The card's entries on the layers, first to last, and on the last layer's input."""
    layers = spatial(model)
    between = model.layers[model.layers.index(layers[-1]) + 1 : -1] if layers else model.layers[:-1]
    means = bool(layers) and all(isinstance(layer, MEANS) for layer in between)
    answers_from = AnswersFrom.MEANS if means else AnswersFrom.PLACES
    return {"layers": [_describe(layer) for layer in layers], "answers_from": answers_from}


def save_weights(model: keras.Sequential, target: Path) -> None:
    """Saves the kernels and biases of the convolutions and of the last layer as .npz, by the names of model_format."""
    layers = {layer_name(index): layer for index, layer in enumerate(spatial(model))} | {LAST_LAYER: model.layers[-1]}
    arrays: dict[str, NDArray[np.float32]] = {}
    for name, layer in layers.items():
        if weights := layer.get_weights():
            arrays[weight_name(name, KERNEL)], arrays[weight_name(name, BIAS)] = weights
    np.savez(target, allow_pickle=False, **arrays)


def save_neighbours(network: keras.Model, target: Path) -> None:
    """Saves the embeddings, as float16, of the bundled sample's training digits, which are also MNIST's."""
    images = data.load("sample").train_images
    embeddings = network.predict(as_input(images), BATCH, verbose=0)[EMBEDDING]
    np.savez_compressed(target, **{EMBEDDINGS: embeddings.astype(np.float16)})


def _describe(layer: keras.Layer) -> dict[str, Any]:
    """How the layer's window moves over its input."""
    window = layer.kernel_size if isinstance(layer, keras.layers.Conv2D) else layer.pool_size
    kind = LayerKind.CONVOLUTION if isinstance(layer, keras.layers.Conv2D) else LayerKind.POOLING
    return {"kind": kind, "window": window[0], "stride": layer.strides[0], "padding": layer.padding}
