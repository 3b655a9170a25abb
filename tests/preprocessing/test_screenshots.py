import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitcore.preprocessing import find_ink
from digitcore.preprocessing.ink import find_ink_on_even_paper
from tests.number_pictures import draw

SIDE, PAPER, INK = 160, (255, 255, 255), (20, 20, 20)
SEVEN = [(50, 45), (110, 45), (75, 120)]


def _canvas(paper: tuple[int, ...] = PAPER, ink: tuple[int, ...] = INK, side: int = SIDE) -> Image.Image:
    image = Image.new("RGB", (side, side), paper)
    ImageDraw.Draw(image).line(SEVEN, fill=ink, width=9, joint="curve")
    return image


def _ink(image: Image.Image) -> np.ndarray:
    return find_ink(np.asarray(image))


def _on_page(canvas: Image.Image, ground: tuple[int, ...]) -> Image.Image:
    page = Image.new("RGB", (300, 260), ground)
    page.paste(canvas, (70, 50))
    return page


def _assert_only_the_seven(image: Image.Image, corner: tuple[int, int] = (0, 0)) -> None:
    """The ink is that of the canvas alone, at its place in the picture."""
    expected = np.zeros((image.height, image.width), np.float32)
    x, y = corner
    expected[y : y + SIDE, x : x + SIDE] = _ink(_canvas())
    np.testing.assert_allclose(_ink(image), expected, atol=0.02)


@pytest.mark.parametrize("width", [1, 3, 6])
@pytest.mark.parametrize("colour", [(0, 0, 0), (150, 150, 150), (40, 90, 220)])
def test_a_frame_is_no_ink(width, colour):
    image = _canvas()
    ImageDraw.Draw(image).rectangle((0, 0, SIDE - 1, SIDE - 1), outline=colour, width=width)
    _assert_only_the_seven(image)


def test_a_frame_with_round_corners_is_no_ink():
    image = _canvas()
    ImageDraw.Draw(image).rounded_rectangle((4, 4, SIDE - 5, SIDE - 5), radius=9, outline=(0, 0, 0), width=2)
    _assert_only_the_seven(image)


@pytest.mark.parametrize("ground", [(240, 240, 240), (200, 205, 210), (14, 17, 23), (38, 39, 48)])
def test_the_page_around_the_canvas_is_no_ink(ground):
    _assert_only_the_seven(_on_page(_canvas(), ground), (70, 50))


def test_a_dark_canvas_on_a_white_page():
    page = _on_page(_canvas(paper=(0, 0, 0), ink=(255, 255, 255)), (255, 255, 255))
    ink = _ink(page)
    assert ink[50 + 45, 70 + 80] >= 0.99
    assert not ink[:80].any() and not ink[60, 80]


def test_toolbars_are_no_ink():
    canvas = _canvas()
    ImageDraw.Draw(canvas).rectangle((0, 0, SIDE - 1, SIDE - 1), outline=(0, 0, 0), width=2)
    page = _on_page(canvas, (235, 235, 235))
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 300, 20), fill=(60, 70, 90))
    pen.rectangle((10, 225, 90, 250), fill=(60, 70, 90))
    _assert_only_the_seven(page, (70, 50))


def test_a_text_cursor_is_no_ink():
    image = _canvas()
    ImageDraw.Draw(image).rectangle((135, 40, 136, 100), fill=(0, 0, 0))
    _assert_only_the_seven(image)


@pytest.mark.parametrize("ends", [(0, SIDE), (8, SIDE - 8)])
def test_a_line_below_is_no_ink(ends):
    image = _canvas()
    ImageDraw.Draw(image).line((ends[0], 140, ends[1], 140), fill=(90, 90, 90), width=3)
    _assert_only_the_seven(image)


def test_ink_beside_ink_stays():
    """A one is as straight as a cursor, but as wide as the strokes beside it; a bar may be apart from its five."""
    image = _canvas()
    pen = ImageDraw.Draw(image)
    pen.line((130, 40, 130, 120), fill=INK, width=9)
    pen.line((60, 20, 100, 20), fill=INK, width=9)
    ink = _ink(image)
    assert ink[80, 130] >= 0.99 and ink[20, 80] >= 0.99 and ink[45, 80] >= 0.99


def test_a_lone_line_is_what_was_drawn():
    image = Image.new("RGB", (SIDE, SIDE), PAPER)
    ImageDraw.Draw(image).line((80, 5, 80, 155), fill=INK, width=2)
    assert _ink(image)[80, 80] >= 0.99


def test_an_empty_box_is_what_was_drawn():
    image = Image.new("RGB", (SIDE, SIDE), PAPER)
    ImageDraw.Draw(image).rectangle((50, 30, 110, 120), outline=INK, width=8)
    assert _ink(image)[75, 53] >= 0.99


@pytest.mark.parametrize("text", ["42", "1907", "515"])
def test_a_number_on_an_even_canvas_stays_as_it_was_drawn(text):
    canvas = draw({(30, 100): text})
    drawn = find_ink_on_even_paper(canvas)
    np.testing.assert_array_equal(find_ink(canvas), drawn)
    transparent = np.dstack([np.full((*canvas.shape, 3), 91, np.uint8), canvas])
    np.testing.assert_array_equal(find_ink(transparent) > 0, drawn > 0)


@pytest.mark.parametrize("box", [(200, 95, 202, 165), (20, 185, 460, 187), (20, 20, 300, 60)])
def test_cursors_rulers_and_buttons_beside_a_number_are_no_ink(box):
    canvas = draw({(30, 100): "1907"})
    image = Image.fromarray(canvas)
    ImageDraw.Draw(image).rectangle(box, fill=255)
    np.testing.assert_allclose(find_ink(np.asarray(image)), find_ink(canvas), atol=0.02)
