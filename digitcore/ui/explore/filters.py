"""Which of the digits are shown: of one digit or of all, of one contributor or of all."""

from collections.abc import Sequence

import streamlit as st

from digitcore.ui.known_digits import ABOUT_CONTRIBUTORS

ALL = "All"
NO_SUCH_DIGIT = "There is no such digit."


def choose_digit(key: str, page: str) -> int | None:
    """A digit, or None for all; the first page of it is then shown."""
    chosen = st.segmented_control(
        "Digit", [ALL, *range(10)], key=key, required=True, wrap=True, on_change=_open_first, args=(page,)
    )
    return chosen if isinstance(chosen, int) else None


def choose_contributor(names: Sequence[str], key: str, page: str) -> str | None:
    """A contributor, or None for all, which is all there is without names; the first page is then shown.

    One that was chosen for other digits stays chosen, so that the address goes on saying what is shown.
    """
    if not names:
        return None
    chosen = st.selectbox(
        "Contributor",
        [ALL, *sorted({*names, st.session_state[key]} - {ALL})],
        key=key,
        help=ABOUT_CONTRIBUTORS,
        persist_state="session",
        width=160,
        on_change=_open_first,
        args=(page,),
    )
    return None if chosen == ALL else chosen


def _open_first(page: str) -> None:
    st.session_state[page] = 1
