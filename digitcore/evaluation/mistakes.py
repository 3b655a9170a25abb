"""What a model reads wrong, surest first, and which labels may be wrong themselves."""

import numpy as np

from digitcore.data import doubtful
from digitcore.evaluation.predictions import Predictions
from digitcore.prediction import Engine
from digitcore.prediction.neighbours import Neighbours, nearest

SURE = 0.9
AGREEING = 4
"""Of the five nearest training digits, so many must have the model's answer before a label is suspected."""


def surest_first(predictions: Predictions) -> np.ndarray:
    """The indices of what is read wrong, the surest first."""
    wrong = np.flatnonzero(~predictions.right)
    return wrong[np.argsort(-predictions.confidences[wrong], kind="stable")]


def suspects(engine: Engine, predictions: Predictions, indices: np.ndarray, data: str) -> np.ndarray:
    """(K,) whether the label of each of K digits may be wrong: known to be doubtful, or by `is_suspect`.

    `data` names the test split that the digits are, if they are one.
    """
    known = np.isin(indices, list(doubtful.SUGGESTED)) & (data == doubtful.DATA)
    near = nearest(engine, predictions.embeddings[indices])
    said = (each[indices] for each in (predictions.answers, predictions.labels, predictions.confidences))
    found = [is_suspect(*each) for each in zip(*said, near, strict=True)] if near else False
    return known | found


def is_suspect(answer: int, label: int, confidence: float, neighbours: Neighbours) -> bool:
    """Whether the label may be wrong: the model is sure of another, and so are the nearest training digits."""
    return answer != label and confidence >= SURE and int((neighbours.labels == answer).sum()) >= AGREEING
