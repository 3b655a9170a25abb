"""Figures that judge a model, from its probabilities and the true labels."""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from digitcore.model_format import CLASSES

CALIBRATION_BINS = 15
NORMAL_95 = 1.959964


class Bin(NamedTuple):
    """Digits of about the same confidence: how many, how sure on average, and the share that was read right."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Evaluation:
    """How well a model reads N digits.

    `interval` is the accuracy's 95% interval; `confusion` is (10, 10), rows the true digits and columns the answers;
    `precision`, `recall` and `f1` are (10,), not a number where a digit was never answered or never there.
    `reliability` is what a reliability diagram shows, least sure first.
    """

    count: int
    accuracy: float
    interval: tuple[float, float]
    confusion: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    calibration_error: float
    reliability: tuple[Bin, ...]


def evaluate(probabilities: np.ndarray, labels: np.ndarray) -> Evaluation:
    """Judges (N, 10) probabilities against (N,) labels; N is at least 1."""
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
    share, square = successes / count, NORMAL_95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL_95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
    return middle - half, middle + half


def reliability(confidences: np.ndarray, right: np.ndarray) -> tuple[Bin, ...]:
    """The digits in bins of equal width by confidence, those without any left out."""
    bins = np.minimum((confidences * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    members = (bins == index for index in np.unique(bins))
    return tuple(Bin(int(each.sum()), float(confidences[each].mean()), float(right[each].mean())) for each in members)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Expected calibration error: how far confidence is from accuracy, over equal bins (Naeini et al., 2015)."""
    return sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / sum(each.count for each in bins)
