import numpy as np
import pytest

from digitcore.preprocessing.lines import find_lines
from digitcore.preprocessing.pieces import Piece


def _piece(x: int, y: int, width: int = 30, height: int = 60) -> Piece:
    return Piece(np.ones((height, width), np.float32), x, y)


@pytest.mark.parametrize("degrees", [-15, -8, 0, 8, 15])
def test_sloping_lines_are_read_in_order(degrees):
    slope = np.tan(np.radians(degrees))
    placed = [(line, x, _piece(x, round(300 + 90 * line + slope * x))) for line in (0, 1, 2) for x in (0, 80, 160, 400)]
    shuffled = [placed[index][2] for index in np.random.default_rng(0).permutation(len(placed))]
    lines = find_lines(shuffled)
    assert [[piece.x for piece in line.pieces] for line in lines] == [[0, 80, 160, 400]] * 3
    assert [line.pieces[0].y for line in lines] == [300, 390, 480]


def test_small_pieces_join_the_nearest_line_and_say_nothing_of_its_height():
    bar, comma = _piece(20, 38, 30, 6), _piece(62, 95, 8, 16)
    lines = find_lines([comma, _piece(0, 40), bar, _piece(75, 40, 30, 58), _piece(0, 200)])
    assert [piece.x for piece in lines[0].pieces] == [0, 20, 62, 75]
    assert lines[0].height == 59 and len(lines) == 2


def test_digits_of_many_heights_are_one_line():
    pieces = [_piece(60 * place, 100 - height, 30, height) for place, height in enumerate((50, 70, 44, 60))]
    (line,) = find_lines(pieces)
    assert len(line.pieces) == 4
