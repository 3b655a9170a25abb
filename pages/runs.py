"""Every run: find it, compare it, download what it made."""

import streamlit as st

from digitcore.runs import catalogue, trash
from digitcore.runs.catalogue import Entry
from digitcore.ui import shell
from digitcore.ui.runs import address as runs_address
from digitcore.ui.runs import deletion, table
from digitcore.ui.runs.comparison import comparison_view
from digitcore.ui.runs.details import run_details
from digitcore.ui.wording import plain


def runs() -> None:
    """The table, and below it what is ticked."""
    entries = catalogue.entries()
    if not entries:
        st.info("No run yet. Start one on the training page, and it appears here.", icon=":material/table_chart:")
        return
    shown = table.filtered(entries)
    table.table(shown)
    ticked = existing(entries)
    actions(len(shown), len(entries), ticked)
    if len(ticked) == 1:
        run_details(ticked[0])
    elif ticked:
        comparison_view(ticked)
    # A dialog would blink each time that the page is run again.
    if not deletion.confirmation():
        table.watch(entries)


def existing(entries: list[Entry]) -> list[Entry]:
    """The ticked runs that exist, in the order in which they were ticked; a warning for each that does not."""
    by_id = {entry.id: entry for entry in entries}
    ticked: list[str] = st.session_state[runs_address.TICKED]
    for run_id in (run_id for run_id in ticked if run_id not in by_id):
        st.warning(f"There is no run '{plain(run_id)}'; it may have been deleted.", icon=":material/search_off:")
    return [by_id[run_id] for run_id in ticked if run_id in by_id]


def actions(shown: int, count: int, ticked: list[Entry]) -> None:
    """How many runs there are, and what can be done with those that are ticked."""
    with st.container(horizontal=True, vertical_alignment="center"):
        runs = f"{count:,} {'run' if count == 1 else 'runs'}"
        hint = f"{len(ticked)} ticked" if ticked else "tick one to see its details, several to compare them"
        st.caption(f"{runs if shown == count else f'{shown:,} of {runs}'} · {hint}", width="stretch")
        st.button(
            "Untick all",
            icon=":material/deselect:",
            key="runs_untick",
            on_click=untick,
            disabled=not st.session_state[runs_address.TICKED],
        )
        st.button(
            "Delete",
            icon=":material/delete:",
            key="runs_delete",
            on_click=deletion.ask,
            args=([entry.id for entry in ticked],),
            disabled=not ticked,
        )


def untick() -> None:
    """Unticks every run."""
    st.session_state[runs_address.TICKED] = []


shell.enter(leave=deletion.leave)
trash.purge_old()
runs_address.agree()
deletion.undo_row()
runs()
