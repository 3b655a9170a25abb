"""What pages share about runs: buttons that act on one, the badge of its state, and putting its model to work."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from digitcore.errors import DigitError
from digitcore.runs import Run, State, publish
from digitcore.ui import models, shell
from digitcore.ui.wording import plain, sentence

BADGES = {
    State.QUEUED: ("Waiting", "blue", ":material/hourglass_top:"),
    State.PAUSED: ("Paused", "orange", ":material/pause:"),
    State.RUNNING: ("Running", "blue", ":material/play_arrow:"),
    State.FINISHED: ("Finished", "green", ":material/check:"),
    State.STOPPED: ("Stopped", "orange", ":material/stop:"),
    State.FAILED: ("Failed", "red", ":material/error:"),
    State.INTERRUPTED: ("Interrupted", "orange", ":material/power_off:"),
}
PICKED_RUN = "train_picked"
"""The key of the id of the run that someone chose to see; None where the newest is shown."""
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


def use_model(run: Run, checkpoint: str = "best") -> None:
    """Makes a model of the checkpoint and opens the drawing page with it, or says why that cannot be."""
    try:
        with st.spinner("Making a model of it"):
            st.session_state[models.CHOSEN] = publish.publish_once(run, checkpoint)
    except DigitError as error:
        st.error(sentence(str(error)), icon=":material/error:")
        return
    st.switch_page(shell.DRAW.file)
