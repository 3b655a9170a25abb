"""What a model reads wrong, surest first, and which labels may be wrong themselves."""

import numpy as np

from digitcore.evaluation.predictions import Predictions
from digitcore.prediction.neighbours import Neighbours

SURE = 0.9
AGREEING = 4
"""Of the five nearest training digits, so many must have the model's answer before a label is suspected."""


def surest_first(predictions: Predictions) -> np.ndarray:
    """The indices of what is read wrong, the surest first."""
    wrong = np.flatnonzero(~predictions.right)
    return wrong[np.argsort(-predictions.confidences[wrong], kind="stable")]


def is_suspect(answer: int, label: int, confidence: float, neighbours: Neighbours) -> bool:
    """Whether the label may be wrong: the model is sure of another, and so are the nearest training digits."""
    return answer != label and confidence >= SURE and int((neighbours.labels == answer).sum()) >= AGREEING
