"""Boxes over the drawing, as HTML."""

import numpy as np
import pytest

from digitcore.prediction import Engine, open_bundle, read_all
from digitcore.ui.draw.boxes_view import boxes_html
from digitcore.ui.reading_view import Shown


def _shown(*lefts: int) -> Shown:
    """A 1 drawn at each of these columns, of which the last is picked."""
    drawing = np.zeros((400, 800, 4), np.uint8)
    for left in lefts:
        drawing[100:300, left : left + 25] = 255
    writing = read_all(Engine(open_bundle("default")), drawing)
    assert writing.text == len(lefts) * "1"
    return Shown(drawing, writing, len(lefts) - 1, 1.0)


def test_each_digit_of_a_number_has_a_box_and_the_picked_one_stands_out():
    html = boxes_html(_shown(94, 206))
    assert html.count('data-testid="box"') == 2 and html.count('class="box picked"') == 1
    # 6 pixels around the ink, of 800 and of 400.
    assert "left:11.00%;top:23.50%;width:4.62%;height:53.00%" in html


def test_a_digit_that_is_alone_has_none():
    assert "box" not in boxes_html(_shown(94)).split("</style>")[1].replace('class="boxes"', "")


@pytest.mark.parametrize(("left", "far"), [(300, False), (450, True)])
def test_what_a_phones_square_does_not_show_is_told(left, far):
    assert ('class="boxes far"' in boxes_html(_shown(left))) is far
