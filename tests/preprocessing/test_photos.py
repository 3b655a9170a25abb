import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitcore.prediction import Engine, open_bundle, read
from digitcore.preprocessing import find_ink, open_picture

HEIGHT, WIDTH = 360, 480
SEVEN = [(190, 110), (290, 110), (230, 270)]
SHEET = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)


def _sheet(paper: int = 225, ink: int = 60, width: int = 8) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT), (paper, paper, paper - 10))
    ImageDraw.Draw(image).line(SEVEN, fill=(ink, ink, ink + 40), width=width, joint="curve")
    return image


def _photo(image: Image.Image, light: np.ndarray | float = 1.0) -> np.ndarray:
    """The sheet in some light, with noise and as JPEG."""
    seen = np.asarray(image) * np.broadcast_to(light, (image.height, image.width))[..., None]
    noisy = np.clip(seen + np.random.default_rng(0).normal(0, 3, seen.shape), 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noisy).save(stream, "JPEG", quality=75)
    return open_picture(stream)


def _assert_seven(photo: np.ndarray) -> None:
    """Only the seven is ink, and it is read."""
    reading = read(Engine(open_bundle("default")), photo)
    assert reading is not None and reading.digit == 7
    x, y, width, height = reading.box
    assert abs(x - 186) < 12 and abs(y - 106) < 12 and abs(width - 108) < 20 and abs(height - 168) < 20


def test_uneven_light():
    _assert_seven(_photo(_sheet(), 0.35 + 0.65 * SHEET[1] / WIDTH))


@pytest.mark.parametrize("softness", [1, 12])
def test_the_shadow_of_a_hand(softness):
    shadow = np.clip((SHEET[1] - 0.4 * SHEET[0] - 140) / softness, 0, 1)
    _assert_seven(_photo(_sheet(), 0.45 + 0.55 * shadow))


def test_a_faint_pen_in_uneven_light():
    _assert_seven(_photo(_sheet(ink=165), 0.5 + 0.5 * SHEET[0] / HEIGHT))


@pytest.mark.parametrize("squares", [False, True])
def test_ruled_and_squared_paper(squares):
    sheet = _sheet()
    pen = ImageDraw.Draw(sheet)
    for place in range(10, WIDTH, 30):
        pen.line((0, place, WIDTH, place + 12), fill=(150, 170, 210), width=2)
        if squares:
            pen.line((place, 0, place - 9, HEIGHT), fill=(150, 170, 210), width=2)
    _assert_seven(_photo(sheet))


def test_a_corner_of_the_desk():
    sheet = _sheet()
    ImageDraw.Draw(sheet).polygon([(330, HEIGHT), (WIDTH, 250), (WIDTH, HEIGHT)], fill=(90, 60, 35))
    ImageDraw.Draw(sheet).line((0, 14, WIDTH, 6), fill=(120, 110, 100), width=3)
    _assert_seven(_photo(sheet))


def test_chalk_on_a_board():
    _assert_seven(_photo(_sheet(paper=50, ink=210), 0.5 + 0.5 * SHEET[1] / WIDTH))


def test_a_photo_of_many_pixels():
    large = _sheet().resize((WIDTH * 8, HEIGHT * 8))
    light = np.linspace(0.4, 1, WIDTH * 8)
    seen = (np.asarray(large) * light[:, None]).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(seen).save(stream, "JPEG")
    photo = open_picture(stream)
    reading = read(Engine(open_bundle("default")), photo)
    assert reading is not None and reading.digit == 7
    assert reading.ink.shape == photo.shape[:2]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 3), (40, 2, 3), (30, 30, 4), (200, 5, 3)])
def test_any_shape_gives_ink_of_its_shape(shape):
    ink = find_ink(np.random.default_rng(0).integers(0, 256, shape, np.uint8))
    assert ink.shape == shape[:2] and np.isfinite(ink).all() and ink.min() >= 0 and ink.max() <= 1


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_photo_has_no_ink(level):
    light = 0.6 + 0.4 * SHEET[1] / WIDTH
    assert not find_ink(_photo(Image.new("RGB", (WIDTH, HEIGHT), (level,) * 3), light)).any()


def test_a_printed_page_is_no_error():
    page = Image.new("L", (WIDTH, HEIGHT), 230)
    for row in range(5, HEIGHT, 11):
        ImageDraw.Draw(page).text((5, row), "It was the best of times, it was the worst of times, it was " * 2, fill=40)
    ink = find_ink(_photo(page.convert("RGB"), 0.4 + 0.6 * SHEET[1] / WIDTH))
    assert np.isfinite(ink).all() and ink.max() <= 1


def test_noise_is_no_error():
    noise = np.random.default_rng(0).integers(0, 256, (150, 200, 3), np.uint8)
    assert find_ink(noise).shape == (150, 200)


def test_a_pencil_beside_a_dark_desk_is_found():
    """What is taken off at the border is much stronger than the ink that is looked for."""
    sheet = _sheet(ink=170, width=5)
    ImageDraw.Draw(sheet).rectangle((440, 0, WIDTH, HEIGHT), fill=(30, 20, 15))
    _assert_seven(_photo(sheet, 0.7 + 0.3 * SHEET[0] / HEIGHT))


def test_a_stroke_on_the_edge_of_a_shadow_is_found():
    image = Image.new("RGB", (WIDTH, HEIGHT), (225, 225, 215))
    ImageDraw.Draw(image).line((240, 120, 240, 240), fill=(40, 40, 80), width=8)
    ink = find_ink(_photo(image, np.where(SHEET[1] < 240, 0.55, 1)))
    rows, columns = np.nonzero(ink > 0.5)
    assert 100 < rows.min() < 140 and 220 < rows.max() < 260
    assert 225 < columns.min() and columns.max() < 255


def test_a_whole_sheet_on_a_dark_desk():
    desk = Image.new("RGB", (WIDTH, HEIGHT), (35, 25, 20))
    desk.paste(_sheet().crop((40, 30, WIDTH - 40, HEIGHT - 30)), (40, 30))
    _assert_seven(_photo(desk, 0.6 + 0.4 * SHEET[1] / WIDTH))


def test_small_photos():
    small = _sheet(width=12).resize((WIDTH // 6, HEIGHT // 6), Image.Resampling.BOX)
    light = 0.5 + 0.5 * np.linspace(0, 1, WIDTH // 6)
    reading = read(Engine(open_bundle("default")), _photo(small, light))
    assert reading is not None and reading.digit == 7
