"""What a model says of labelled pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from digitcore.prediction import Engine

CHUNK = 500


@dataclass(frozen=True)
class Predictions:
    """N pictures, (N, 28, 28) uint8, their (N,) labels, and what the model says of each.

    `probabilities` is (N, 10), `support` (N,) what is held against the rejection threshold, `embeddings` (N, E).
    """

    pictures: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    support: np.ndarray
    embeddings: np.ndarray

    @cached_property
    def answers(self) -> np.ndarray:
        """The (N,) likeliest digits."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidences(self) -> np.ndarray:
        """Their (N,) probabilities."""
        return self.probabilities.max(axis=1)

    @cached_property
    def runners_up(self) -> np.ndarray:
        """The (N,) second likeliest digits."""
        return np.argsort(self.probabilities, axis=1)[:, -2]

    @cached_property
    def right(self) -> np.ndarray:
        """(N,) whether the likeliest is the label."""
        return self.answers == self.labels


def predict(
    engine: Engine, pictures: np.ndarray, labels: np.ndarray, tell: Callable[[float], None] = lambda share: None
) -> Predictions:
    """What the engine says of (N, 28, 28) uint8 pictures, N at least 1; `tell` hears the share that is done."""
    parts = []
    for start in range(0, len(labels), CHUNK):
        parts.append(engine.answers(pictures[start : start + CHUNK]))
        tell(min(1.0, (start + CHUNK) / len(labels)))
    told = [(each.probabilities, each.support, each.embeddings) for each in parts]
    return Predictions(pictures, labels, *(np.concatenate(each) for each in zip(*told, strict=True)))
