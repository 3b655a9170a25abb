"""How accuracy rises as a model answers less often."""

from typing import NamedTuple

import numpy as np


class Coverage(NamedTuple):
    """For each threshold, highest first, the share of digits that reach it and how many of those are read right."""

    thresholds: np.ndarray
    kept: np.ndarray
    accuracy: np.ndarray


def coverage(support: np.ndarray, right: np.ndarray) -> Coverage:
    """One point for each of the N different (N,) supports, which is how the threshold can be moved."""
    order = np.argsort(-support, kind="stable")
    sorted_support, hits = support[order], np.cumsum(right[order])
    last = np.flatnonzero(np.append(sorted_support[1:] != sorted_support[:-1], True))
    return Coverage(sorted_support[last], (last + 1) / len(support), hits[last] / (last + 1))
