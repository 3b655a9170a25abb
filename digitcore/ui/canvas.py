"""The canvas, and the drawing on it, which outlives a page switch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import CanvasResult, st_canvas

SIDE = 320
INK = "#5b6cff"
"""Seen well on a light page and on a dark one: the canvas itself is transparent, and takes the page's colour."""
BRUSH = 20

CANVAS = "draw_canvas"
DRAWING = "draw_drawing"


@dataclass
class Drawing:
    """What is on the canvas, as strokes and as a picture.

    `shown` is what the canvas was last told to show, `held` what it last told us. After undo and clear what it told
    is `outdated` until it tells something else: its own confirmation, or a stroke that came quicker.
    """

    strokes: dict[str, Any]
    image: np.ndarray | None
    shown: dict[str, Any]
    held: dict[str, Any] | None = None
    outdated: dict[str, Any] | None = None
    revision: int = 0


def drawing_canvas(brush: int) -> np.ndarray | None:
    """Shows the canvas and gives what is drawn on it, (SIDE, SIDE, 4) uint8 RGBA; None while it is empty."""
    drawing = _drawing()
    if CANVAS not in st.session_state:
        _enter_again(drawing)
    result = st_canvas(
        stroke_width=brush,
        stroke_color=INK,
        height=SIDE,
        width=SIDE,
        initial_drawing=drawing.shown,
        return_image_data=True,
        key=CANVAS,
    )
    _hear(drawing, result)
    return drawing.image if _count(drawing.strokes) else None


def _enter_again(drawing: Drawing) -> None:
    """The page was left and entered again, so the canvas is a new one, which tells nothing until it is drawn on."""
    drawing.shown = drawing.strokes
    if drawing.outdated is not None:
        drawing.image = drawing.outdated = None


def _hear(drawing: Drawing, result: CanvasResult) -> None:
    image = result.image_data
    if image is None:
        return
    drawing.held = result.json_data
    if drawing.held != drawing.outdated:
        drawing.strokes, drawing.image, drawing.outdated = drawing.held, image, None


def picture() -> np.ndarray | None:
    """What is drawn on the canvas, (SIDE, SIDE, 4) uint8 RGBA, on whatever page; None while it is empty."""
    return None if is_empty() else _drawing().image


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
    drawing.outdated = drawing.held


def _count(strokes: dict[str, Any] | None) -> int:
    return len((strokes or {}).get("objects", []))
