"""What the data looks like, and what augmentation does to it."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.recipes.presets import PRESETS
from digitcore.ui import address, known_digits, shell
from digitcore.ui.address import Parameter
from digitcore.ui.choices import choose_one
from digitcore.ui.explore import strokes_view
from digitcore.ui.explore.filters import ALL, NO_SUCH_DIGIT, choose_contributor
from digitcore.ui.explore.views import BY_CONTRIBUTOR, VIEWS

STROKES = "Strokes"
ICONS = {name: icon for name, (icon, _) in VIEWS.items()} | {STROKES: "gesture"}


def explore() -> None:
    """The digits to look at, and one of the views."""
    chosen = choose_one("View", list(ICONS), "explore_view", format_func=label)
    try:
        if chosen == STROKES:
            strokes_view.show()
            return
        digits = choose_digits(chosen in BY_CONTRIBUTOR)
        if digits and len(digits.chosen):
            VIEWS[chosen][1](digits)
        elif digits:
            st.caption(NO_SUCH_DIGIT)
    except DigitError as error:
        st.warning(str(error), icon=":material/error:")


def choose_digits(by_contributor: bool) -> known_digits.Digits | None:
    """A data set, one of its splits, and a contributor where that is asked for and the digits have any."""
    choices = st.container(horizontal=True)
    with choices:
        name = known_digits.choose(known_digits.SETS, "explore")
        split = known_digits.choose_split("explore")
    digits = known_digits.load(name, split, "explore")
    if digits is None or not by_contributor:
        return digits
    with choices:
        contributor = choose_contributor(digits.contributor_names, "explore_contributor", "explore_page")
    return digits._replace(contributor=contributor)


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
        "contributor": Parameter("explore_contributor", ALL, address.text),
        "digit": Parameter("explore_digit", ALL, address.one_of(digits)),
        "index": Parameter("explore_index", None, address.whole_number(0)),
        "page": Parameter("explore_page", 1, address.whole_number(1)),
        "preset": Parameter("explore_preset", "accurate", address.one_of(PRESETS)),
        "example": Parameter("explore_augmented", 0, address.whole_number(0)),
        "strange": Parameter("explore_strange", 0, address.one_of(range(10))),
        "written_from": known_digits.parameter(strokes_view.SETS, "explore_strokes"),
        "written_by": Parameter("explore_strokes_contributor", ALL, address.text),
        "written": Parameter("explore_pen_digit", ALL, address.one_of(digits)),
        "written_page": Parameter("explore_pen_page", 1, address.whole_number(1)),
    }


shell.enter()
address.agree("explore", parameters())
explore()
