"""Which digit of a number is picked, and its buttons, run by Streamlit's own test harness."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.prediction import Engine, Writing, open_bundle, read_all
from digitcore.ui.digit_picker import PICKED


def _ones(*tops: int) -> Writing:
    """A drawn 1 for each: from this row down."""
    picture = np.zeros((100, 20 + 60 * len(tops)), np.uint8)
    for place, top in enumerate(tops):
        picture[top:90, 40 + 60 * place : 52 + 60 * place] = 255
    writing = read_all(Engine(open_bundle("default")), picture)
    assert writing.text == len(tops) * "1"
    return writing


def _page(writing) -> None:
    import streamlit as st

    from digitcore.ui.digit_picker import digit_picker, picked_digit

    digit_picker(writing, picked_digit(writing), "draw_number_0", "5rem")
    st.text(picked_digit(writing))


def _picked(writing: Writing, box: list[int] | None) -> int:
    app = AppTest.from_function(_page, args=(writing,), default_timeout=30)
    app.session_state[PICKED] = box
    app.run()
    assert not app.exception
    return int(app.text[0].value)


def test_the_least_sure_digit_is_picked_at_first():
    writing = _ones(20, 20, 30)
    shares = [reading.shares[reading.digit] for reading in writing.digits]
    assert _picked(writing, None) == int(np.argmin(shares))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_digit_stays_picked_while_it_is_there_even_if_it_grows(place):
    writing = _ones(20, 20, 30)
    x, y, width, height = (int(side) for side in writing.digits[place].box)
    assert _picked(writing, [x, y, width, height]) == place
    assert _picked(writing, [x, y + height // 3, width, height - height // 3]) == place


def test_a_digit_that_is_gone_is_no_longer_picked():
    writing = _ones(20, 20, 30)
    assert _picked(writing, [500, 0, 20, 80]) == _picked(writing, None)
