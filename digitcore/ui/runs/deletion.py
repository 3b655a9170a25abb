"""Deleting runs, after a second question; it can be undone until the page is left."""

import streamlit as st

from digitcore import runs
from digitcore.errors import DigitError
from digitcore.runs import trash
from digitcore.runs.trash import Removed
from digitcore.ui.runs.address import TICKED
from digitcore.ui.wording import plain, sentence

TO_CONFIRM = "runs_asked"
REMOVED = "runs_removed"
ERRORS = "runs_refused"
"""Lines that say what was not possible, each shown once."""


def ask(ids: list[str]) -> None:
    """Opens the dialog that asks for a confirmation, at the page's next run."""
    st.session_state[TO_CONFIRM] = ids


def confirmation() -> bool:
    """Shows the dialog until it is answered or closed; returns whether it is shown."""
    ids = st.session_state.get(TO_CONFIRM)
    if ids:
        _dialog(ids)
    return bool(ids)


def undo_row() -> None:
    """A line that says what was deleted last, with a button to undo that; and lines for what was not possible."""
    for line in st.session_state.pop(ERRORS, []):
        st.warning(sentence(line), icon=":material/error:")
    if not st.session_state.get(REMOVED):
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/delete: Deleted {_description(st.session_state[REMOVED][-1])}", width="content")
        st.button("Undo", icon=":material/undo:", key="runs_undo", on_click=_undo)


def leave() -> None:
    """To be called when the page is left: deletes for good what was deleted on it."""
    st.session_state.pop(TO_CONFIRM, None)
    for removed in sum(st.session_state.pop(REMOVED, []), []):
        trash.purge(removed)


def _forget() -> None:
    st.session_state.pop(TO_CONFIRM, None)


@st.dialog("Delete?", icon=":material/delete:", on_dismiss=_forget)
def _dialog(ids: list[str]) -> None:
    what = f"**{plain(runs.by_id(ids[0]).name)}**" if len(ids) == 1 else f"**{len(ids)} runs**"
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
    removed: list[Removed] = []
    for run_id in ids:
        try:
            removed.append(trash.remove(runs.by_id(run_id)))
        except DigitError as error:
            st.session_state.setdefault(ERRORS, []).append(str(error))
    if removed:
        st.session_state.setdefault(REMOVED, []).append(removed)
    removed_ids = {run.id for run in removed}
    st.session_state[TICKED] = [run_id for run_id in st.session_state[TICKED] if run_id not in removed_ids]


def _undo() -> None:
    """Restores what was deleted last."""
    for removed in st.session_state[REMOVED].pop():
        try:
            st.session_state[TICKED] = [*st.session_state[TICKED], trash.restore(removed).id]
        except DigitError as error:
            st.session_state.setdefault(ERRORS, []).append(str(error))


def _description(removed: list[Removed]) -> str:
    return plain(removed[0].name) if len(removed) == 1 else f"{len(removed)} runs"
