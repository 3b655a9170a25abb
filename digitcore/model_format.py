"""The contract of a model bundle: what training writes into its folder, and prediction reads from there.

MODELS/NAME/
  card.json       how it was made and what it scores; the SHA-256 of the files beside it
  model.keras     the network, for Keras
  model.tflite    the network, for LiteRT; its outputs are named below
  weights.npz     the kernels and biases of its convolutions and of its last layer
  neighbours.npz  what the last layer is given for each of the sample's training digits

Bundles of earlier versions may lack the last two, and the card's "layers" and "answers_from".
"""

from enum import StrEnum

import numpy as np

CARD_FORMAT = 1
CARD, KERAS, LITERT = "card.json", "model.keras", "model.tflite"
WEIGHTS, NEIGHBOURS = "weights.npz", "neighbours.npz"
REQUIRED_FILES = {KERAS, LITERT}
"""Those whose checksums every card has."""

SIDE = 28
INPUT_SHAPE = (SIDE, SIDE, 1)
CLASSES = 10
"""The ten digits. A network may have one answer more, NO_DIGIT: that the picture shows none."""
NO_DIGIT = CLASSES

PROBABILITIES, EMBEDDING = "probabilities", "embedding"
"""The network's outputs besides its layers': its answers, and what its last layer is given."""
EMBEDDINGS = "embeddings"
"""The array in neighbours.npz, (N, E) float16."""
LAST_LAYER = "answer"
KERNEL, BIAS = "kernel", "bias"


class LayerKind(StrEnum):
    """The kinds of layer whose outputs are pictures."""

    CONVOLUTION = "convolution"
    POOLING = "pooling"


class AnswersFrom(StrEnum):
    """What the last layer is given: each of the last features' means, or their values at all places."""

    MEANS = "the last features' means"
    PLACES = "the last features' places"


def layer_name(index: int) -> str:
    """The name of a picture layer's output, and of its weights; `index` counts the card's "layers" from 0."""
    return f"layer_{index}"


def weight_name(layer: str, kind: str) -> str:
    """The name of the array in weights.npz that holds a layer's kernel or bias."""
    return f"{layer}_{kind}"


def as_input(pictures: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 pictures as the (N, 28, 28, 1) float32 from 0 to 1 that networks take."""
    return pictures[..., None].astype(np.float32) / 255
