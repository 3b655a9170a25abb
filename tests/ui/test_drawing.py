"""What the canvas tells, what is asked, and the drawing that comes of it, without a browser."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from digitcore.ui.drawing import MOST_STATES, Drawing, Strokes

SIDE = 4


def _strokes(*names: str) -> Strokes:
    return [{"type": "Path", "path": [["M", index, name]]} for index, name in enumerate(names)]


def _png(*names: str) -> bytes:
    """A picture that differs with what is drawn."""
    stream = io.BytesIO()
    Image.fromarray(np.full((SIDE, SIDE, 4), len(names), np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def _hear(drawing: Drawing, *names: str) -> None:
    drawing.hear(_strokes(*names), _png(*names))


def _drawn(*names: str) -> Drawing:
    """A drawing whose strokes were drawn one after the other."""
    drawing = Drawing()
    for count in range(1, len(names) + 1):
        _hear(drawing, *names[:count])
    return drawing


def _ask(drawing: Drawing, *actions: str) -> None:
    drawing.obey([(drawing.obeyed + number, what) for number, what in enumerate(actions, 1)])


def _count(drawing: Drawing) -> int:
    return len(drawing.strokes)


def test_each_stroke_is_heard_with_its_picture():
    drawing = Drawing()
    assert drawing.picture is None and drawing.is_untouched
    for count, names in enumerate(("a", "ab", "abc"), 1):
        _hear(drawing, *names)
        assert drawing.picture.shape == (SIDE, SIDE, 4) and drawing.picture[0, 0, 0] == count


def test_strokes_that_come_together_are_undone_one_by_one():
    drawing = _drawn("a")
    _hear(drawing, *"abcd")
    for names in ("abc", "ab", "a"):
        _ask(drawing, "undo")
        assert drawing.strokes == _strokes(*names)
    assert drawing.picture is not None


def test_undo_and_redo_have_their_pictures_before_the_canvas_confirms():
    drawing = _drawn("a", "b")
    _ask(drawing, "undo")
    assert drawing.picture[0, 0, 0] == 1 and drawing.shown["objects"] == _strokes("a")
    _ask(drawing, "redo")
    assert drawing.picture[0, 0, 0] == 2 and drawing.shown["objects"] == _strokes("a", "b")
    assert not drawing.can("redo")


def test_ten_quick_clicks_undo_ten_strokes_whatever_the_canvas_confirms_meanwhile():
    drawing = _drawn(*"abcdefghijkl")
    asked = []
    for number in range(1, 11):
        asked.append((number, "undo"))
        # The browser sends all that was asked, again and again.
        drawing.obey(asked)
        if number % 3 == 0:
            # Late, when more has been undone already.
            _hear(drawing, *"abcdefghijkl"[: 12 - number + 2])
    assert drawing.strokes == _strokes("a", "b")
    _hear(drawing, "a", "b")
    assert drawing.strokes == _strokes("a", "b") and drawing.expected == []


def test_clear_is_undone():
    drawing = _drawn("a", "b")
    _ask(drawing, "clear")
    assert drawing.picture is None and not drawing.can("clear")
    _hear(drawing)
    _ask(drawing, "undo")
    assert drawing.strokes == _strokes("a", "b") and drawing.picture[0, 0, 0] == 2


def test_what_cannot_be_done_is_passed_over():
    drawing = Drawing()
    _ask(drawing, "undo", "redo", "clear")
    assert drawing.is_untouched and drawing.shown == Drawing().shown


def test_the_same_line_drawn_again_after_a_clear_is_heard():
    drawing = _drawn("a")
    _ask(drawing, "clear")
    _hear(drawing)
    _hear(drawing, "a")
    assert _count(drawing) == 1 and drawing.picture is not None


def test_a_stroke_that_comes_before_the_confirmation_is_heard():
    drawing = _drawn("a", "b")
    _ask(drawing, "clear")
    _hear(drawing, "quick")
    assert drawing.strokes == _strokes("quick")


def test_nothing_is_redone_after_a_new_stroke():
    drawing = _drawn("a", "b")
    _ask(drawing, "undo")
    _hear(drawing, "a")
    _hear(drawing, "a", "c")
    assert not drawing.can("redo")
    _ask(drawing, "undo")
    assert drawing.strokes == _strokes("a")


def test_a_report_that_stays_while_the_page_runs_again_is_not_taken_for_a_new_one():
    drawing = _drawn("a", "b")
    _ask(drawing, "undo")
    _hear(drawing, "a", "b")
    assert drawing.strokes == _strokes("a")


def test_a_new_canvas_is_given_the_drawing_and_its_steps():
    drawing = _drawn("a", "b")
    _ask(drawing, "undo")
    drawing.mount()
    assert drawing.shown["objects"] == _strokes("a") and drawing.picture[0, 0, 0] == 1
    _hear(drawing, "a", "c")
    assert drawing.strokes == _strokes("a", "c")


def test_what_the_browser_kept_is_restored_with_its_steps():
    kept = _drawn("a", "b").kept()
    drawing = Drawing()
    drawing.restore(kept, (SIDE, SIDE))
    assert drawing.strokes == drawing.shown["objects"] == _strokes("a", "b")
    assert drawing.picture[0, 0, 0] == 2
    _hear(drawing, "a", "b")
    _ask(drawing, "undo")
    assert drawing.strokes == _strokes("a")
    _hear(drawing, "a")
    assert drawing.picture[0, 0, 0] == 1


def test_what_was_kept_does_not_replace_what_is_drawn():
    drawing = _drawn("new")
    drawing.restore(_drawn("old").kept(), (SIDE, SIDE))
    assert drawing.strokes == _strokes("new")


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {"strokes": _strokes("a")},
        {"strokes": _strokes("a"), "png": "no base64!"},
        {"strokes": _strokes("a"), "png": base64.b64encode(b"no picture").decode()},
        {"strokes": _strokes("a"), "png": base64.b64encode(_png("a")[:50]).decode()},
        {"strokes": ["a"], "png": base64.b64encode(_png("a")).decode()},
        {"strokes": [], "png": base64.b64encode(_png()).decode()},
    ],
)
def test_what_the_browser_kept_damaged_is_passed_over(kept):
    drawing = Drawing()
    drawing.restore(kept, (SIDE, SIDE))
    assert drawing.is_untouched


def test_a_kept_picture_of_another_size_is_passed_over():
    drawing = Drawing()
    drawing.restore(_drawn("a").kept(), (2 * SIDE, SIDE))
    assert drawing.is_untouched


def test_many_states_share_their_strokes_and_the_oldest_are_forgotten():
    names = [str(number) for number in range(MOST_STATES + 10)]
    drawing = _drawn(*names)
    assert len(drawing.states) == MOST_STATES and drawing.at == MOST_STATES - 1
    assert drawing.states[-1].strokes[0] is drawing.states[-2].strokes[0]
