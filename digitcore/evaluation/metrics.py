"""Metrics of a model, from its probabilities and the true labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import CLASSES

CALIBRATION_BINS = 15


@dataclass(frozen=True)
class Bin:
    """Digits that are read with about the same confidence: their number, mean confidence and accuracy."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Evaluation:
    """How well a model reads N digits.

    `interval` is the accuracy's 95% interval; `confusion` is (10, 10), rows the true digits and columns the answers;
    `precision`, `recall` and `f1` are (10,), NaN for a digit that was never the answer or never the label.
    `reliability` has the bins of a reliability diagram, the lowest confidence first.
    """

    count: int
    accuracy: float
    interval: tuple[float, float]
    confusion: NDArray[np.int_]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    calibration_error: float
    reliability: tuple[Bin, ...]


def evaluate(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> Evaluation:
    """Evaluates (N, 10) probabilities against (N,) labels; N is at least 1."""
    answers = probabilities.argmax(axis=1)
    right = answers == labels
    confusion = np.zeros((CLASSES, CLASSES), int)
    np.add.at(confusion, (labels, answers), 1)
    with np.errstate(invalid="ignore"):
        precision = confusion.diagonal() / confusion.sum(axis=0)
        recall = confusion.diagonal() / confusion.sum(axis=1)
        f1 = 2 * confusion.diagonal() / (confusion.sum(axis=0) + confusion.sum(axis=1))
    bins = reliability(probabilities.max(axis=1), right)
    return Evaluation(
        len(labels),
        float(right.mean()),
        wilson_interval(int(right.sum()), len(labels)),
        confusion,
        precision,
        recall,
        f1,
        calibration_error(bins),
        bins,
    )


def wilson_interval(successes: int, count: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson, 1927), which stays within 0 and 1."""
    from scipy.stats import binomtest  # most of a second to import, which only an evaluation needs

    interval = binomtest(successes, count).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def reliability(confidences: NDArray[np.float32], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """The digits in bins of equal width by confidence; empty bins are left out."""
    bins = np.minimum((confidences * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    members = (bins == index for index in np.unique(bins))
    return tuple(
        Bin(int(inside.sum()), float(confidences[inside].mean()), float(right[inside].mean())) for inside in members
    )


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Expected calibration error: the mean distance of confidence from accuracy (Naeini et al., 2015)."""
    return sum(bin.count * abs(bin.confidence - bin.accuracy) for bin in bins) / sum(bin.count for bin in bins)
