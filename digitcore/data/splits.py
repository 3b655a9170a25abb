"""Stratified splits."""

import numpy as np
from numpy.typing import NDArray


def stratified_split(labels: NDArray[np.uint8], count: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Splits (N,) labels in such a way that `count` are held out, with each class in its share.

    Returns the ascending indices of the others and of those held out; the same for the same seed.
    """
    classes, sizes = np.unique(labels, return_counts=True)
    random = np.random.default_rng(seed)
    chosen = [
        random.choice(np.flatnonzero(labels == digit), share, replace=False)
        for digit, share in zip(classes, _shares(sizes, count), strict=True)
    ]
    held_out = np.sort(np.concatenate(chosen))
    return np.setdiff1d(np.arange(len(labels)), held_out), held_out


def _shares(sizes: NDArray[np.intp], count: int) -> NDArray[np.int_]:
    """Whole numbers in proportion to `sizes` that add up to `count` (largest remainder method)."""
    exact = sizes * count / sizes.sum()
    shares = np.floor(exact).astype(int)
    short = count - shares.sum()
    shares[np.argsort(shares - exact, kind="stable")[:short]] += 1
    result: NDArray[np.int_] = shares
    return result
