"""The contract of a model bundle: what training writes into its folder and prediction reads from there.

MODELS/NAME/
  card.json       how it was made, its scores, and the SHA-256 of the other files
  model.keras     the network for Keras
  model.tflite    the network for LiteRT; its outputs are named below
  weights.npz     the kernels and biases of the convolutions and of the last layer
  neighbours.npz  the embeddings of the sample's training digits

Bundles of early versions lack the last two files, and "layers" and "answers_from" on the card.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CARD_FORMAT = 1
CARD, KERAS, LITERT = "card.json", "model.keras", "model.tflite"
WEIGHTS, NEIGHBOURS = "weights.npz", "neighbours.npz"
REQUIRED_FILES = {KERAS, LITERT}
"""The files whose checksums every card has."""

SIDE = 28
INPUT_SHAPE = (SIDE, SIDE, 1)
CLASSES = 10
"""The ten digits. A network may have one more answer, NO_DIGIT: that the picture shows no digit."""
NO_DIGIT = CLASSES

PROBABILITIES, EMBEDDING = "probabilities", "embedding"
"""The network's outputs besides those of its layers: its answers, and its last layer's input."""
EMBEDDINGS = "embeddings"
"""The name of the array in neighbours.npz, which is (N, E) float16."""
LAST_LAYER = "answer"
KERNEL, BIAS = "kernel", "bias"


class LayerKind(StrEnum):
    """The kinds of layer whose outputs are feature maps."""

    CONVOLUTION = "convolution"
    POOLING = "pooling"


class AnswersFrom(StrEnum):
    """The last layer's input: the mean of each last feature, or anything else, such as their values at all places.

    The values stand in cards and may not change.
    """

    MEANS = "the last features' means"
    PLACES = "the last features' places"


def layer_name(index: int) -> str:
    """The name of a layer's output and of its weights; `index` is its place in the card's "layers", from 0."""
    return f"layer_{index}"


def weight_name(layer: str, kind: str) -> str:
    """The name of the array in weights.npz that holds a layer's kernel or bias."""
    return f"{layer}_{kind}"


def as_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 28, 28) uint8 pictures as the (N, 28, 28, 1) float32 from 0 to 1 that networks take."""
    inputs: NDArray[np.float32] = np.divide(pictures[..., None], 255, dtype=np.float32)
    return inputs
