"""The canvas and its controls. A drawing outlives a page switch in the session, and a reload in the browser."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_drawable_canvas import CanvasResult, st_canvas

from digitcore.ui import drawing, palette
from digitcore.ui.draw import canvas_controls

WIDTH, HEIGHT = 800, 400
"""In its own pixels; on the screen it is as wide as its container. A phone shows the square on its left."""
BRUSH, BRUSHES = 25, (4, 60)

CANVAS = "draw_canvas"
CONTROLS = "draw_controls"
STYLE = """<style>
.st-key-draw_paper{position:relative;width:min(100%,144vh);aspect-ratio:2;overflow:hidden}
.st-key-draw_paper *{width:100%}
.st-key-draw_boxes{position:absolute;inset:0;z-index:20;aspect-ratio:2;pointer-events:none}
[data-testid=stColumn]:has(.st-key-draw_paper){min-width:min(100%,28rem)}
@media(max-width:640px){
.st-key-draw_paper:not(:has(.far)){width:min(100%,72vh);aspect-ratio:1}
.st-key-draw_paper:not(:has(.far))>*,.st-key-draw_paper:not(:has(.far)) .st-key-draw_boxes{
width:200%;max-width:none}
.st-key-draw_paper:not(:has(.far))::after{content:"";position:absolute;inset:0;z-index:20;pointer-events:none;
border-right:1px solid color-mix(in srgb,currentColor 35%,transparent)}}
.st-key-draw_controls{flex:1 0 9.5rem}
</style>"""
"""The paper keeps its place until the canvas is loaded; on a wide screen its height is what limits it. On a narrower
one, what was read is below it; a phone shows its left half, unless there is something on the other. Beside the slider
of the brush the buttons keep their width."""


class Paper(NamedTuple):
    """What is drawn, (HEIGHT, WIDTH, 4) uint8 RGBA, None while nothing is; and the place over it, for boxes."""

    picture: np.ndarray | None
    over: DeltaGenerator


def drawing_canvas(brush: int) -> Paper:
    """Shows the canvas."""
    drawn = drawing.of_session()
    if CANVAS not in st.session_state:
        drawn.mount()
    st.html(STYLE)
    with st.container(key="draw_paper"):
        result = st_canvas(
            stroke_width=brush,
            stroke_color=palette.INK,
            height=HEIGHT,
            width=WIDTH,
            initial_drawing=drawn.shown,
            return_image_data=True,
            key=CANVAS,
        )
        over = st.container(key="draw_boxes")
    if result.image_bytes is not None:
        drawn.hear(*_report(result))
    return Paper(drawn.picture, over)


def controls() -> None:
    """Undo, redo and clear, by button and by key."""
    drawn = drawing.of_session()
    canvas_controls.show(
        CONTROLS,
        CANVAS,
        {action: drawn.can(action) for action in canvas_controls.ACTIONS},
        None if drawn.is_untouched else drawn.kept(),
        _obey,
    )


def _report(result: CanvasResult) -> tuple[drawing.Strokes, bytes]:
    """The strokes on the canvas, and its picture as PNG."""
    return result.json_data["objects"], result.image_bytes


def _obey() -> None:
    """Does what someone asked of the controls, as their callback."""
    drawn, state = drawing.of_session(), st.session_state[CONTROLS]
    # Where the server is busy, a stroke is reported together with the undo that was asked for after it.
    reported = (st.session_state.get(CANVAS) or {}).get("drawing")
    if reported and reported["data"]:
        drawn.hear(*_report(CanvasResult(reported["raw"], reported["data"], True)))
    drawn.obey(state.get("asked") or [])
    drawn.restore(state.get("kept"), (WIDTH, HEIGHT))
