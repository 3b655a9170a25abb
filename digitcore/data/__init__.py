"""Where digits come from: MNIST, its bundled sample, and pen strokes; and what is no digit."""

from digitcore.data.datasets import DESCRIPTIONS, NO_DIGIT, Dataset, is_here, load
from digitcore.data.mnist import load_mnist

__all__ = ["DESCRIPTIONS", "NO_DIGIT", "Dataset", "is_here", "load", "load_mnist"]
