"""Draw a digit, and see it read as each stroke ends."""

import time

import numpy as np
import streamlit as st

from digitcore.errors import DigitError
from digitcore.prediction import Engine, read
from digitcore.ui import canvas, models, shell
from digitcore.ui.reading_view import empty_html, reading_html


@st.fragment
def draw() -> None:
    """The page is one fragment, so that a stroke reruns this and nothing else."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        picture = canvas.drawing_canvas(st.session_state.get("draw_brush", canvas.BRUSH))
        empty = canvas.is_empty()
        with st.container(horizontal=True, vertical_alignment="bottom", width=canvas.SIDE):
            st.slider("Brush width", 4, 40, canvas.BRUSH, key="draw_brush", persist_state="session", width=120)
            st.button("Undo", icon=":material/undo:", key="draw_undo", on_click=canvas.undo, disabled=empty)
            st.button("Clear", icon=":material/delete:", key="draw_clear", on_click=canvas.clear, disabled=empty)
    with right:
        answer = st.container()
        bundle = models.choose_model()
        with answer:
            try:
                show(bundle and models.engine(bundle), picture)
            except DigitError as error:
                st.warning(str(error), icon=":material/gpp_bad:")


def show(engine: Engine | None, picture: np.ndarray | None) -> None:
    """The reading of the picture, or what stands in its place."""
    began = time.perf_counter()
    reading = None if engine is None or picture is None else read(engine, picture)
    st.html(reading_html(reading, 1_000 * (time.perf_counter() - began)) if reading else empty_html())


shell.enter()
draw()
