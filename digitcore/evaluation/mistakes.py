"""What a model reads wrong, most confident first, and which of those labels may themselves be wrong."""

import numpy as np
from numpy.typing import NDArray

from digitcore.data import label_errors
from digitcore.evaluation.predictions import Predictions
from digitcore.prediction import Engine
from digitcore.prediction.neighbours import Neighbours, nearest

CONFIDENT = 0.9
AGREEING = 4
"""A label is suspected only if at least so many of the five nearest training digits have the model's answer."""


def most_confident_first(predictions: Predictions) -> NDArray[np.intp]:
    """The indices of the mistakes, the most confident first."""
    wrong = np.flatnonzero(~predictions.right)
    return wrong[np.argsort(-predictions.confidences[wrong], kind="stable")]


def suspects(engine: Engine, predictions: Predictions, indices: NDArray[np.intp], data: str) -> NDArray[np.bool_]:
    """(K,) whether the label of each of K digits may be wrong: it is a known label error, or `is_suspect` says so.

    `data` names the data set if the digits are a data set's test split.
    """
    known: NDArray[np.bool_] = np.isin(indices, list(label_errors.SUGGESTED)) & (data == label_errors.DATA)
    neighbours = nearest(engine, predictions.embeddings[indices])
    if not neighbours:
        return known
    answers, labels = predictions.answers[indices], predictions.labels[indices]
    digits = zip(answers, labels, predictions.confidences[indices], neighbours, strict=True)
    suspected = np.array([is_suspect(*digit) for digit in digits], bool)
    either: NDArray[np.bool_] = known | suspected
    return either


def is_suspect(answer: int, label: int, confidence: float, neighbours: Neighbours) -> bool:
    """Whether the label may be wrong: the model is confident of another, and the nearest training digits agree."""
    agreeing = int((neighbours.labels == answer).sum())
    return bool(answer != label and confidence >= CONFIDENT and agreeing >= AGREEING)
