import numpy as np
import pytest

from digitcore.preprocessing.strokes import draw_strokes

CORNERS = np.array([(20, 30), (60, 30), (80, 90)], np.float32)
LINE = np.concatenate([np.linspace(*CORNERS[:2], 40), np.linspace(*CORNERS[1:], 40)])


def _distances(stroke: np.ndarray, side: int) -> np.ndarray:
    """How far the middle of each pixel is from the stroke, computed plainly."""
    middles = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) + 0.5
    found = np.full((side, side), np.inf)
    for begin, end in zip(stroke, stroke[1:], strict=False):
        along = np.clip(((middles - begin) @ (end - begin)) / ((end - begin) ** 2).sum(), 0, 1)
        found = np.minimum(found, np.linalg.norm(middles - begin - along[..., None] * (end - begin), axis=-1))
    return found


@pytest.mark.parametrize("width", [4, 9, 20])
def test_ink_is_where_the_pen_was_within_half_its_width(width):
    picture, distances = draw_strokes([LINE], width, 112), _distances(CORNERS, 112)
    assert picture.shape == (112, 112) and picture.dtype == np.uint8
    assert (picture[distances < width / 2 - 1] == 255).all()
    assert (picture[distances > width / 2 + 1] == 0).all()


def test_a_point_is_a_dot_as_wide_as_the_brush():
    picture = draw_strokes([np.array([(50, 40)])], 10, 100)
    rows, columns = np.nonzero(picture > 127)
    assert abs(np.ptp(rows) + 1 - 10) <= 1 and abs(np.ptp(columns) + 1 - 10) <= 1
    assert abs(rows.mean() + 0.5 - 40) < 0.6 and abs(columns.mean() + 0.5 - 50) < 0.6


def test_the_thinnest_brush_leaves_an_unbroken_line():
    picture = draw_strokes([np.array([(10, 10), (90, 47)])], 0.5, 100)
    assert (picture.max(axis=0)[11:90] > 0).all()


def test_corners_are_rounded_as_the_canvas_rounds_them():
    """Few points, far apart: the line leaves the corner out, and is the parabola through the middles of its sides."""
    picture = draw_strokes([np.array([(10, 90), (50, 10), (90, 90)])], 4, 100)
    assert picture[10:27, 50].max() == 0
    assert picture[30, 50] == picture[50, 30] == picture[50, 69] == 255
