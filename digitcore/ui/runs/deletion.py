"""Deleting runs: asked twice, and undone until the page is left."""

import streamlit as st

from digitcore import runs
from digitcore.errors import DigitError
from digitcore.runs import Run, description, trash
from digitcore.runs.trash import Removed
from digitcore.ui.runs.address import TICKED
from digitcore.ui.wording import plain

ASKED = "runs_asked"
REMOVED = "runs_removed"
REFUSED = "runs_refused"
"""Lines that say what could not be done, each shown once."""


def ask(ids: list[str]) -> None:
    """Asks for a second time, in a dialog, at the page's next run."""
    st.session_state[ASKED] = ids


def asking() -> bool:
    """Shows the dialog for as long as it is neither answered nor put away; gives whether it is shown."""
    ids = st.session_state.get(ASKED)
    if ids:
        _dialog(ids)
    return bool(ids)


def undoing() -> None:
    """A line that says what was deleted last, with the button that brings it back; and what could not be."""
    for line in st.session_state.pop(REFUSED, []):
        st.warning(line[0].upper() + line[1:], icon=":material/error:")
    if not st.session_state.get(REMOVED):
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/delete: Deleted {_called(st.session_state[REMOVED][-1])}", width="content")
        st.button("Undo", icon=":material/undo:", key="runs_undo", on_click=_undo)


def leave() -> None:
    """To be called when the page is left: what was deleted on it is deleted for good."""
    st.session_state.pop(ASKED, None)
    for removed in sum(st.session_state.pop(REMOVED, []), []):
        trash.purge(removed)


def _forget() -> None:
    st.session_state.pop(ASKED, None)


@st.dialog("Delete?", icon=":material/delete:", on_dismiss=_forget)
def _dialog(ids: list[str]) -> None:
    about = [description.about(_run(run_id)).name or run_id for run_id in ids]
    what = f"**{plain(about[0])}**" if len(ids) == 1 else f"**{len(ids)} runs**"
    st.markdown(f"{what} with checkpoints and curves. You can undo this until you leave or reload the page.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="runs_cancel"):
            _forget()
            st.rerun()
        if st.button("Delete", key="runs_confirm", type="primary", icon=":material/delete:"):
            _remove(ids)
            _forget()
            st.rerun()


def _remove(ids: list[str]) -> None:
    gone: list[Removed] = []
    for run_id in ids:
        try:
            gone.append(trash.remove(_run(run_id)))
        except DigitError as error:
            st.session_state.setdefault(REFUSED, []).append(str(error))
    if gone:
        st.session_state.setdefault(REMOVED, []).append(gone)
    away = {removed.id for removed in gone}
    st.session_state[TICKED] = [run_id for run_id in st.session_state[TICKED] if run_id not in away]


def _undo() -> None:
    """Brings back what was deleted last."""
    for removed in st.session_state[REMOVED].pop():
        try:
            st.session_state[TICKED] = [*st.session_state[TICKED], trash.restore(removed).id]
        except DigitError as error:
            st.session_state.setdefault(REFUSED, []).append(str(error))


def _called(gone: list[Removed]) -> str:
    return plain(gone[0].name) if len(gone) == 1 else f"{len(gone)} runs"


def _run(run_id: str) -> Run:
    return runs.by_id(run_id)
