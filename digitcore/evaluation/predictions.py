"""A model's predictions for labelled pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitcore.prediction import Engine

CHUNK = 500


@dataclass(frozen=True)
class Predictions:
    """N pictures, (N, 28, 28) uint8, their (N,) labels, and the model's predictions.

    `probabilities` is (N, 10), `support` (N,) what is compared with the rejection threshold, `embeddings` (N, E).
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    support: NDArray[np.float64]
    embeddings: NDArray[np.float32]

    @cached_property
    def answers(self) -> NDArray[np.intp]:
        """The (N,) most probable digits."""
        answers: NDArray[np.intp] = self.probabilities.argmax(axis=1)
        return answers

    @cached_property
    def confidences(self) -> NDArray[np.float32]:
        """Their (N,) probabilities."""
        confidences: NDArray[np.float32] = self.probabilities.max(axis=1)
        return confidences

    @cached_property
    def runners_up(self) -> NDArray[np.intp]:
        """The (N,) second most probable digits."""
        return np.argsort(self.probabilities, axis=1)[:, -2]

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether the most probable digit is the label."""
        right: NDArray[np.bool_] = self.answers == self.labels
        return right


def predict(
    engine: Engine,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    progress: Callable[[float], object] = lambda share: None,
) -> Predictions:
    """The engine's predictions for (N, 28, 28) pictures, N at least 1; `progress` is called with the share done."""
    parts = []
    for start in range(0, len(labels), CHUNK):
        parts.append(engine.answers(pictures[start : start + CHUNK]))
        progress(min(1.0, (start + CHUNK) / len(labels)))
    return Predictions(
        pictures,
        labels,
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.support for part in parts]),
        np.concatenate([part.embeddings for part in parts]),
    )
