"""The line of runs that wait for their turn."""

import streamlit as st

from digitcore import runs
from digitcore.errors import DigitError
from digitcore.runs import Run, launch, queue
from digitcore.ui.actions import action_button
from digitcore.ui.wording import plain, sentence

POLL_SECONDS = 2.0


def queue_view() -> None:
    """Shows who waits, in order, with what moves them; nothing where nobody does."""
    waiting = queue.waiting()
    st.fragment(_view, run_every=POLL_SECONDS if waiting else None)(bool(waiting))


def _view(some_waited: bool) -> None:
    waiting = queue.waiting()
    if bool(waiting) != some_waited:
        st.rerun()
    if not waiting:
        return
    try:
        # Where the machine was started anew, or the keeper was killed.
        launch.advance()
    except DigitError as error:
        st.warning(sentence(str(error)), icon=":material/error:")
    training = runs.active()
    st.markdown("**Waiting**")
    if training:
        st.caption(f":material/play_arrow: {plain(training.name)} trains now")
    for index, run_id in enumerate(waiting):
        _line(index, runs.by_id(run_id), last=index == len(waiting) - 1)


def _line(index: int, run: Run, last: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"train_line_{index}"):
        st.markdown(f"{index + 1}. {plain(run.name)}", width="stretch")
        up, down = {"help": "Earlier", "disabled": index == 0}, {"help": "Later", "disabled": last}
        action_button("", "arrow_upward", f"train_up_{run.id}", lambda: queue.move(run.id, index), **up)
        action_button("", "arrow_downward", f"train_down_{run.id}", lambda: queue.move(run.id, index + 2), **down)
        action_button("", "close", f"train_out_{run.id}", lambda: launch.stop(run), help="Take it out of the line")
