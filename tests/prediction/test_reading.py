import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitcore import data
from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Engine, open_bundle, read

SIDE = 280
STROKES = {
    0: [(0.5, 0), (0.15, 0.2), (0.1, 0.6), (0.4, 1), (0.75, 0.85), (0.85, 0.4), (0.7, 0.08), (0.5, 0)],
    1: [(0.5, 0), (0.5, 1)],
    3: [(0.1, 0.1), (0.6, 0), (0.75, 0.25), (0.35, 0.47), (0.8, 0.65), (0.65, 0.95), (0.05, 0.95)],
    7: [(0, 0.02), (0.75, 0), (0.3, 1)],
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_bundle("default"))


def _draw(digit: int, left: float, top: float, size: float, paper: object = 255, ink: object = 0) -> np.ndarray:
    """A stroke drawn like a digit of `size` (a share of the canvas), smoothed by drawing it four times as large."""
    scale = 4 * SIDE
    mode = "L" if isinstance(paper, int) else "RGBA"
    image = Image.new(mode, (scale, scale), paper)
    points = [(scale * (left + size * x), scale * (top + size * y)) for x, y in STROKES[digit]]
    width = max(1, round(scale * size * 0.09))
    pen = ImageDraw.Draw(image)
    pen.line(points, fill=ink, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


@pytest.mark.parametrize("digit", STROKES)
def test_the_same_digit_anywhere_at_any_size_is_the_same_answer(engine, digit):
    for size in (0.15, 0.25, 0.5, 0.8):
        for left, top in ((0.05, 0.05), (0.9 - size, 0.05), (0.05, 0.9 - size), (0.45 - size / 2, 0.45 - size / 2)):
            reading = read(engine, _draw(digit, max(left, 0.05), max(top, 0.05), size))
            assert reading.digit == digit, (size, left, top, reading.probabilities.round(2))


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        (0, 255),
        (200, 30),
        ((255, 255, 255, 255), (0, 0, 0, 255)),
        ((0, 0, 0, 0), (91, 108, 255, 255)),
        ((0, 0, 0, 0), (255, 255, 255, 255)),
        ((20, 24, 31, 255), (250, 250, 250, 255)),
    ],
)
@pytest.mark.parametrize("digit", STROKES)
def test_the_colours_make_no_difference(engine, digit, paper, ink):
    plain = read(engine, _draw(digit, 0.2, 0.2, 0.6))
    coloured = read(engine, _draw(digit, 0.2, 0.2, 0.6, paper, ink))
    assert coloured.digit == plain.digit == digit
    np.testing.assert_allclose(coloured.pixels.astype(int), plain.pixels, atol=3)


def test_an_empty_canvas_is_no_digit(engine):
    assert read(engine, np.zeros((SIDE, SIDE, 4), np.uint8)) is None
    assert read(engine, np.full((SIDE, SIDE, 3), 255, np.uint8)) is None


def test_a_reading_explains_itself(engine):
    reading = read(engine, _draw(7, 0.2, 0.1, 0.5))
    assert reading.probabilities.shape == (10,) and reading.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert reading.confidence == reading.probabilities.max()
    assert reading.pixels.shape == (28, 28) and reading.pixels.dtype == np.uint8
    x, y, width, height = reading.box
    assert 40 <= x <= 60 and 15 <= y <= 32 and 90 <= width <= 130 and 135 <= height <= 160


def test_one_at_a_time_is_as_many_at_once(engine):
    digits = data.load("sample").test_images[::4][:230]
    together = engine.probabilities(digits)
    alone = np.concatenate([engine.probabilities(digit[None]) for digit in digits])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_threads_may_share_an_engine(engine):
    digits = data.load("sample").test_images[:40]
    expected, failures = engine.probabilities(digits), []

    def read_all() -> None:
        for digit, shares in zip(digits, expected, strict=True):
            if not np.allclose(engine.probabilities(digit[None])[0], shares, atol=1e-6):
                failures.append(digit)

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_speck_is_no_digit_however_sure_the_network_is():
    engine, canvas = Engine(open_bundle("default")), np.zeros((320, 320), np.uint8)
    canvas[100:200, 150:160] = 255
    assert read(engine, canvas).accepted
    for height in (3, 5):
        speck = np.zeros_like(canvas)
        speck[100 : 100 + height, 150] = 255
        assert not read(engine, speck).accepted


def test_the_best_guess_is_told_however_sure_the_network_is_that_it_is_none(engine):
    raw = np.full((1, 11), 1e-25, np.float32)
    raw[0, 3], raw[0, 10] = 1e-20, 1
    probabilities, no_digit = engine._calibrate(raw)
    assert probabilities[0].argmax() == 3 and no_digit[0] > 1 - 1e-6


def test_what_is_no_digit_is_refused_and_a_slanted_1_is_not(engine):
    lines = np.zeros((SIDE, SIDE), np.uint8)
    for x, y in ((60, 30), (140, 170), (220, 30), (98, 180), (180, 84), (28, 170)):
        lines[y : y + 84, x : x + 18] = 255
    refused = read(engine, lines)
    assert refused.is_rejected and refused.answer == NO_DIGIT and refused.no_digit > 0.5
    assert refused.shares.sum() == pytest.approx(1) and len(refused.shares) == 11
    for slant in np.linspace(0, 0.6, 13):
        image = Image.new("L", (SIDE, SIDE), 255)
        middle, half = SIDE / 2, SIDE / 4
        places = [(middle + slant * half, middle - half), (middle - slant * half, middle + half)]
        ImageDraw.Draw(image).line(places, fill=0, width=18)
        reading = read(engine, np.asarray(image))
        assert not reading.is_rejected, (slant, reading.shares.round(2))
        assert reading.accepted or {1, 7} & set(reading.likely)
