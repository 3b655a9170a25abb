"""Draw a digit or a number, and see it read as each stroke ends."""

import time

import numpy as np
import streamlit as st

from digitcore.errors import DigitError
from digitcore.prediction import Bundle, display_names, read_all
from digitcore.ui import models, shell
from digitcore.ui.digit_picker import picked_digit
from digitcore.ui.draw import canvas
from digitcore.ui.draw.boxes_view import boxes_html
from digitcore.ui.draw.pin_view import pin_view
from digitcore.ui.draw.reading_picture import reading_png
from digitcore.ui.explanations import why
from digitcore.ui.reading_view import Shown, empty_html, show_reading


@st.fragment
def draw() -> None:
    """The page is one fragment, so that a stroke reruns this and nothing else."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        drawing, over = canvas.drawing_canvas(st.session_state.get("draw_brush", canvas.BRUSH))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            canvas.controls()
            st.slider(
                "Brush width", *canvas.BRUSHES, canvas.BRUSH, key="draw_brush", persist_state="session", width=120
            )
    with right:
        place = st.container()
        with st.container(horizontal=True):
            bundles = models.choose_models()
            beside = st.container(width="content")
        with place:
            readings = show_readings(bundles, drawing)
        with beside:
            save_button(readings)
        pin_view(readings[0].reading.pixels if readings else None)
    if readings:
        over.html(boxes_html(readings[0]))
    why(readings, "draw")


def show_readings(bundles: list[Bundle], drawing: np.ndarray | None) -> list[Shown]:
    """What each model reads, or an invitation to draw; a line for a model that cannot be used."""
    readings = []
    if drawing is not None:
        for bundle in bundles:
            try:
                readings += _read(bundle, drawing)
            except DigitError as error:
                st.warning(str(error), icon=":material/gpp_bad:")
    if len(bundles) > 1:
        names = display_names(bundles)
        readings = [shown._replace(model=names[shown.reading.engine.bundle.name]) for shown in readings]
    with st.container(horizontal=True, gap="large", key="draw_readings"):
        for place, shown in enumerate(readings):
            with st.container(gap=None, key=f"draw_reading_{place}"):
                show_reading(shown, f"draw_number_{place}")
        if not readings:
            st.html(empty_html())
    return readings


def _read(bundle: Bundle, drawing: np.ndarray) -> list[Shown]:
    """The model's reading; none where there is no ink. Raises BundleError where the network cannot be run."""
    engine, began = models.engine(bundle), time.perf_counter()
    writing = read_all(engine, drawing)
    milliseconds = 1_000 * (time.perf_counter() - began)
    return [Shown(drawing, writing, picked_digit(writing), milliseconds)] if writing else []


def save_button(readings: list[Shown]) -> None:
    """The drawing and its readings as a picture."""
    st.download_button(
        "Save as picture",
        lambda: reading_png(readings) if readings else b"",
        "digits.png",
        "image/png",
        icon=":material/image:",
        key="draw_save",
        on_click="ignore",
        disabled=not readings,
    )


shell.enter()
draw()
