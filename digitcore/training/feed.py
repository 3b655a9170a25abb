"""Gives the fit its batches, in an order that depends on seed and epoch alone."""

import keras
import numpy as np


def as_input(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 pictures as the (N, 28, 28, 1) float32 from 0 to 1 that networks take."""
    return images[..., None].astype(np.float32) / 255


class Feed(keras.utils.PyDataset):
    """Shuffled batches. Any epoch's order can be had without living through the epochs before it."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, batch_size: int, seed: int) -> None:
        super().__init__()
        self.inputs, self.labels = as_input(images), labels.astype(np.int32)
        self.batch_size, self.seed = batch_size, seed
        self.shuffle(0)

    def shuffle(self, epoch: int) -> None:
        """Sets the order of `epoch`, which is told: Keras's hook for an epoch's end also fires before the first."""
        self.order = np.random.default_rng((self.seed, epoch)).permutation(len(self.labels))

    def size_of(self, batch: int) -> int:
        """How many digits are in `batch`: the last of an epoch may be smaller."""
        return min(self.batch_size, len(self.labels) - batch * self.batch_size)

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return self.inputs[chosen], self.labels[chosen]
