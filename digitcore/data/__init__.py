"""Where digits come from: MNIST, and its bundled sample."""

from digitcore.data.datasets import DESCRIPTIONS, Dataset, is_here, load
from digitcore.data.mnist import load_mnist

__all__ = ["DESCRIPTIONS", "Dataset", "is_here", "load", "load_mnist"]
