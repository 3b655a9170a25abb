"""Buttons that do something to a run."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from digitcore.errors import DigitError
from digitcore.ui.figures import plain, sentence

HEARING_SECONDS = 0.25


def action_button(label: str, icon: str, key: str, act: Callable[[], object], **looks: Any) -> None:
    """A button that does `act`; `looks` are further words of Streamlit's button."""
    st.button(label, icon=f":material/{icon}:", key=key, on_click=attempt, args=(act,), **looks)


def attempt(act: Callable[[], object]) -> None:
    """Does it, as a widget's callback, and says why where it cannot be done."""
    try:
        act()
    except (DigitError, OSError) as error:
        st.toast(plain(sentence(str(error))), icon=":material/error:")
    # The worker looks ten times a second, so that what is shown next is what was asked for.
    time.sleep(HEARING_SECONDS)
