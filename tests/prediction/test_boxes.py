from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor

from digitcore import data
from digitcore.prediction import Engine, Writing, open_bundle, read_all
from digitcore.prediction.boxes import COLOURS, Assurance, assurance, draw_boxes, enlargement
from tests.number_pictures import draw

NEAR = 45
"""As far from its box may a digit's label reach, in pixels."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_bundle("default"))


def _as_rgb(picture: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(picture).convert("RGB"))


def _near(shape: tuple[int, ...], writing: Writing, distance: int) -> np.ndarray:
    """Where a pixel is in a box, or near one."""
    near = np.zeros(shape[:2], bool)
    for x, y, width, height in (reading.box for reading in writing.digits):
        near[max(0, y - distance) : y + height + distance, max(0, x - distance) : x + width + distance] = True
    return near


def test_pixels_change_near_the_boxes_alone_and_the_ink_stays(engine):
    picture = draw({(30, 100): "407", (30, 300): "19"})
    writing = read_all(engine, picture)
    shown, before = np.asarray(draw_boxes(picture, writing)), _as_rgb(picture)
    changed = (shown != before).any(axis=2)
    assert changed.any() and not (changed & ~_near(picture.shape, writing, NEAR)).any()
    assert not (changed & _near(picture.shape, writing, 0)).any()


def test_each_digit_has_a_box_of_its_colour(engine):
    picture = draw({(30, 100): "407"})
    writing = read_all(engine, picture)
    sure, guess, _ = writing.digits
    readings = sure, replace(guess, accepted=False), replace(sure, corner=(300, 300), probabilities=_two_likely(4))
    shown = np.asarray(draw_boxes(picture, Writing((readings,))))
    for reading, colour in zip(readings, ("#5b6cff", "#e5484d", "#f2994a"), strict=True):
        x, y, width, height = reading.box
        for row, column in ((y + height // 2, x - 2), (y + height // 2, x + width + 1), (y + height + 1, x)):
            assert tuple(shown[row, column]) == ImageColor.getrgb(colour)
    assert [assurance(reading) for reading in readings] == [
        Assurance.SURE,
        Assurance.NOT_ACCEPTED,
        Assurance.UNSURE,
    ]
    assert COLOURS.keys() == set(Assurance)


def _two_likely(digit: int) -> np.ndarray:
    probabilities = np.zeros(10, np.float32)
    probabilities[[digit, 9]] = 0.6, 0.4
    return probabilities


def test_a_small_picture_is_enlarged(engine):
    digit = data.load_test("sample").images[0]
    shown = draw_boxes(digit, read_all(engine, digit))
    assert enlargement(digit) == 11 and shown.size == (308, 308)
    enlarged = _as_rgb(digit.repeat(11, axis=0).repeat(11, axis=1))
    share = (np.asarray(shown) != enlarged).any(axis=2).mean()
    assert 0.005 < share < 0.1


@pytest.mark.parametrize("shape", [(480, 480), (480, 480, 3), (480, 480, 4)])
def test_any_kind_of_picture(engine, shape):
    grey = draw({(30, 100): "42"})
    picture = grey if len(shape) == 2 else np.repeat(grey[..., None], shape[2], axis=2)
    shown = draw_boxes(picture, read_all(engine, picture))
    assert shown.size == (480, 480) and shown.mode == ("RGBA" if shape[2:] == (4,) else "RGB")
    assert picture.shape == shape


def test_a_label_without_room_above_is_inside_the_picture(engine):
    for picture in (draw({(30, 100): "42"})[100:], draw({(30, 100): "42"})[98:165]):
        writing = read_all(engine, picture)
        assert writing.text == "42"
        shown = np.asarray(draw_boxes(picture, writing))
        assert (shown == ImageColor.getrgb(COLOURS[Assurance.SURE])).all(axis=2).sum() > 400


def test_a_picture_without_digits_stays_as_it_is():
    picture = np.full((400, 400), 200, np.uint8)
    np.testing.assert_array_equal(np.asarray(draw_boxes(picture, None)), _as_rgb(picture))
