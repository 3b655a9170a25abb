"""Statistics of digits: counts, mean and standard deviation, ink, stroke widths."""

import numpy as np
from scipy.ndimage import distance_transform_edt

DIGITS = 10


def counts(labels: np.ndarray) -> np.ndarray:
    """(10,) the number of each digit."""
    return np.bincount(labels, minlength=DIGITS)[:DIGITS]


def mean_and_spread(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the standard deviation of each pixel of (N, 28, 28) pictures, from 0 to 1; N is at least 1."""
    ink = pictures.astype(np.float32) / 255
    return ink.mean(axis=0), ink.std(axis=0)


def ink_shares(pictures: np.ndarray) -> np.ndarray:
    """(N,) the mean ink of each picture, from 0 to 1."""
    result: np.ndarray = pictures.mean(axis=(1, 2)) / 255
    return result


def stroke_widths(pictures: np.ndarray) -> np.ndarray:
    """(N,) the mean width of each picture's strokes in pixels.

    In a long bar that is W pixels wide, the mean distance to the nearest paper pixel is W / 4 + 1 / 2.
    """
    # Paper between the pictures lets one transform serve for all.
    padded = np.pad(pictures >= 128, ((0, 0), (1, 1), (1, 1)))
    wide = padded.transpose(1, 0, 2).reshape(padded.shape[1], -1)
    distances = distance_transform_edt(wide).reshape(padded.shape[1], len(pictures), -1).transpose(1, 0, 2)
    inside = padded.sum(axis=(1, 2))
    return np.where(inside > 0, 4 * distances.sum(axis=(1, 2)) / np.maximum(inside, 1) - 2, 0)


def most_typical_first(embeddings: np.ndarray, labels: np.ndarray, digit: int) -> np.ndarray:
    """The indices of the digits labelled `digit`, the nearest to their mean embedding first."""
    indices = np.flatnonzero(labels == digit)
    distances = np.linalg.norm(embeddings[indices] - embeddings[indices].mean(axis=0), axis=1)
    return indices[np.argsort(distances, kind="stable")]
