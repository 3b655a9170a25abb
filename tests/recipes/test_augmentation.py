import numpy as np
import pytest
from scipy import ndimage

from digitcore import data
from digitcore.recipes import augmentation
from digitcore.recipes.augmentation import augment
from digitcore.recipes.config import TrainingConfig

DIGITS = data.load("sample").validation_images[:60].astype(np.float32) / 255
ALL = {"rotation": 10, "scaling": 0.1, "shear": 0.1, "shift": 1, "elastic": 0.8, "thickness": 0.5, "noise": 0.3}


def _augment(seed: int = 0, **changes: float) -> np.ndarray:
    return augment(DIGITS, TrainingConfig(**changes), np.random.default_rng(seed))


def test_a_recipe_without_augmentation_leaves_digits_as_they_are():
    assert _augment() is DIGITS


@pytest.mark.parametrize("name", ALL)
def test_each_change_changes_digits_a_little_and_the_same_for_the_same_seed(name):
    changed = _augment(**{name: ALL[name]})
    assert changed.shape == DIGITS.shape and changed.dtype == np.float32
    assert changed.min() >= 0 and changed.max() <= 1
    assert 0.005 < np.abs(changed - DIGITS).mean() < 0.12
    np.testing.assert_array_equal(changed, _augment(**{name: ALL[name]}))
    assert not np.array_equal(changed, _augment(1, **{name: ALL[name]}))


def test_pictures_are_sampled_as_scipy_samples_them():
    config, count = TrainingConfig(**ALL), len(DIGITS)
    places = augmentation._places(count, config, np.random.default_rng(4))
    sampled = augmentation._sample(DIGITS, places)
    for picture, where, found in zip(DIGITS, places, sampled, strict=True):
        expected = ndimage.map_coordinates(picture, where, order=1, mode="grid-constant")
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_turn_is_by_at_most_the_recipes_degrees():
    places = augmentation._places(500, TrainingConfig(rotation=30), np.random.default_rng(0))
    middle = augmentation.MIDDLE
    # Where the end of the middle row comes from says how far the picture was turned.
    down, right = places[:, 0, 13:15, -1].mean(axis=1) - middle, places[:, 1, 13:15, -1].mean(axis=1) - middle
    degrees = np.degrees(np.arctan2(down, right))
    assert 29 < np.abs(degrees).max() <= 30.01 and abs(degrees.mean()) < 2


def test_noise_is_as_strong_as_the_recipe_allows_and_mostly_weak():
    grey = np.full((400, 28, 28), 0.5, np.float32)
    changed = augment(grey, TrainingConfig(noise=0.1), np.random.default_rng(0))
    spreads = changed.std(axis=(1, 2))
    assert spreads.min() < 0.01 and 0.09 < spreads.max() < 0.11
    # The median of the square of a number from 0 to 1 is a quarter.
    assert 0.015 < np.median(spreads) < 0.035
    assert abs(changed.mean() - 0.5) < 1e-3


def test_lines_grow_and_shrink_as_scipy_dilates_and_erodes():
    cross = ndimage.generate_binary_structure(2, 1)
    thick = augmentation._thicken(DIGITS, np.ones(len(DIGITS)))
    thin = augmentation._thicken(DIGITS, -np.ones(len(DIGITS)))
    for picture, wide, narrow in zip(DIGITS, thick, thin, strict=True):
        grown = ndimage.grey_dilation(picture, footprint=cross, mode="constant")
        shrunk = ndimage.grey_erosion(picture, footprint=cross, mode="constant")
        # The strongest ink is as strong as before.
        np.testing.assert_allclose(wide, grown / grown.max(), atol=1e-5)
        np.testing.assert_allclose(narrow, shrunk / max(shrunk.max(), 1e-3), atol=1e-5)
