"""The pinned drawing, which every run reads again after each epoch."""

import numpy as np
import streamlit as st

from digitcore.errors import DigitError
from digitcore.preprocessing.pictures import png
from digitcore.runs import pinned_drawing
from digitcore.runs.pinned_drawing import Pin

ABOUT = "Pin a drawing to see on the training page how a network learns to read it."
STYLE = """<style>
.pinned{width:3rem;height:3rem;image-rendering:pixelated;border-radius:.3rem;display:block}
</style>"""


def pin_view(pixels: np.ndarray | None) -> None:
    """The pinned drawing, if there is one, and the buttons that pin the (28, 28) `pixels` and that unpin it."""
    pinned = pinned_drawing.pinned()
    with st.container(horizontal=True, vertical_alignment="center", key="draw_pinned"):
        if pinned:
            st.html(f'{STYLE}<img class="pinned" alt="The pinned drawing" src="{png(pinned.pixels)}">', width="content")
        _buttons(pinned, pixels)
        st.caption(ABOUT, width="stretch")


def _buttons(pinned: Pin | None, pixels: np.ndarray | None) -> None:
    st.button(
        "Pin",
        icon=":material/keep:",
        key="draw_pin",
        help="Pins this drawing; it replaces any earlier one.",
        on_click=_pin,
        args=(pixels,),
        disabled=pixels is None,
    )
    if pinned:
        st.button("Unpin", icon=":material/keep_off:", key="draw_unpin", on_click=pinned_drawing.unpin)


def _pin(pixels: np.ndarray) -> None:
    try:
        pinned_drawing.pin(pixels)
    except DigitError as error:
        st.toast(str(error), icon=":material/error:")
