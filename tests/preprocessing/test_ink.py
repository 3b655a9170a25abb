import numpy as np
import pytest

from digitcore.preprocessing import find_ink

STROKE = (slice(10, 30), slice(20, 24))


def _picture(paper: tuple[int, ...], ink: tuple[int, ...]) -> np.ndarray:
    picture = np.empty((40, 50, len(paper)), np.uint8)
    picture[:] = paper
    picture[STROKE] = ink
    return picture


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((255, 255, 255), (0, 0, 0)),
        ((0, 0, 0), (255, 255, 255)),
        ((200, 30, 30), (30, 30, 200)),
        ((250, 240, 220), (120, 110, 90)),
        ((0, 0, 0, 0), (0, 0, 0, 255)),
        ((255, 255, 255, 0), (255, 255, 255, 255)),
        ((0, 0, 0, 0), (91, 108, 255, 255)),
        ((255, 255, 255, 255), (91, 108, 255, 255)),
        ((10, 200, 10, 0), (10, 200, 10, 128)),
    ],
)
def test_ink_is_found_whatever_the_colours_and_the_transparency(paper, ink):
    found = find_ink(_picture(paper, ink))
    expected = np.zeros((40, 50), np.float32)
    expected[STROKE] = 1
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_grey_pictures_need_no_channel():
    grey = _picture((255,), (0,))[..., 0]
    np.testing.assert_array_equal(find_ink(grey), find_ink(np.repeat(grey[..., None], 3, axis=2)))


def test_half_covered_pixels_are_half_ink():
    picture = _picture((0, 0, 0, 0), (20, 20, 20, 255))
    picture[5, 5] = (20, 20, 20, 127)
    assert find_ink(picture)[5, 5] == pytest.approx(0.5, abs=0.01)


def test_what_transparency_hides_is_no_ink():
    picture = np.random.default_rng(0).integers(0, 256, (40, 50, 4), np.uint8)
    picture[..., 3] = 0
    assert not find_ink(picture).any()


@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3), (40, 50, 4), (1, 1), (1, 7, 3)])
def test_an_even_or_faintly_grained_picture_has_no_ink(shape):
    grain = np.random.default_rng(0).integers(0, 20, shape, np.uint8)
    assert not find_ink(np.full(shape, 255, np.uint8)).any()
    assert not find_ink(200 + grain).any()
