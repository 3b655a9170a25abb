"""Splits that keep the share of each class, the same for the same seed."""

import numpy as np


def stratified_split(labels: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sets aside `count` of the labels, each class in its share.

    Returns the indices of the rest and of those set aside, both in ascending order.
    """
    classes, sizes = np.unique(labels, return_counts=True)
    random = np.random.default_rng(seed)
    aside = [
        random.choice(np.flatnonzero(labels == digit), share, replace=False)
        for digit, share in zip(classes, _shares(sizes, count), strict=True)
    ]
    held_out = np.sort(np.concatenate(aside))
    return np.setdiff1d(np.arange(len(labels)), held_out), held_out


def _shares(sizes: np.ndarray, count: int) -> np.ndarray:
    """Whole numbers in proportion to `sizes` that add up to `count`, by largest remainder."""
    exact = sizes * count / sizes.sum()
    shares = np.floor(exact).astype(int)
    short = count - shares.sum()
    shares[np.argsort(shares - exact, kind="stable")[:short]] += 1
    return shares
