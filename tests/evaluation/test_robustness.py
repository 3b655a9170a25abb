import numpy as np
import pytest
from scipy import ndimage

from digitcore import data
from digitcore.evaluation import robustness
from digitcore.evaluation.robustness import DISTORTIONS, distort

DIGITS = data.load("sample").test_images[::100]


@pytest.mark.parametrize("kind", DISTORTIONS)
def test_a_distortion_does_more_the_further_it_goes_and_nothing_at_none(kind):
    told = DISTORTIONS[kind]
    np.testing.assert_allclose(distort(kind, DIGITS, told.none).astype(int), DIGITS, atol=1)
    for levels in (
        sorted(level for level in told.levels if level > told.none),
        sorted((level for level in told.levels if level < told.none), reverse=True),
    ):
        far = [np.abs(distort(kind, DIGITS, level).astype(int) - DIGITS).mean() for level in levels]
        assert far == sorted(far) and all(each > 0 for each in far)


def test_each_picture_is_changed_as_scipy_changes_it_alone():
    turned, shifted, wide = (
        distort("rotation", DIGITS, 20),
        distort("shift", DIGITS, 4),
        distort("thickness", DIGITS, 1),
    )
    cross = ndimage.generate_binary_structure(2, 1)
    for picture, turn, shift, thick in zip(DIGITS, turned, shifted, wide, strict=True):
        np.testing.assert_allclose(turn, ndimage.rotate(picture.astype(float), -20, reshape=False, order=1), atol=1)
        np.testing.assert_allclose(shift, ndimage.shift(picture.astype(float), (0, 4), order=1), atol=1)
        np.testing.assert_array_equal(thick, ndimage.grey_dilation(picture, footprint=cross))


def test_twice_the_size_is_twice_as_wide():
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 10:18, 10:18] = 255
    larger = robustness.distort("scale", square, 1.5)[0] >= 128
    assert larger.any(axis=0).sum() == larger.any(axis=1).sum() == 12
