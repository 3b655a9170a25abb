"""Draw a digit, and see it read as each stroke ends."""

import time

import numpy as np
import streamlit as st

from digitcore.errors import DigitError
from digitcore.prediction import Bundle, read, titles
from digitcore.ui import models, shell
from digitcore.ui.draw import canvas
from digitcore.ui.draw.explanations import why
from digitcore.ui.draw.pin_view import pin_view
from digitcore.ui.draw.reading_picture import reading_png
from digitcore.ui.draw.reading_view import Shown, empty_html, readings_html


@st.fragment
def draw() -> None:
    """The page is one fragment, so that a stroke reruns this and nothing else."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        picture = canvas.drawing_canvas(st.session_state.get("draw_brush", canvas.BRUSH))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            canvas.controls()
            words = {"key": "draw_brush", "persist_state": "session", "width": 120}
            st.slider("Brush width", *canvas.BRUSHES, canvas.BRUSH, **words)
    with right:
        answer = st.container()
        with st.container(horizontal=True):
            bundles = models.choose_models()
            keep = st.container(width="content")
        with answer:
            shown = show(bundles, picture)
        with keep:
            save_button(picture, shown)
        pin_view(shown[0].reading.pixels if shown else None)
    why(shown)


def show(bundles: list[Bundle], picture: np.ndarray | None) -> list[Shown]:
    """What each model reads, or what stands in its place; a line for a model that cannot be used."""
    shown, names = [], titles(bundles)
    for bundle in bundles if picture is not None else []:
        try:
            engine, began = models.engine(bundle), time.perf_counter()
            reading = read(engine, picture)
        except DigitError as error:
            st.warning(str(error), icon=":material/gpp_bad:")
            continue
        if reading:
            took = 1_000 * (time.perf_counter() - began)
            shown.append(Shown(reading, took, engine, names[bundle.name] if len(bundles) > 1 else ""))
    st.html(readings_html(shown) if shown else empty_html())
    return shown


def save_button(picture: np.ndarray | None, shown: list[Shown]) -> None:
    """The drawing and its reading as a picture."""
    words = {"icon": ":material/image:", "key": "draw_save", "on_click": "ignore", "disabled": not shown}
    st.download_button("Save as picture", lambda: reading_png(picture, shown), "digit.png", "image/png", **words)


shell.enter()
draw()
