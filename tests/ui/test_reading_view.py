"""What was read, in HTML and as a picture."""

import io
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from digitcore.prediction import Reading, Writing
from digitcore.preprocessing import Normalised
from digitcore.ui import palette
from digitcore.ui.draw.reading_picture import reading_png
from digitcore.ui.reading_view import Shown, headline, number_headline, place_of, reading_html


def _reading(no_digit: float | None = 0.0, accepted: bool = True, too_small: bool = False, **shares: float) -> Reading:
    """A reading whose digits have these shares among themselves, as in _1=0.57."""
    probabilities = np.zeros(10, np.float32)
    for name, share in shares.items():
        probabilities[int(name[1:])] = share
    digit, pixels = int(probabilities.argmax()), np.zeros((28, 28), np.uint8)
    confidence = float(probabilities.max())
    normalised = Normalised(pixels, (0, 0, 9, 9), np.zeros((20, 20), np.float32), (4, 4))
    ink, engine = np.zeros((9, 9), np.float32), SimpleNamespace()
    return Reading(digit, confidence, probabilities, accepted, ink, normalised, engine, no_digit, too_small)


DRAWING = np.zeros((400, 800, 4), np.uint8)
"""Of which only the square on the left is saved where there is nothing on the right."""


def _shown(*readings: Reading, model: str = "", picked: int = 0, drawing: np.ndarray = DRAWING) -> Shown:
    return Shown(drawing, Writing((readings,)), picked, 1.25, model)


def _picture(shown: list[Shown]) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(reading_png(shown)))).astype(int)


def test_a_confident_reading():
    html = reading_html(_shown(_reading(_4=0.82, _9=0.18)))
    assert 'data-testid="digit">4<' in html and "82.0% confident" in html and "read in 1.2 ms" in html
    assert html.count('class="fill"') == 11 and html.count("data:image/png") == 1


def test_a_network_without_the_answer_no_digit_has_ten_bars_and_a_line_that_says_so():
    html = reading_html(_shown(_reading(None, _4=0.82, _9=0.18)))
    assert html.count('class="fill"') == 10 and html.count("this model does not give this answer") == 1


def test_no_digit_is_the_largest_bar_where_it_won():
    reading = _reading(no_digit=0.9, accepted=False, _8=0.98, _3=0.02)
    assert reading.is_rejected and reading.shares.sum() == pytest.approx(1)
    html = reading_html(_shown(reading))
    assert 'data-testid="digit">?<' in html and ">No digit<" in html and "closest to 8" in html
    assert "98" not in html and html.count('class="row top none"') == 1 and "width:90.0%" in html


@pytest.mark.parametrize(
    ("reading", "heading"),
    [
        (_reading(accepted=False, _1=0.57, _7=0.43), "1, or 7"),
        (_reading(None, accepted=False, _1=0.57, _7=0.43), "1, or 7"),
        (_reading(accepted=False, _3=0.4, _5=0.35, _8=0.25), "3, 5, or 8"),
        (_reading(no_digit=0.4, accepted=False, _5=1), "5, or no digit"),
        (_reading(accepted=False, _1=0.6, _7=0.1, _2=0.1, _4=0.1, _9=0.1), "Perhaps 1"),
        (_reading(accepted=False, too_small=True, _1=1), "Too small to read"),
        (_reading(_1=1), "Over 99.9% confident"),
        (_reading(_7=0.52, _1=0.48), "Probably 7"),
    ],
)
def test_an_uncertain_digit_is_not_called_no_digit(reading, heading):
    assert headline(reading)[0] == heading


def test_the_confidence_counts_no_digit_as_an_answer():
    assert headline(_reading(no_digit=0.2, _7=1))[0] == "80.0% confident"


def test_a_close_second_is_named_though_the_first_is_accepted():
    assert headline(_reading(None, _7=0.52, _1=0.48)) == ("Probably 7", "7 or 1: 52%, 48%")


def test_a_number_is_as_sure_as_all_its_digits_are():
    sure, unsure, none = _reading(_4=1), _reading(accepted=False, _1=0.57, _7=0.43), _reading(0.9, False, _8=1)
    assert number_headline(Writing(((_reading(_4=0.9, _9=0.1), _reading(_2=0.8, _7=0.2)),))) == ("72.0% confident", "")
    assert number_headline(Writing(((sure, unsure),))) == ("Unsure of one digit", "57.0% confident")
    assert number_headline(Writing(((sure, none), (unsure,)))) == ("Unsure of 2 digits", "5.7% confident")
    assert number_headline(Writing(((none, none),))) == ("No digits found", "")


def test_of_a_number_the_picked_digits_shares_are_shown():
    shown = _shown(_reading(_4=0.82, _9=0.18), _reading(_2=1), picked=0)
    html = reading_html(shown)
    assert place_of(shown) == "Digit 1 of 2 · 82.0% confident" and place_of(shown) in html
    assert "width:82.0%" in html and 'data-testid="digit"' not in html


@pytest.mark.parametrize("name", ["Größe 2: März", "x" * 100])
@pytest.mark.parametrize("digits", [1, 2])
def test_a_models_name_is_written_whole_or_shortened(name, digits):
    readings = digits * [_reading(_4=1)]
    plain, named = (_picture([_shown(*readings, model=model)]) for model in ("", name))
    changed = np.flatnonzero((plain != named).any(axis=(0, 2)))
    assert len(changed) and changed.max() < 464 + 360
    if "ö" in name:
        # Letters that a font lacks all look the same.
        boxes = _picture([_shown(*readings, model="Gr\uffff\uffffe 2: M\uffffrz")])
        assert (boxes != named).any()


@pytest.mark.parametrize("count", [1, 2])
def test_the_picture_has_the_drawing_and_each_reading(count):
    drawing = DRAWING.copy()
    drawing[100:300, 100:300] = (91, 108, 255, 255)
    pixels = _picture([_shown(_reading(_4=0.9, _9=0.1), model="a model", drawing=drawing)] * count)
    ink = np.abs(pixels - (91, 108, 255)).max(axis=-1) < 30
    assert ink[:, :464].sum() == 200 * 200
    # The longest bar of each reading has the ink's colour, too.
    assert ink[:, 464:].any() and pixels.shape[1] == 464 + 392 * count
    assert (pixels[:, 464:] < 100).all(axis=-1).any()


def test_the_picture_has_a_box_around_each_digit_of_a_number_and_the_picked_ones_stands_out():
    drawing = DRAWING.copy()
    drawing[100:300, 500:700] = (91, 108, 255, 255)
    first, second = (replace(_reading(_4=1), corner=corner) for corner in ((500, 100), (600, 100)))
    pixels = _picture([_shown(first, second, picked=1, drawing=drawing)])
    assert pixels.shape[1] == 864 + 392
    for place, colour in ((first, palette.GREY), (second, palette.SELECTED)):
        x, y, width, height = place.box
        box = pixels[32 + y - 6 : 32 + y + height + 6, 32 + x - 6 : 32 + x + width + 6]
        edge = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
        assert (edge == palette.rgb(colour)).all(axis=-1).mean() > 0.9
    alone = _picture([_shown(first, drawing=drawing)])
    assert not (alone[:, :864] == palette.rgb(palette.GREY)).all(axis=-1).any()
