"""The canvas, and the drawing on it, which outlives a page switch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

SIDE = 320
INK = "#5b6cff"
"""Seen well on a light page and on a dark one: the canvas itself is transparent, and takes the page's colour."""
BRUSH = 20

CANVAS = "draw_canvas"
DRAWING = "draw_drawing"


@dataclass
class Drawing:
    """What is on the canvas. `shown` is what the canvas was last told to show, `pending` how many strokes that has,
    until the canvas has confirmed it; what it sends before that is older."""

    strokes: dict[str, Any]
    image: np.ndarray | None
    shown: dict[str, Any]
    pending: int | None = None
    revision: int = 0


def drawing_canvas(brush: int) -> np.ndarray | None:
    """Shows the canvas and gives what is drawn on it, (SIDE, SIDE, 4) uint8 RGBA; None while it is empty."""
    drawing = _drawing()
    if CANVAS not in st.session_state:
        # The page was left and entered again: the canvas is a new one.
        drawing.shown, drawing.pending = drawing.strokes, None
    result = st_canvas(
        stroke_width=brush,
        stroke_color=INK,
        height=SIDE,
        width=SIDE,
        initial_drawing=drawing.shown,
        return_image_data=True,
        key=CANVAS,
    )
    count = _count(result.json_data)
    if result.image_data is not None and drawing.pending in (None, count):
        drawing.strokes, drawing.image, drawing.pending = result.json_data, result.image_data, None
    return drawing.image if _count(drawing.strokes) else None


def undo() -> None:
    """Takes the last stroke off the canvas."""
    _show(_drawing().strokes.get("objects", [])[:-1])


def clear() -> None:
    """Takes everything off the canvas."""
    _show([])


def is_empty() -> bool:
    """Whether there is nothing on the canvas."""
    return not _count(_drawing().strokes)


def _drawing() -> Drawing:
    empty: dict[str, Any] = {"objects": []}
    return st.session_state.setdefault(DRAWING, Drawing(empty, None, empty))


def _show(objects: list[dict[str, Any]]) -> None:
    """Tells the canvas what to show. The revision makes it different from what it was last told, so that it obeys."""
    drawing = _drawing()
    drawing.revision += 1
    drawing.shown = drawing.strokes = {"objects": objects, "revision": drawing.revision}
    drawing.pending = len(objects)


def _count(strokes: dict[str, Any] | None) -> int:
    return len((strokes or {}).get("objects", []))
