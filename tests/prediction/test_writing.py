from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image, ImageDraw, ImageFont

from digitcore import data
from digitcore.prediction import Engine, open_bundle, read, read_all
from digitcore.preprocessing import find_ink
from digitcore.preprocessing.pieces import connected
from digitcore.preprocessing.strokes import draw_strokes
from tests.number_pictures import draw, draw_amount


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_bundle("default"))


@pytest.mark.parametrize("text", ["42", "1907", "38265", "606128"])
def test_a_number_is_read_with_a_box_for_each_digit(engine, text):
    writing = read_all(engine, draw({(30, 100): text}))
    assert writing.text == text and writing.accepted and len(writing.lines) == 1
    assert 0.5 < writing.confidence <= min(reading.confidence for reading in writing.digits)
    for place, reading in enumerate(writing.digits):
        x, y, width, height = reading.box
        assert 20 <= x - 60 * place <= 60 and 90 <= y <= 110 and width <= 50 and 55 <= height <= 75
        assert reading.pixels.shape == (28, 28) and reading.ink.shape == (height, width)
        assert reading.forward.answers.probabilities[0] == pytest.approx(reading.probabilities, abs=1e-5)


@pytest.mark.parametrize(("text", "gap"), [("56", 0), ("48", -0.3), ("48", -0.7), ("245", -0.5), ("3546", -0.7)])
def test_touching_digits_are_read(engine, text, gap):
    canvas = draw({(60, 100): text}, gap=gap)
    assert len(connected(find_ink(canvas), 6)) < len(text)
    assert read_all(engine, canvas).text == text


@pytest.mark.parametrize("slope", [-0.25, -0.1, 0.1, 0.25])
def test_sloping_lines_are_read_in_order(engine, slope):
    assert read_all(engine, draw({(30, 110): "2046", (30, 230): "83"}, slope=slope)).text == "2046\n83"


def test_the_bar_of_a_5_belongs_to_it(engine):
    canvas = draw({(30, 100): "258"})
    canvas[104:108, 84:140] = 0
    writing = read_all(engine, canvas)
    assert writing.text == "258" and writing.digits[1].box[1] < 104


def test_points_commas_and_dashes_are_left_out(engine):
    canvas = draw({(30, 100): "30", (200, 100): "68"})
    canvas[155:161, 160:167] = 255
    canvas[155:172, 185:190] = 255
    canvas[128:134, 300:330] = 255
    assert read_all(engine, canvas).text == "3068"


def test_what_is_no_digit_is_not_accepted_and_the_others_are_still_read(engine):
    canvas = draw({(30, 100): "42", (300, 100): "7"})
    for x in range(180, 270, 15):
        canvas[100:160, x : x + 6] = 255
    canvas[100:106, 180:261] = canvas[127:133, 180:261] = canvas[154:160, 180:261] = 255
    writing = read_all(engine, canvas)
    assert not writing.accepted
    assert writing.text.startswith("42") and writing.text.endswith("7")
    assert writing.digits[0].accepted and writing.digits[-1].accepted


def test_one_digit_is_the_same_as_ever(engine):
    for picture in data.load("sample").test_images[::9]:
        one, (digit,) = read(engine, picture), read_all(engine, picture).digits
        assert digit.digit == one.digit and digit.box == one.box and digit.accepted == one.accepted
        np.testing.assert_array_equal(digit.pixels, one.pixels)


def test_an_8_that_falls_apart_into_zeros_is_one_digit(engine):
    rings = [_ring(60, 50, 40), _ring(60, 150, 50)]
    for pieces in ([rings[0]], [rings[1]]):
        assert read_all(engine, draw_strokes(pieces, 10, 240)).text == "0"
    assert read_all(engine, draw_strokes(rings, 10, 240)).text == "8"


def test_two_ones_apart_are_two_digits(engine):
    ones = [np.array([(x, 20), (x, 80)], np.float32) for x in (50, 100)]
    assert read_all(engine, draw_strokes(ones, 10, 160)).text == "11"


def _ring(x: float, y: float, radius: float) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 40)
    return np.stack([x + 0.8 * radius * np.sin(angles), y - radius * np.cos(angles)], axis=1)


def test_nothing_and_specks(engine):
    canvas = np.zeros((320, 320), np.uint8)
    assert read_all(engine, canvas) is None
    canvas[100, 100] = canvas[200, 220] = 255
    writing = read_all(engine, canvas)
    assert not writing.accepted and len(writing.digits) == 1
    assert read_all(engine, np.zeros((1, 1), np.uint8)) is None
    canvas[:] = 0
    canvas[0, :] = 255
    assert not read_all(engine, canvas).accepted


def test_no_number_is_made_of_what_is_none(engine):
    noise = np.random.default_rng(0).integers(0, 255, (400, 400)).astype(np.uint8)
    bar = np.zeros((300, 300), np.uint8)
    bar[140:160, 20:280] = 255
    for picture in (noise, bar):
        writing = read_all(engine, picture)
        assert writing is None or not writing.accepted and len(writing.digits) == 1


