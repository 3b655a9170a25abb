"""How accuracy rises as a model rejects more digits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Coverage(NamedTuple):
    """For each threshold, highest first, the share of digits that is kept and the accuracy on those."""

    thresholds: NDArray[np.float64]
    kept: NDArray[np.float64]
    accuracy: NDArray[np.float64]


def coverage(support: NDArray[np.float64], right: NDArray[np.bool_]) -> Coverage:
    """One point for each distinct (N,) support, which are the thresholds at which something changes."""
    order = np.argsort(-support, kind="stable")
    sorted_support, hits = support[order], np.cumsum(right[order])
    last = np.flatnonzero(np.append(sorted_support[1:] != sorted_support[:-1], True))
    return Coverage(sorted_support[last], (last + 1) / len(support), hits[last] / (last + 1))
