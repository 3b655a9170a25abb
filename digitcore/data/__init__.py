"""Where digits come from: MNIST, its bundled sample and pen strokes; and drawings that are no digit."""

from digitcore.data.dataset import Dataset, Split
from digitcore.data.datasets import (
    descriptions,
    drawn,
    has_no_digit,
    is_here,
    load,
    load_test,
    load_train,
    missing,
    overlap,
    sizes,
    sources,
)
from digitcore.data.mnist import load_mnist
from digitcore.data.sources import SOURCES, Source

__all__ = [
    "SOURCES",
    "Dataset",
    "Source",
    "Split",
    "descriptions",
    "drawn",
    "has_no_digit",
    "is_here",
    "load",
    "load_mnist",
    "load_test",
    "load_train",
    "missing",
    "overlap",
    "sizes",
    "sources",
]
