"""The data sets by name, each split into training, validation and test."""

from dataclasses import dataclass

import numpy as np

from digitcore.data import mnist
from digitcore.data.files import Progress
from digitcore.data.sample import load_sample
from digitcore.data.splits import stratified_split
from digitcore.errors import DataError

VALIDATION_SHARE = 12
"""One training digit in twelve does the choosing: 5,000 of MNIST's 60,000."""
VALIDATION_SEED = 60_000

DESCRIPTIONS = {
    "auto": "MNIST where it can be had, else the sample",
    "mnist": "MNIST: 60,000 digits for training, 10,000 for testing",
    "sample": "The bundled sample: 4,000 digits for training, 1,000 for testing",
}

SAMPLE_NOTE = "MNIST is not here and could not be downloaded, so the bundled sample is used."


@dataclass(frozen=True)
class Dataset:
    """Digits to learn from, to choose by, and to report on. Images are (N, 28, 28) uint8, labels (N,) uint8."""

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    note: str = ""

    def counts(self) -> dict[str, int]:
        """How many digits each split has."""
        return {
            "train": len(self.train_labels),
            "validation": len(self.validation_labels),
            "test": len(self.test_labels),
        }


def load(name: str = "auto", progress: Progress | None = None) -> Dataset:
    """The data set `name`, with a fixed stratified validation split taken from its training digits.

    Raises DataError for an unknown name, or where the digits cannot be had.
    """
    if name not in DESCRIPTIONS:
        raise DataError(f"unknown data set '{name}'; there are {', '.join(DESCRIPTIONS)}")
    if name == "auto":
        return _load_auto(progress)
    if name == "mnist":
        return _split("mnist", mnist.load_mnist(progress))
    return _split("sample", load_sample())


def is_here(name: str) -> bool:
    """Whether the data set can be loaded as it is, without a download."""
    return name == "sample" or mnist.is_here()


def _load_auto(progress: Progress | None) -> Dataset:
    try:
        return _split("mnist", mnist.load_mnist(progress))
    except DataError:
        return _split("sample", load_sample(), note=SAMPLE_NOTE)


def _split(name: str, arrays: mnist.Arrays, note: str = "") -> Dataset:
    images, labels, test_images, test_labels = arrays
    train, validation = stratified_split(labels, len(labels) // VALIDATION_SHARE, VALIDATION_SEED)
    return Dataset(
        name, images[train], labels[train], images[validation], labels[validation], test_images, test_labels, note
    )
