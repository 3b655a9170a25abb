import numpy as np
import pytest

from digitcore.preprocessing import find_ink
from digitcore.preprocessing.pieces import Piece, connected, cut, joined
from tests.number_pictures import draw

TOUCHING = -0.7


def test_connected_strokes_are_pieces_that_make_up_the_ink():
    ink = find_ink(draw({(40, 50): "407"}))
    pieces = connected(ink, 6)
    assert len(pieces) == 3
    np.testing.assert_array_equal(_on_paper(joined(pieces), ink.shape), ink)


def test_specks_are_no_pieces():
    ink = np.zeros((90, 90), np.float32)
    ink[5:8, 5:8] = ink[20:60, 30:34] = 1
    assert [(piece.x, piece.y, piece.width, piece.height) for piece in connected(ink, 6)] == [(30, 20, 4, 40)]
    assert connected(np.zeros_like(ink), 6) == []


@pytest.mark.parametrize("text", ["56", "33", "27", "48"])
def test_touching_digits_are_cut_between_them(text):
    ink = find_ink(draw({(100, 100): text}, gap=TOUCHING))
    (piece,) = connected(ink, 6)
    parts = cut(piece)
    assert len(parts) > 1 and not parts[0].cut_left and not parts[-1].cut_right
    first = find_ink(draw({(100, 100): text[0]}))
    wrong = [np.abs(_on_paper(joined(parts[:count]), ink.shape) - first).sum() for count in range(1, len(parts))]
    assert min(wrong) <= 0.25 * first.sum()


def test_parts_are_the_piece_in_order_and_nothing_else():
    (piece,) = connected(find_ink(draw({(100, 100): "888"}, gap=TOUCHING)), 6)
    parts = cut(piece)
    again = joined(parts)
    assert (again.x, again.y) == (piece.x, piece.y) and not again.is_cut
    np.testing.assert_array_equal(again.ink, piece.ink)
    assert all(one.cut_right == other.cut_left > 0 for one, other in zip(parts, parts[1:], strict=False))
    assert np.all(np.diff([part.middle[0] for part in parts]) > 0)


def _on_paper(piece: Piece, shape: tuple[int, ...]) -> np.ndarray:
    paper = np.zeros(shape, np.float32)
    paper[piece.y : piece.y + piece.height, piece.x : piece.x + piece.width] = piece.ink
    return paper
