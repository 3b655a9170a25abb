"""The training digits whose embeddings are nearest to a picture's."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore import data
from digitcore.prediction.engine import Engine


class Neighbours(NamedTuple):
    """Training digits, most similar first: (K, 28, 28) uint8 pictures, (K,) labels, and (K,) cosine similarities."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    similarity: NDArray[np.float32]


def nearest(engine: Engine, embeddings: NDArray[np.float32], count: int = 5) -> list[Neighbours]:
    """For each of the (N, E) embeddings the `count` nearest of the bundled sample's training digits.

    Empty for a bundle without the training digits' embeddings.
    """
    trained_on = engine.bundle.neighbours
    if not len(trained_on):
        return []
    images, labels = _training_digits()
    similarity = _normalised(embeddings) @ _normalised(trained_on.astype(np.float32)).T
    order = np.argsort(-similarity, axis=1)[:, :count]
    return [
        Neighbours(images[indices], labels[indices], row[indices])
        for indices, row in zip(order, similarity, strict=True)
    ]


def unfamiliar_note(engine: Engine) -> str:
    """A line for a model that was not trained on the digits that `nearest` gives; empty for one that was."""
    trained_on = set(engine.bundle.card["data"]["name"].split("+"))
    if trained_on & {"mnist", "sample"}:
        return ""
    return "These are similar digits of the bundled sample: this model was trained on other digits."


@cache
def _training_digits() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    sample = data.load("sample")
    return sample.train_images, sample.train_labels


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors at length 1."""
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
