"""MNIST as LeCun, Cortes and Burges published it: 60,000 digits for training and 10,000 for testing."""

import gzip
from pathlib import Path

import numpy as np

from digitcore.data.files import DataFile, Progress, fetch, find

# Its original site, yann.lecun.com, no longer serves the files; TensorFlow and PyTorch use these mirrors.
MIRRORS = ("https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")

# IDX header lengths in bytes: a magic number and one size for each axis.
IMAGES_HEADER, LABELS_HEADER = 16, 8


def _mnist_file(name: str, size: int, sha256: str) -> DataFile:
    return DataFile(name, size, sha256, tuple(mirror + name for mirror in MIRRORS))


TRAIN_IMAGES = _mnist_file(
    "train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
)
TRAIN_LABELS = _mnist_file(
    "train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
)
TEST_IMAGES = _mnist_file(
    "t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
)
TEST_LABELS = _mnist_file(
    "t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
)
FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def is_here() -> bool:
    """Whether all four files are complete on this machine."""
    return all(find(file) for file in FILES)


def load_mnist(progress: Progress | None = None) -> Arrays:
    """MNIST, downloaded if it is not on this machine.

    Returns training images (60000, 28, 28), training labels (60000,), test images (10000, 28, 28) and test
    labels (10000,), all uint8. Raises DataError if it cannot be loaded.
    """
    train_images, train_labels, test_images, test_labels = (fetch(file, progress) for file in FILES)
    return _images(train_images), _labels(train_labels), _images(test_images), _labels(test_labels)


def _images(path: Path) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=IMAGES_HEADER).reshape(-1, 28, 28)


def _labels(path: Path) -> np.ndarray:
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=LABELS_HEADER)
