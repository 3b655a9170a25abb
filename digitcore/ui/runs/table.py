"""The table of all runs, with filters above it; runs are ticked in it."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit import column_config

from digitcore import naming
from digitcore.runs import ACTIVE, State, catalogue
from digitcore.runs.catalogue import Entry
from digitcore.ui import palette
from digitcore.ui.actions import BADGES
from digitcore.ui.runs.address import DATA, PRESETS, SEARCH, STATES, TICKED

TABLE = "runs_table"
POLL_SECONDS = 2.0


def filtered(entries: Sequence[Entry]) -> list[Entry]:
    """The widgets that filter the table, in one row; returns the runs that are left."""
    with st.container(horizontal=True, gap="medium"):
        searched = st.text_input(
            "Search",
            key=SEARCH,
            persist_state="session",
            type="search",
            live=True,
            placeholder="Name or note",
            width=240,
        )
        present = {entry.state for entry in entries}
        states = _pills("State", [state.value for state in State if state in present], STATES)
        data = _pills("Data", sorted({entry.data for entry in entries} - {""}), DATA)
        presets = _pills("Preset", sorted({entry.preset for entry in entries} - {""}), PRESETS)
    return [
        entry
        for entry in entries
        if _matches(entry, searched)
        and _is_among(entry.state, states)
        and _is_among(entry.data, data)
        and _is_among(entry.preset, presets)
    ]


def table(shown: Sequence[Entry]) -> None:
    """Shows the runs; the ids of those that are ticked are in the session's state, in the order of the ticks."""
    if not shown:
        st.caption("No run matches. Remove a filter to see more.")
        return
    ids = tuple(entry.id for entry in shown)
    _restore_ticks(ids)
    st.dataframe(
        _frame(shown),
        key=TABLE,
        column_config=_columns(),
        hide_index=True,
        placeholder="–",
        on_select=partial(_take_over_ticks, ids),
        selection_mode="multi-row",
        alt="All runs",
    )


def watch(entries: Sequence[Entry]) -> None:
    """Runs the page again when an active run has made progress; checks that now and then while there is one."""
    progress = _progress(entries)
    if progress:
        st.fragment(_check, run_every=POLL_SECONDS)(progress)


def _check(progress: set[tuple[str, str, int]]) -> None:
    if _progress(catalogue.entries()) != progress:
        st.rerun()


def _progress(entries: Iterable[Entry]) -> set[tuple[str, str, int]]:
    return {(entry.id, entry.state, entry.epochs_done) for entry in entries if entry.state in ACTIVE}


def _pills(label: str, options: list[str], key: str) -> list[str]:
    """A choice of several; what is chosen already stays an option, even if no run has it any more."""
    return st.pills(
        label,
        list(dict.fromkeys([*options, *st.session_state[key]])),
        key=key,
        selection_mode="multi",
        persist_state="session",
        format_func=_state_label,
        wrap=True,
    )


def _state_label(option: str) -> str:
    """The label of a state; any other option stays as it is."""
    return BADGES[State(option)][0] if option in list(State) else option


def _matches(entry: Entry, searched: str) -> bool:
    """Whether each word searched for is in the run's name, id or note."""
    text = f"{entry.name} {entry.id} {entry.note}".casefold()
    return all(word in text for word in searched.casefold().split())


def _is_among(value: str, chosen: Sequence[str]) -> bool:
    return not chosen or value in chosen


def _restore_ticks(ids: tuple[str, ...]) -> None:
    """Ticks the right rows: the table knows its ticks by row, and rows move when runs come, go, or are filtered."""
    ticked = set(st.session_state[TICKED])
    rows = [row for row, run_id in enumerate(ids) if run_id in ticked]
    if sorted(_selected_rows()) != rows:
        st.session_state[TABLE] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _take_over_ticks(ids: tuple[str, ...], /) -> None:
    """Takes over the ticks of the rows; runs that the filters hide stay ticked."""
    now = [ids[row] for row in _selected_rows() if row < len(ids)]
    before = [run_id for run_id in st.session_state[TICKED] if run_id not in ids or run_id in now]
    st.session_state[TICKED] = before + [run_id for run_id in now if run_id not in before]


def _selected_rows() -> list[int]:
    rows: list[int] = st.session_state[TABLE]["selection"]["rows"] if TABLE in st.session_state else []
    return rows


def _frame(shown: Sequence[Entry]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": list(naming.distinct_names({entry.id: entry.name for entry in shown}).values()),
            "state": [[_state_label(entry.state)] for entry in shown],
            "validation": [_percent(entry.best_accuracy) for entry in shown],
            "test": [_percent(entry.test_accuracy) for entry in shown],
            "data": [entry.data for entry in shown],
            "preset": [entry.preset for entry in shown],
            "created": pd.to_datetime([entry.created for entry in shown], utc=True),
            "took": pd.to_timedelta([round(entry.seconds) for entry in shown], unit="s"),
            "done": [entry.epochs_done for entry in shown],
            "epochs": [entry.epochs for entry in shown],
            "note": [entry.note.replace("\n", " ") for entry in shown],
        }
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _columns() -> dict[str, Any]:
    states = [BADGES[state] for state in State]
    colours = [palette.BADGES[colour] for _, colour, _ in states]
    return {
        "name": column_config.TextColumn("Name", width=200),
        "state": column_config.MultiselectColumn(
            "State", options=[label for label, _, _ in states], color=colours, width=100
        ),
        "validation": column_config.NumberColumn(
            "Validation", format="%.2f%%", width=85, help="Validation accuracy of the best epoch."
        ),
        "test": column_config.NumberColumn(
            "Test", format="%.2f%%", width=75, help="Test accuracy of the best checkpoint."
        ),
        "data": column_config.TextColumn("Data", width=75),
        "preset": column_config.TextColumn("Preset", width=75),
        "created": column_config.DatetimeColumn("Started", format="distance", width=110),
        "took": column_config.NumberColumn("Took", format="compact", width=85, help="Hours, minutes and seconds."),
        "done": column_config.NumberColumn("Epochs", width=65, help="Finished epochs."),
        "epochs": column_config.NumberColumn("Planned", width=70, help="Planned epochs."),
        "note": column_config.TextColumn("Note", width=145),
    }
