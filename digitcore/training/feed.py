"""The fit's batches; their order and augmentation depend only on the recipe and the epoch."""

import numpy as np
import tensorflow as tf

from digitcore.model_format import INPUT_SHAPE
from digitcore.recipes.augmentation import augment
from digitcore.recipes.config import TrainingConfig

READY_BATCHES = 2
"""How many batches are prepared in advance."""


class Feed:
    """Shuffled, augmented batches. Any epoch's can be made without those of the epochs before it."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, config: TrainingConfig) -> None:
        self.images, self.labels = images, labels.astype(np.int32)
        self.config, self.batch_size = config, config.batch_size
        self.shuffle(0)

    def shuffle(self, epoch: int) -> None:
        """Sets the order of `epoch` and the seed of its augmentation."""
        self.epoch = epoch
        self.order = np.random.default_rng((self.config.seed, epoch)).permutation(len(self.labels))

    def size_of(self, batch: int) -> int:
        """The number of digits in `batch`: the last of an epoch may be smaller."""
        return min(self.batch_size, len(self.labels) - batch * self.batch_size)

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch_size)

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
