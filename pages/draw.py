"""Draw a digit, and see it read as each stroke ends."""

import time

import numpy as np
import streamlit as st

from digitcore.errors import DigitError
from digitcore.prediction import Engine, Reading, read
from digitcore.training import pin
from digitcore.ui import canvas, models, shell
from digitcore.ui.reading_view import empty_html, reading_html
from digitcore.ui.why import why


@st.fragment
def draw() -> None:
    """The page is one fragment, so that a stroke reruns this and nothing else."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        picture = canvas.drawing_canvas(st.session_state.get("draw_brush", canvas.BRUSH))
        empty = canvas.is_empty()
        with st.container(horizontal=True, vertical_alignment="bottom", width=canvas.SIDE):
            st.slider("Brush width", 3, 48, canvas.BRUSH, key="draw_brush", persist_state="session", width=120)
            st.button("Undo", icon=":material/undo:", key="draw_undo", on_click=canvas.undo, disabled=empty)
            st.button("Clear", icon=":material/delete:", key="draw_clear", on_click=canvas.clear, disabled=empty)
    with right:
        answer = st.container()
        choice, beside = st.columns(2)
        with choice:
            bundle = models.choose_model()
        reading = None
        with answer:
            try:
                reading = show(bundle and models.engine(bundle), picture)
            except DigitError as error:
                st.warning(str(error), icon=":material/gpp_bad:")
        with beside:
            pin_button(reading)
    if reading:
        why(models.engine(bundle), reading, picture)


def show(engine: Engine | None, picture: np.ndarray | None) -> Reading | None:
    """The reading of the picture, or what stands in its place; gives the reading."""
    began = time.perf_counter()
    reading = None if engine is None or picture is None else read(engine, picture)
    st.html(reading_html(reading, 1_000 * (time.perf_counter() - began)) if reading else empty_html())
    return reading


def pin_button(reading: Reading | None) -> None:
    """Pins what was read, so that training shows how its reading changes."""
    words = {"icon": ":material/keep:", "help": "Every run reads it again after each epoch: see the training page."}
    if st.button("Pin for training", key="draw_pin", disabled=reading is None, width="stretch", **words):
        try:
            pin.pin(reading.pixels)
            st.toast("Pinned: every run reads it again after each epoch", icon=":material/keep:")
        except DigitError as error:
            st.warning(str(error), icon=":material/error:")


shell.enter()
draw()
