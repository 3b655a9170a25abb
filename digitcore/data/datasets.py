"""The data sets by name: a source, a mixture of sources, or "auto"."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from digitcore.data.dataset import Dataset, Split
from digitcore.data.files import Progress
from digitcore.data.sources import MIXTURES, SOURCES, Source
from digitcore.errors import DataError

AUTO, AUTO_DESCRIPTION = "auto", "MNIST if it is here or can be downloaded, else the sample"
SAMPLE_NOTE = "MNIST is not here and could not be downloaded, so the bundled sample is used."


def descriptions() -> dict[str, str]:
    """The data sets that can be chosen, by name, each with a line on what it is."""
    alone = {name: source.description for name, source in SOURCES.items() if source.description}
    return {AUTO: AUTO_DESCRIPTION, **alone, **MIXTURES}


def sources(name: str) -> list[Source]:
    """The sources of a data set; "auto" counts as MNIST."""
    return [SOURCES["mnist" if part == AUTO else part] for part in name.split("+")]


def has_no_digit(name: str) -> bool:
    """Whether the data set has drawings that are no digit."""
    return any(source.has_no_digit for source in sources(name))


def is_here(name: str) -> bool:
    """Whether the data set loads without a download."""
    return all(source.is_here() for source in sources(name))


def missing(name: str) -> str:
    """Where to get what is not here of the data set and cannot be downloaded, in a line, or nothing."""
    lines = (source.where_to_get() for source in sources(name) if source.where_to_get and not source.is_here())
    return next(lines, "")


def sizes(name: str) -> dict[str, int]:
    """The number of digits in each split of the data set, known before it is loaded."""
    train, validation, test = (sum(counts) for counts in zip(*(s.sizes for s in sources(name)), strict=True))
    return {"train": train, "validation": validation, "test": test}


def drawn(dataset: Dataset) -> NDArray[np.bool_]:
    """(N,): which of the training digits are drawn from strokes."""
    are_drawn = [SOURCES[name].is_drawn for name in dataset.train_counts]
    return np.repeat(are_drawn, list(dataset.train_counts.values()))


def load(name: str = AUTO, progress: Progress | None = None) -> Dataset:
    """The data set `name`, with a fixed stratified validation split taken from its training digits.

    Raises DataError if the name is unknown or the data cannot be loaded.
    """
    _check(name, descriptions())
    if name == AUTO:
        return _load_auto(progress)
    return reduce(Dataset.mixed_with, (source.load(progress) for source in sources(name)))


def load_test(name: str, progress: Progress | None = None) -> Split:
    """The test split of `load`, without drawing the training digits. Raises DataError as `load` does."""
    _check(name, descriptions())
    parts = [_load_test(part, progress) for part in name.split("+")]
    return Split(
        "+".join(part.name for part in parts),
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        " ".join(part.note for part in parts if part.note),
        _contributors(parts),
    )


def load_train(name: str, progress: Progress | None = None) -> Split:
    """A source's training digits for exploring: in their own order, with validation's.

    Of pen strokes there is one picture for each digit. Raises DataError as `load` does.
    """
    loaders = {source.name: source.load_train for source in SOURCES.values() if source.load_train}
    _check(name, loaders)
    return loaders[name](progress)


def overlap(trained_on: str, tested_on: str) -> str:
    """A line that says so if the model was trained on the test digits: MNIST's training digits include the sample."""
    if tested_on == "sample" and "mnist" in trained_on.split("+"):
        return (
            "the model was trained on MNIST, which includes these digits: these scores say nothing about unseen digits"
        )
    return ""


def _check(name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise DataError(f"unknown data set '{name}'; there are {', '.join(known)}")


def _load_test(name: str, progress: Progress | None) -> Split:
    if name != AUTO and (load_split := SOURCES[name].load_test):
        return load_split(progress)
    dataset = _load_auto(progress) if name == AUTO else SOURCES[name].load(progress)
    return Split(dataset.name, dataset.test_images, dataset.test_labels, dataset.note)


def _contributors(parts: Sequence[Split]) -> NDArray[np.str_] | None:
    if all(part.contributors is None for part in parts):
        return None
    return np.concatenate(
        [np.full(len(part.labels), "") if part.contributors is None else part.contributors for part in parts]
    )


def _load_auto(progress: Progress | None) -> Dataset:
    try:
        return SOURCES["mnist"].load(progress)
    except DataError:
        return replace(SOURCES["sample"].load(progress), note=SAMPLE_NOTE)
