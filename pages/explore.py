"""What the data looks like, and what augmentation does to it."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.ui import known_digits, shell
from digitcore.ui.explore_views import VIEWS, strokes_view

STROKES = "Strokes"
ICONS = {name: icon for name, (icon, _) in VIEWS.items()} | {STROKES: "gesture"}


def explore() -> None:
    """The digits to look at, and one of the ways of looking."""
    st.session_state.setdefault("explore_view", "Samples")
    words = {"required": True, "wrap": True, "persist_state": "session"}
    chosen = st.segmented_control("Look at", list(ICONS), key="explore_view", format_func=label, **words)
    try:
        if chosen == STROKES:
            strokes_view()
            return
        digits = choose_digits()
        if digits:
            VIEWS[chosen][1](digits)
    except DigitError as error:
        st.warning(str(error), icon=":material/error:")


def choose_digits() -> known_digits.Digits | None:
    """A data set and one of its splits."""
    with st.container(horizontal=True):
        name = known_digits.choose(known_digits.SETS, "explore")
        split = known_digits.choose_split("explore")
    return known_digits.load(name, split, "explore")


def label(name: str) -> str:
    """The way's name with its icon."""
    return f":material/{ICONS[name]}: {name}"


shell.enter()
explore()
