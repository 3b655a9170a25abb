"""What pages share about runs: buttons that act on one, the badge of its state, and using its model."""

import time
from collections.abc import Callable
from typing import Literal

import streamlit as st

from digitcore.errors import DigitError
from digitcore.runs import Run, State, publish
from digitcore.ui import models, shell
from digitcore.ui.wording import plain, sentence

Colour = Literal["blue", "orange", "green", "red"]
BADGES: dict[State, tuple[str, Colour, str]] = {
    State.QUEUED: ("Waiting", "blue", ":material/hourglass_top:"),
    State.PAUSED: ("Paused", "orange", ":material/pause:"),
    State.RUNNING: ("Running", "blue", ":material/play_arrow:"),
    State.FINISHED: ("Finished", "green", ":material/check:"),
    State.STOPPED: ("Stopped", "orange", ":material/stop:"),
    State.FAILED: ("Failed", "red", ":material/error:"),
    State.INTERRUPTED: ("Interrupted", "orange", ":material/power_off:"),
}
"""The label, the colour and the icon of each state."""
PICKED_RUN = "train_picked"
"""The key of the id of the run that someone chose to see; None where the newest is shown."""
RESPONSE_SECONDS = 0.25


def action_button(
    label: str,
    icon: str,
    key: str,
    action: Callable[[], object],
    help: str | None = None,
    disabled: bool = False,
    type: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button for an action on a run."""
    st.button(
        label,
        icon=f":material/{icon}:",
        key=key,
        on_click=attempt,
        args=(action,),
        help=help,
        disabled=disabled,
        type=type,
    )


def attempt(action: Callable[[], object]) -> None:
    """Does the action, as a widget's callback, or says why it is not possible."""
    try:
        action()
    except (DigitError, OSError) as error:
        st.toast(plain(sentence(str(error))), icon=":material/error:")
    # A worker reads its commands ten times a second: after this time the page shows the effect of this one.
    time.sleep(RESPONSE_SECONDS)


def use_model(run: Run, checkpoint: str = "best") -> None:
    """Publishes the checkpoint as a model and opens the drawing page with it, or says why it is not possible."""
    try:
        with st.spinner("Making the model"):
            st.session_state[models.CHOSEN] = publish.publish_once(run, checkpoint)
    except DigitError as error:
        st.error(sentence(str(error)), icon=":material/error:")
        return
    st.switch_page(shell.DRAW.file)
