"""Where digits come from: MNIST, its bundled sample, and pen strokes; and what is no digit."""

from digitcore.data.datasets import (
    DESCRIPTIONS,
    Dataset,
    Split,
    is_here,
    load,
    load_test,
    load_train,
    overlap,
    sizes,
    sources,
)
from digitcore.data.mnist import load_mnist

__all__ = [
    "DESCRIPTIONS",
    "Dataset",
    "Split",
    "is_here",
    "load",
    "load_mnist",
    "load_test",
    "load_train",
    "overlap",
    "sizes",
    "sources",
]
