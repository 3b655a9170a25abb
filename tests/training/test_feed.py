import numpy as np

from digitcore import data
from digitcore.recipes.config import TrainingConfig
from digitcore.training.feed import Feed, as_dataset

IMAGES = np.arange(10, dtype=np.uint8).repeat(784).reshape(10, 28, 28)
LABELS = np.arange(10, dtype=np.uint8)
CONFIG = TrainingConfig(batch_size=4, seed=3)


def _epoch(epoch: int, seed: int = 3) -> list[np.ndarray]:
    feed = Feed(IMAGES, LABELS, TrainingConfig(batch_size=4, seed=seed))
    feed.shuffle(epoch)
    return [feed[index][1] for index in range(len(feed))]


def test_every_digit_comes_once_an_epoch_with_its_picture():
    feed = Feed(IMAGES, LABELS, CONFIG)
    seen = []
    for index in range(len(feed)):
        inputs, labels = feed[index]
        assert inputs.shape == (feed.size_of(index), 28, 28, 1)
        np.testing.assert_allclose(inputs[:, 0, 0, 0] * 255, labels, rtol=1e-5)
        seen.extend(labels)
    assert sorted(seen) == list(range(10))


def test_the_order_depends_on_seed_and_epoch_alone():
    for first, second in zip(_epoch(5), _epoch(5), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(np.concatenate(_epoch(5)), np.concatenate(_epoch(6)))
    assert not np.array_equal(np.concatenate(_epoch(5)), np.concatenate(_epoch(5, seed=4)))


def test_the_fit_takes_every_batch_in_the_epochs_order_and_tunes_nothing():
    feed = Feed(IMAGES, LABELS, CONFIG)
    dataset = as_dataset(feed)
    feed.shuffle(5)
    for (inputs, labels), expected in zip(dataset, _epoch(5), strict=True):
        np.testing.assert_array_equal(labels, expected)
        np.testing.assert_allclose(inputs[:, 0, 0, 0] * 255, expected, rtol=1e-5)
    # With TensorFlow's tuner at work, the fit stood still for over a second at the beginning of one epoch in five.
    assert dataset.options().autotune.enabled is False


def test_augmentation_depends_on_recipe_and_epoch_alone():
    pictures = data.load("sample").validation_images[:10]
    feed = Feed(pictures, LABELS, TrainingConfig(batch_size=4, rotation=10, elastic=1))
    feed.shuffle(5)
    first = [feed[index][0] for index in range(len(feed))]
    feed.shuffle(6)
    other = feed[0][0]
    feed.shuffle(5)
    # In another order, as if a run had been killed in between.
    for index in (2, 0, 1):
        np.testing.assert_array_equal(feed[index][0], first[index])
    assert not np.array_equal(other, first[0]) and feed[0][0].shape == (4, 28, 28, 1)


def test_drawn_digits_take_turns_beside_all_others():
    in_turns = np.arange(len(LABELS)) >= 4
    feed = Feed(IMAGES, LABELS, TrainingConfig(batch_size=4, turns=3), in_turns)
    others = len(LABELS) - 4
    epochs = []
    for epoch in range(6):
        feed.shuffle(epoch)
        assert feed.digits == len(feed.order) == 4 + others // 3 and {0, 1, 2, 3} <= set(feed.order)
        assert sum(len(feed[index][1]) for index in range(len(feed))) == feed.digits
        epochs.append(set(feed.order) - {0, 1, 2, 3})
    for cycle in (epochs[:3], epochs[3:]):
        assert len(set.union(*cycle)) == 3 * (others // 3)
    assert epochs[:3] != epochs[3:]
    feed.shuffle(1)
    assert set(feed.order) - {0, 1, 2, 3} == epochs[1]


def test_without_turns_the_order_is_that_of_earlier_versions():
    feed = Feed(IMAGES, LABELS, TrainingConfig(seed=3), np.ones(len(LABELS), bool))
    for epoch in (0, 7):
        feed.shuffle(epoch)
        np.testing.assert_array_equal(feed.order, np.random.default_rng((3, epoch)).permutation(len(LABELS)))
