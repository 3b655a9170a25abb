"""A reading in HTML and as a picture."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from digitcore.prediction import Reading
from digitcore.preprocessing import Normalised
from digitcore.ui.draw.reading_picture import reading_png
from digitcore.ui.draw.reading_view import Shown, headline, readings_html


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


def _shown(reading: Reading, model: str = "") -> Shown:
    return Shown(reading, 1.25, SimpleNamespace(), model)


def test_a_confident_reading():
    html = readings_html([_shown(_reading(_4=0.82, _9=0.18))])
    assert 'data-testid="digit">4<' in html and "82.0% confident" in html and "read in 1.2 ms" in html
    assert html.count('class="fill"') == 11 and html.count("data:image/png") == 1


def test_a_network_without_the_answer_no_digit_has_ten_bars_and_a_line_that_says_so():
    html = readings_html([_shown(_reading(None, _4=0.82, _9=0.18))])
    assert html.count('class="fill"') == 10 and html.count("this model does not give this answer") == 1


def test_no_digit_is_the_largest_bar_where_it_won():
    reading = _reading(no_digit=0.9, accepted=False, _8=0.98, _3=0.02)
    assert reading.is_rejected and reading.shares.sum() == pytest.approx(1)
    html = readings_html([_shown(reading)])
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


@pytest.mark.parametrize("name", ["Größe 2: März", "x" * 100])
def test_a_models_name_is_written_whole_or_shortened(name):
    drawing = np.zeros((400, 400, 4), np.uint8)
    plain, named = (
        np.asarray(Image.open(io.BytesIO(reading_png(drawing, [_shown(_reading(_4=1), model)])))).astype(int)
        for model in ("", name)
    )
    changed = np.flatnonzero((plain != named).any(axis=(0, 2)))
    assert len(changed) and changed.max() < 464 + 360
    if "ö" in name:
        # Letters that a font lacks all look the same.
        boxes = np.asarray(
            Image.open(io.BytesIO(reading_png(drawing, [_shown(_reading(_4=1), "Gr\uffffße 2: M\uffffrz")])))
        )
        assert (boxes != named).any()


def test_two_models_are_shown_by_name():
    html = readings_html([_shown(_reading(_4=1), "one"), _shown(_reading(_9=1), "<b>")])
    assert html.count('class="reading"') == 2 and ">one<" in html and "&lt;b&gt;" in html


@pytest.mark.parametrize("count", [1, 2])
def test_the_picture_has_the_drawing_and_each_reading(count):
    drawing = np.zeros((400, 400, 4), np.uint8)
    drawing[100:300, 100:300] = (91, 108, 255, 255)
    picture = Image.open(io.BytesIO(reading_png(drawing, [_shown(_reading(_4=0.9, _9=0.1), "a model")] * count)))
    pixels = np.asarray(picture).astype(int)
    ink = np.abs(pixels - (91, 108, 255)).max(axis=-1) < 30
    assert ink[:, :464].sum() == 200 * 200
    # The longest bar of each reading has the ink's colour, too.
    assert ink[:, 464:].any() and picture.width == 464 + 392 * count
    assert (pixels[:, 464:] < 100).all(axis=-1).any()
