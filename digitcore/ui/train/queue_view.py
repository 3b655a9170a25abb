"""The queue: the runs that wait for their turn."""

import streamlit as st

from digitcore.runs import Run, launch, queue, snapshot
from digitcore.ui.actions import action_button
from digitcore.ui.wording import plain

POLL_SECONDS = 2.0


def queue_view() -> None:
    """The runs that wait, in order, with buttons that move them; nothing where none waits."""
    some_wait = bool(queue.waiting())
    st.fragment(_view, run_every=POLL_SECONDS if some_wait else None)(some_wait)


def _view(some_waited: bool) -> None:
    now = snapshot.take_queue()
    if bool(now.waiting) != some_waited:
        st.rerun()
    if not now.waiting:
        return
    st.markdown("**Queue**")
    if now.training:
        st.caption(f":material/play_arrow: {plain(now.training)} is training")
    for index, (run, name) in enumerate(now.waiting):
        _row(index, run, name, is_last=index == len(now.waiting) - 1)


def _row(index: int, run: Run, name: str, is_last: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"train_line_{index}"):
        st.markdown(f"{index + 1}. {plain(name)}", width="stretch")
        action_button(
            "",
            "arrow_upward",
            f"train_up_{run.id}",
            lambda: queue.move(run.id, index),
            help="Earlier",
            disabled=index == 0,
        )
        action_button(
            "",
            "arrow_downward",
            f"train_down_{run.id}",
            lambda: queue.move(run.id, index + 2),
            help="Later",
            disabled=is_last,
        )
        action_button("", "close", f"train_out_{run.id}", lambda: launch.stop(run), help="Leave the queue")
