import numpy as np
import pytest

from digitcore.data import pen, stroke_pictures, stroke_variation
from digitcore.data.letters import LETTERS
from digitcore.data.scribbles import KINDS, scribble
from digitcore.data.stroke_variation import FORMS, fit, vary
from tests import pen_file

DRAWINGS = [drawing for drawing in pen.parse(pen_file.text()) if int(drawing.writer) < 4]
FIRST = {drawing.label: drawing for drawing in reversed(DRAWINGS)}


def _extent(strokes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.parametrize("drawing", FIRST.values(), ids=lambda drawing: str(drawing.label))
def test_a_varied_digit_has_its_strokes_in_a_square_of_one(drawing):
    random = np.random.default_rng(0)
    for _ in range(20):
        strokes = vary(drawing.label, drawing.strokes, random)
        low, high = _extent(strokes)
        assert (high - low).max() == pytest.approx(1, abs=1e-6)
        np.testing.assert_allclose(low + high, 0, atol=1e-6)
        assert len(strokes) >= len(drawing.strokes) and all(np.isfinite(stroke).all() for stroke in strokes)


def test_hands_differ_and_the_same_random_numbers_give_the_same_hand():
    three = FIRST[3]
    first, again, other = (vary(3, three.strokes, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert 0.01 < np.abs(first - other).mean() < 0.3
    assert np.abs(first - fit(three.strokes)[0]).mean() < 0.3


def test_tilts_are_at_most_the_steepest():
    upright = [np.array([(0.0, -0.5), (0.0, 0.5)])]
    random = np.random.default_rng(0)
    directions = [np.diff(upright[0] @ stroke_variation._hand(random).T, axis=0)[0] for _ in range(500)]
    slanted = np.degrees([np.arctan2(x, y) for x, y in directions])
    # Tilt and slant together; the slant's spread is 0.15 of the height.
    assert 15 < np.abs(slanted).max() < np.degrees(stroke_variation.MOST_TILT) + 35 and abs(slanted.mean()) < 2


@pytest.mark.parametrize("label", FORMS)
def test_other_forms_add_to_the_digit_and_leave_what_was_there(label):
    drawn, random = fit(FIRST[label].strokes), np.random.default_rng(0)
    grown = 0
    for _ in range(30):
        strokes = FORMS[label](drawn, random)
        assert sum(map(len, strokes)) >= sum(map(len, drawn))
        grown += sum(map(len, strokes)) > sum(map(len, drawn))
        before, after = np.concatenate(drawn), np.concatenate(strokes)
        assert np.abs(before[:, None] - after[None]).max(axis=-1).min(axis=1).max() < 1e-5
    assert grown > 20


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_scribble_can_be_drawn(kind):
    random = np.random.default_rng(0)
    for _ in range(20):
        strokes = kind(DRAWINGS, random)
        points = np.concatenate(strokes)
        assert points.shape[1] == 2 and np.isfinite(points).all() and np.abs(points).max() < 6


def test_scribbles_are_many_and_the_same_for_the_same_random_numbers():
    first, second = (scribble(DRAWINGS, np.random.default_rng(5)) for _ in range(2))
    for stroke, again in zip(first, second, strict=True):
        np.testing.assert_array_equal(stroke, again)
    assert len({len(np.concatenate(scribble(DRAWINGS, np.random.default_rng(seed)))) for seed in range(40)}) > 20


def test_letters_lie_in_their_square():
    for _, strokes in LETTERS:
        for places in strokes:
            assert len(places) >= 2 and 0 <= np.min(places) and np.max(places) <= 1


def test_a_narrow_digits_brush_leaves_its_loops_open_and_a_one_may_be_a_bar():
    random, narrow = np.random.default_rng(0), [np.array([(-0.1, -0.5), (0.1, 0.5)])]
    widths = {label: max(stroke_pictures.any_brush(label, narrow, random) for _ in range(200)) for label in (1, 6)}
    assert widths[6] <= 0.1 < 0.2 < widths[1] <= stroke_pictures.ALL_WIDTHS[1]
