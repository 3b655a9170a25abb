"""What the canvas tells, and what is made of it, without a browser."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore import settings


class _Told:
    """What streamlit-drawable-canvas gives back."""

    def __init__(self, strokes: int, drawn: bool = True, tag: str = "") -> None:
        self.json_data = {"objects": [{"stroke": f"{tag}{index}"} for index in range(strokes)]}
        self.image_data = np.full((4, 4, 4), strokes, np.uint8) if drawn else None


class _Canvas:
    """Stands in for the component: keeps what it was told to show, and tells what the test sets."""

    def __init__(self) -> None:
        self.told, self.shown = _Told(0, drawn=False), None

    def __call__(self, **words: Any) -> _Told:
        self.shown = words["initial_drawing"]
        return self.told


@pytest.fixture
def canvas() -> ModuleType:
    """The module under test. The component registers itself at its import, which takes a running Streamlit."""
    AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=30).run()
    from digitcore.ui import canvas

    return canvas


@pytest.fixture
def component(canvas, monkeypatch) -> _Canvas:
    stand_in = _Canvas()
    monkeypatch.setattr(canvas, "st_canvas", stand_in)
    monkeypatch.setattr(canvas.st, "session_state", {canvas.CANVAS: {}})
    return stand_in


def _strokes_read(canvas) -> int | None:
    image = canvas.drawing_canvas(20)
    return None if image is None else int(image[0, 0, 0])


def test_each_stroke_is_heard(canvas, component):
    assert _strokes_read(canvas) is None and canvas.is_empty()
    for strokes in (1, 2, 3):
        component.told = _Told(strokes)
        assert _strokes_read(canvas) == strokes


def test_clear_is_heard_before_the_canvas_confirms_it(canvas, component):
    component.told = _Told(2)
    assert _strokes_read(canvas) == 2
    canvas.clear()
    assert _strokes_read(canvas) is None and canvas.is_empty()
    component.told = _Told(0)
    assert _strokes_read(canvas) is None
    component.told = _Told(1, tag="new")
    assert _strokes_read(canvas) == 1


def test_undo_takes_one_stroke(canvas, component):
    component.told = _Told(2)
    _strokes_read(canvas)
    canvas.undo()
    _strokes_read(canvas)
    assert len(component.shown["objects"]) == 1
    component.told = _Told(1)
    assert _strokes_read(canvas) == 1


def test_a_stroke_that_comes_before_the_confirmation_is_heard(canvas, component):
    component.told = _Told(2)
    _strokes_read(canvas)
    canvas.clear()
    _strokes_read(canvas)
    component.told = _Told(1, tag="quick")
    assert _strokes_read(canvas) == 1
    component.told = _Told(2, tag="quick")
    assert _strokes_read(canvas) == 2 and not canvas.is_empty()


def test_clearing_twice_tells_the_canvas_something_new_each_time(canvas, component):
    seen = []
    for _ in range(2):
        component.told = _Told(1)
        _strokes_read(canvas)
        canvas.clear()
        _strokes_read(canvas)
        seen.append(component.shown)
    assert seen[0] != seen[1]


def test_a_new_canvas_is_given_the_drawing_back(canvas, component):
    component.told = _Told(2)
    _strokes_read(canvas)
    del canvas.st.session_state[canvas.CANVAS]
    component.told = _Told(2, drawn=False)
    assert _strokes_read(canvas) == 2
    assert len(component.shown["objects"]) == 2


def test_leaving_before_an_undo_is_confirmed_reads_no_old_picture(canvas, component):
    component.told = _Told(2)
    _strokes_read(canvas)
    canvas.undo()
    del canvas.st.session_state[canvas.CANVAS]
    component.told = _Told(1, drawn=False)
    assert _strokes_read(canvas) is None
    assert len(component.shown["objects"]) == 1
