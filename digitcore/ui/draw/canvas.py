"""The canvas and its controls. A drawing outlives a page switch in the session, and a reload in the browser."""

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from digitcore.ui import drawing, palette
from digitcore.ui.draw import canvas_controls

SIDE = 400
"""In its own pixels; on the screen it is as wide as its container. At 480 a reading takes five times as long."""
BRUSH, BRUSHES = 25, (4, 60)

CANVAS = "draw_canvas"
CONTROLS = "draw_controls"
STYLE = """<style>
.st-key-draw_paper{width:min(100%,72vh);aspect-ratio:1;overflow:hidden}
.st-key-draw_paper *{width:100%}
.st-key-draw_controls{flex:1 0 9.5rem}
</style>"""
"""The paper keeps its place until the canvas is loaded; on a wide screen its height is what limits it. And beside the
slider of the brush the buttons keep their width."""


def drawing_canvas(brush: int) -> np.ndarray | None:
    """Shows the canvas and returns what is drawn on it, (SIDE, SIDE, 4) uint8 RGBA; None while it is empty."""
    drawn = drawing.of_session()
    if CANVAS not in st.session_state:
        drawn.mount()
    st.html(STYLE)
    with st.container(key="draw_paper"):
        result = st_canvas(
            stroke_width=brush,
            stroke_color=palette.INK,
            height=SIDE,
            width=SIDE,
            initial_drawing=drawn.shown,
            return_image_data=True,
            key=CANVAS,
        )
    if result.image_bytes is not None:
        drawn.hear(result.json_data["objects"], result.image_bytes)
    return drawn.picture


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


def _obey() -> None:
    """Does what someone asked of the controls, as their callback."""
    drawn, state = drawing.of_session(), st.session_state[CONTROLS]
    drawn.obey(state.get("asked") or [])
    drawn.restore(state.get("kept"), SIDE)
