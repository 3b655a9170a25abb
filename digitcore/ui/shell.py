"""The frame around every page: its navigation, and its opening by any address."""

from collections.abc import Callable

import streamlit as st

from digitcore import settings

DRAW = settings.PROJECT / "pages" / "draw.py"
TRAIN = settings.PROJECT / "pages" / "train.py"
EVALUATE = settings.PROJECT / "pages" / "evaluate.py"
EXPLORE = settings.PROJECT / "pages" / "explore.py"
RUNS = settings.PROJECT / "pages" / "runs.py"
STYLE = """<style>
.stMainBlockContainer { padding-top: 6rem }
[data-testid=stStatusWidget] * { transition: none !important; animation: none !important }
</style>"""
"""Streamlit leaves a seventh of the screen empty above the first element. And what is looked at each second is not to
set anything in motion: without a graphics card that takes a twentieth of a core from the training."""
ICON = settings.PROJECT / "docs" / "images" / "icon.png"


def run() -> None:
    """Runs the page that the address asks for."""
    st.session_state["shell_entered"] = True
    page = _navigation()
    # After the navigation, whose pages' icons would else be fetched from the web to be the tab's.
    st.set_page_config(page_title=f"{page.title} · Digit dashboard", page_icon=ICON, layout="wide")
    st.html(STYLE)
    page.run()


def enter(leave: Callable[[], None] | None = None) -> None:
    """To be called first by every page. `leave` is called once another page is entered.

    On a server that has not yet run app.py, Streamlit finds the folder pages/ and runs the page's file alone, in the
    way of its older multipage apps (`_mpa_v1` in streamlit/runtime/scriptrunner). Declaring the navigation ends that,
    and the rerun comes back through app.py.
    """
    if "shell_entered" not in st.session_state:
        st.session_state["shell_entered"] = True
        _navigation()
        st.rerun()
    before = st.session_state.get("shell_leave")
    if before and before != leave:
        before()
    st.session_state["shell_leave"] = leave


def _navigation() -> st.Page:
    return st.navigation(
        [
            st.Page(DRAW, title="Draw", icon=":material/draw:", default=True),
            st.Page(TRAIN, title="Train", icon=":material/model_training:"),
            st.Page(EVALUATE, title="Evaluate", icon=":material/query_stats:"),
            st.Page(EXPLORE, title="Explore", icon=":material/travel_explore:"),
            st.Page(RUNS, title="Runs", icon=":material/table_chart:"),
        ],
        position="top",
    )