@pytest.mark.parametrize(
    ("amount", "text"), [("1.250,00", "125000"), ("$42", "42"), ("-42-", "42"), ("1.000.000", "1000000")]
)
@pytest.mark.parametrize(("size", "width"), [(50, 0.11), (36, 0.08), (50, 0.05)])
def test_the_digits_of_an_amount_are_read(engine, amount, text, size, width):
    writing = read_all(engine, draw_amount(amount, size, width))
    assert writing.text == text and writing.accepted


@pytest.mark.parametrize(("amount", "text"), [("#137,50", "13750"), ("#1907#", "1907")])
def test_number_signs_around_an_amount_are_left_out(engine, amount, text):
    writing = read_all(engine, draw_amount(amount))
    assert writing.text == text and writing.accepted


def test_specks_between_digits_are_left_out(engine):
    canvas = draw({(30, 100): "4708"})
    for x, y in np.random.default_rng(4).integers((20, 80), (300, 180), (40, 2)):
        if not canvas[y - 5 : y + 6, x - 5 : x + 6].any():
            canvas[y : y + 3, x : x + 3] = 255
    assert read_all(engine, canvas).text == "4708"


@pytest.mark.parametrize(("text", "thickness"), [("1907", 6), ("1907", 2), ("4690", 3)])
def test_digits_that_touch_a_rule_are_guesses(engine, text, thickness):
    """A 7 that stands on a rule is like a 2."""
    canvas = draw({(30, 100): text})
    canvas[161 : 161 + thickness, 10:470] = 255
    writing = read_all(engine, canvas)
    assert writing.text == text and not writing.accepted
    assert not any(reading.is_rejected for reading in writing.digits)


def test_rules_and_a_frame_around_a_number_are_left_out(engine):
    canvas = draw({(30, 100): "3826"})
    canvas[80:84, 10:470] = canvas[180:184, 10:470] = 255
    assert read_all(engine, canvas).text == "3826"
    canvas[80:184, 10:14] = canvas[80:184, 466:470] = 255
    assert read_all(engine, canvas).text == "3826"


def test_a_number_on_ruled_paper(engine):
    """Dark ink on paper in uneven light, rules across the whole picture; the digits stand between them."""
    canvas = 1 - draw({(60, 100): "1907"}, size=90) / 255 * 0.7
    canvas[40::65] *= 0.8
    light = np.linspace(150, 230, canvas.shape[1]) + np.random.default_rng(5).normal(0, 1.5, canvas.shape)
    assert read_all(engine, np.clip(canvas * light, 0, 255).astype(np.uint8)).text == "1907"


def test_a_rule_below_a_number_is_left_out(engine):
    canvas = draw({(30, 100): "1907"})
    canvas[180:183, 10:470] = 255
    writing = read_all(engine, canvas)
    assert writing.text == "1907" and writing.accepted


@pytest.mark.parametrize("size", [12, 20, 32])
def test_a_printed_page_gives_no_number(engine, size):
    page = Image.new("L", (900, 1_200), 255)
    text = "It was the best of times, it was the worst of times, it was the age of wisdom, "
    for row in range(30, 1_140, int(1.4 * size)):
        ImageDraw.Draw(page).text((30, row), text, fill=0, font=ImageFont.load_default(size))
    _assert_no_number(engine, np.asarray(page))


@pytest.mark.parametrize("name", ["page.png", "text.png", "brick.png", "grass.png", "gravel.png", "astronaut.png"])
def test_a_scanned_page_textures_and_a_face_give_no_number(engine, name):
    _assert_no_number(engine, np.asarray(Image.open(Path(skimage.__file__).parent / "data" / name).convert("RGB")))


def test_a_dense_texture_gives_no_number(engine):
    hatching, blots = np.zeros((480, 480), np.uint8), np.random.default_rng(3).random((60, 80))
    hatching[20:-20:12] = 255
    large = np.asarray(Image.fromarray((blots * 255).astype(np.uint8)).resize((960, 720), Image.Resampling.BICUBIC))
    for picture in (hatching, np.where(large > 150, 255, 0).astype(np.uint8)):
        _assert_no_number(engine, picture)


@pytest.mark.parametrize("turns", [6, 12])
def test_a_scribble_over_a_number_gives_no_number(engine, turns):
    canvas = draw({(100, 200): "4731"}, size=90)
    along = np.linspace(0, 1, 24 * turns)
    angle = 2 * np.pi * turns * along
    scribble = np.stack([110 + 260 * along + 30 * np.cos(angle), 245 + 60 * np.sin(angle)], axis=1)
    _assert_no_number(engine, np.maximum(canvas, draw_strokes([scribble], 8, 480)))


def test_a_number_upside_down_is_not_accepted(engine):
    assert not read_all(engine, draw({(30, 100): "24753"})[::-1, ::-1].copy()).accepted


def test_many_digits_are_still_read(engine):
    """Text is told from digits by how few of its pieces are digits, not by how many pieces there are."""
    text = "27182818"
    writing = read_all(engine, draw({(30, 30 + 70 * row): text for row in range(6)}, size=45))
    assert writing.text == "\n".join([text] * 6)


def _assert_no_number(engine: Engine, picture: np.ndarray) -> None:
    writing = read_all(engine, picture)
    assert writing is None or not any(reading.accepted for reading in writing.digits)
