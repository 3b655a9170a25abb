"""The training digits that a network finds most alike."""

from functools import cache
from typing import NamedTuple

import numpy as np

from digitcore import data
from digitcore.prediction.engine import Engine


class Neighbours(NamedTuple):
    """Training digits, most alike first: (K, 28, 28) uint8 pictures, (K,) labels, and (K,) cosines of their angles."""

    pictures: np.ndarray
    labels: np.ndarray
    likeness: np.ndarray


def nearest(engine: Engine, embeddings: np.ndarray, count: int = 5) -> list[Neighbours]:
    """For each of the (N, E) embeddings the `count` nearest of the bundled sample's training digits.

    Empty where the bundle does not tell of them.
    """
    known = engine.bundle.neighbours
    if not len(known):
        return []
    images, labels = _training_digits()
    likeness = _unit(embeddings) @ _unit(known.astype(np.float32)).T
    found = np.argsort(-likeness, axis=1)[:, :count]
    return [Neighbours(images[each], labels[each], row[each]) for each, row in zip(found, likeness, strict=True)]


def strangers(engine: Engine) -> str:
    """A line that says so where the network has not learnt from the digits that `nearest` gives. Else ""."""
    learnt = engine.bundle.card["data"]["name"]
    known = {"mnist", "sample"} & set(learnt.split("+"))
    return "" if known else "These are digits of the sample, as a likeness: this model has learnt from others."


@cache
def _training_digits() -> tuple[np.ndarray, np.ndarray]:
    sample = data.load("sample")
    return sample.train_images, sample.train_labels


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
