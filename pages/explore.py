"""What the data looks like, and what augmentation does to it."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.recipes.presets import PRESETS
from digitcore.ui import address, known_digits, shell
from digitcore.ui.address import Word
from digitcore.ui.explore.views import ALL, VIEWS, strokes_view

STROKES = "Strokes"
ICONS = {name: icon for name, (icon, _) in VIEWS.items()} | {STROKES: "gesture"}


def explore() -> None:
    """The digits to look at, and one of the ways of looking."""
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


def words() -> dict[str, Word]:
    """What the address says."""
    digits = [ALL, *range(10)]
    return {
        "view": Word("explore_view", "Samples", address.one_of(ICONS)),
        "digits": known_digits.word(known_digits.SETS, "explore"),
        "split": Word("explore_split", "test", address.one_of(known_digits.SPLITS)),
        "digit": Word("explore_digit", ALL, address.one_of(digits)),
        "index": Word("explore_index", None, address.whole(0)),
        "page": Word("explore_page", 1, address.whole(1)),
        "preset": Word("explore_preset", "accurate", address.one_of(PRESETS)),
        "example": Word("explore_augmented", 0, address.whole(0)),
        "strange": Word("explore_strange", 0, address.one_of(range(10))),
        "written": Word("explore_pen_digit", ALL, address.one_of(digits)),
        "written_page": Word("explore_pen_page", 1, address.whole(1)),
    }


shell.enter()
address.agree("explore", words())
explore()
