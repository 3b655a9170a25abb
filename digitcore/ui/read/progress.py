"""Reading what has not been read yet, in short steps between which the page hears the Stop button."""

import streamlit as st

from digitcore.prediction import Engine
from digitcore.ui.read.album import Album
from digitcore.ui.wording import about

STEP_SECONDS = 0.5


def read_on(kept: Album, engine: Engine) -> None:
    """Reads for a step, and runs the page again until all is read; a few pictures need no progress bar."""
    if kept.stopped:
        _stopped(kept)
    elif kept.unread:
        shows_progress = kept.under_way
        if shows_progress:
            with st.container(horizontal=True, vertical_alignment="center"):
                _progress(kept)
        kept.read_on(engine, STEP_SECONDS)
        if shows_progress or kept.unread:
            st.rerun()


def _progress(kept: Album) -> None:
    count = len(kept.pictures)
    done = count - len(kept.unread)
    # The button is first: it must not move under the mouse when what stood beside it goes.
    st.button("Stop", icon=":material/stop:", key="read_stop", on_click=kept.stop)
    st.progress(done / count, f"{done:,} of {count:,} · {about(kept.seconds_left)} left")


def _stopped(kept: Album) -> None:
    count, unread = len(kept.pictures), len(kept.unread)
    if unread:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Read the rest", icon=":material/play_arrow:", key="read_go_on", on_click=kept.go_on)
            st.caption(f"Stopped after {count - unread:,} of {count:,} pictures.", width="content")
