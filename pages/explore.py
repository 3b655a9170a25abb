"""What the data looks like, and what augmentation does to it."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.recipes.presets import PRESETS
from digitcore.ui import address, known_digits, shell
from digitcore.ui.address import Parameter
from digitcore.ui.choices import choose_one
from digitcore.ui.explore.views import ALL, VIEWS, strokes_view

STROKES = "Strokes"
ICONS = {name: icon for name, (icon, _) in VIEWS.items()} | {STROKES: "gesture"}


def explore() -> None:
    """The digits to look at, and one of the views."""
    chosen = choose_one("View", list(ICONS), "explore_view", format_func=label)
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
    """The view's name with its icon."""
    return f":material/{ICONS[name]}: {name}"


def parameters() -> dict[str, Parameter]:
    """What the address says."""
    digits = [ALL, *range(10)]
    return {
        "view": Parameter("explore_view", "Samples", address.one_of(ICONS)),
        "digits": known_digits.parameter(known_digits.SETS, "explore"),
        "split": Parameter("explore_split", "test", address.one_of(known_digits.SPLITS)),
        "digit": Parameter("explore_digit", ALL, address.one_of(digits)),
        "index": Parameter("explore_index", None, address.whole_number(0)),
        "page": Parameter("explore_page", 1, address.whole_number(1)),
        "preset": Parameter("explore_preset", "accurate", address.one_of(PRESETS)),
        "example": Parameter("explore_augmented", 0, address.whole_number(0)),
        "strange": Parameter("explore_strange", 0, address.one_of(range(10))),
        "written": Parameter("explore_pen_digit", ALL, address.one_of(digits)),
        "written_page": Parameter("explore_pen_page", 1, address.whole_number(1)),
    }


shell.enter()
address.agree("explore", parameters())
explore()
