"""The fit's batches; their order and augmentation depend only on the recipe and the epoch."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.model_format import INPUT_SHAPE
from digitcore.recipes.augmentation import augment
from digitcore.recipes.config import TrainingConfig

READY_BATCHES = 2
"""How many batches are prepared in advance."""


TURNS_STREAM = 1
"""Tells the random numbers that deal out the turns from those of an epoch's order."""


class Feed:
    """Shuffled, augmented batches. Any epoch's can be made without those of the epochs before it.

    Of the digits for which `in_turns`, (N,) booleans, is true, an epoch has one in `config.turns`, and the next epoch
    others, until all had their turn. A remainder too small for one more in each epoch sits that cycle out.
    """

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, config: TrainingConfig, in_turns: NDArray[np.bool_] | None = None
    ) -> None:
        self.images, self.labels = images, labels.astype(np.int32)
        self.config, self.batch_size = config, config.batch_size
        self.in_turns = np.zeros(len(labels), bool) if in_turns is None else in_turns
        self.shuffle(0)

    def shuffle(self, epoch: int) -> None:
        """Sets the order of `epoch` and the seed of its augmentation."""
        self.epoch = epoch
        self.order = np.random.default_rng((self.config.seed, epoch)).permutation(self._digits_of(epoch))

    def _digits_of(self, epoch: int) -> NDArray[np.intp]:
        """The indices of the epoch's digits."""
        cycle, turn = divmod(epoch, self.config.turns)
        dealt = np.random.default_rng((self.config.seed, cycle, TURNS_STREAM)).permutation(
            np.flatnonzero(self.in_turns)
        )
        size = len(dealt) // self.config.turns
        return np.sort(np.concatenate([np.flatnonzero(~self.in_turns), dealt[turn * size : (turn + 1) * size]]))

    @property
    def digits(self) -> int:
        """The number of digits in an epoch."""
        return len(self.order)

    def size_of(self, batch: int) -> int:
        """The number of digits in `batch`: the last of an epoch may be smaller."""
        return min(self.batch_size, self.digits - batch * self.batch_size)

    def __len__(self) -> int:
        return -(-self.digits // self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        random = np.random.default_rng((self.config.seed, self.epoch, index))
        pictures = augment(self.images[chosen].astype(np.float32) / 255, self.config, random)
        return pictures[..., None], self.labels[chosen]


def as_dataset(feed: Feed) -> tf.data.Dataset:
    """The feed as `fit` takes it, which starts again at each epoch.

    Without TensorFlow's tuning: at the beginning of some epochs Keras waits over a second for the tuner's thread to end
    (seen with Keras 3.15 and TensorFlow 2.21), and no command is read meanwhile.
    """
    signature = tf.TensorSpec((None, *INPUT_SHAPE), tf.float32), tf.TensorSpec((None,), tf.int32)
    batches = tf.data.Dataset.from_generator(
        lambda: (feed[index] for index in range(len(feed))), output_signature=signature
    )
    options = tf.data.Options()
    options.autotune.enabled = False
    counted = batches.apply(tf.data.experimental.assert_cardinality(len(feed)))
    return counted.prefetch(READY_BATCHES).with_options(options)
