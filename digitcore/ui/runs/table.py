"""The table of all runs, with what narrows it down above it; rows are ticked."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit import column_config

from digitcore import naming
from digitcore.runs import ACTIVE, State, catalogue
from digitcore.runs.catalogue import Entry
from digitcore.ui.actions import BADGES
from digitcore.ui.runs.address import DATA, PRESETS, SEARCH, STATES, TICKED

TABLE = "runs_table"
POLL_SECONDS = 2.0
COLOURS = {"blue": "#5b6cff", "orange": "#d9822b", "green": "#2e9e6b", "red": "#d64550"}


def narrow(entries: Sequence[Entry]) -> list[Entry]:
    """The widgets that narrow the table down, in one row; gives the runs that are left."""
    with st.container(horizontal=True, gap="medium"):
        words = {"type": "search", "live": True, "placeholder": "Name or note", "width": 240}
        sought = st.text_input("Search", key=SEARCH, persist_state="session", **words)
        states = _pills("State", [state.value for state in State if _has(entries, "state", state)], STATES)
        data = _pills("Data", sorted({entry.data for entry in entries} - {""}), DATA)
        presets = _pills("Preset", sorted({entry.preset for entry in entries} - {""}), PRESETS)
    return [
        entry
        for entry in entries
        if _matches(entry, sought)
        and _among(entry.state, states)
        and _among(entry.data, data)
        and _among(entry.preset, presets)
    ]


def table(shown: Sequence[Entry]) -> None:
    """Shows the runs; what is ticked is in the session's state, by id, in the order in which it was ticked."""
    if not shown:
        st.caption("No run is like that. Take a filter away to see more.")
        return
    ids = tuple(entry.id for entry in shown)
    _tick_what_is_ticked(ids)
    st.dataframe(
        _frame(shown),
        key=TABLE,
        column_config=_columns(),
        hide_index=True,
        placeholder="–",
        on_select=partial(_hear, ids),
        selection_mode="multi-row",
        alt="All runs",
    )


def watch(entries: Sequence[Entry]) -> None:
    """Runs the page anew when a run that is at work or in line has got on; looks now and then while there is one."""
    seen = _progress(entries)
    if seen:
        st.fragment(_look, run_every=POLL_SECONDS)(seen)


def _look(seen: set[tuple[str, str, int]]) -> None:
    if _progress(catalogue.entries()) != seen:
        st.rerun()


def _progress(entries: Iterable[Entry]) -> set[tuple[str, str, int]]:
    return {(entry.id, entry.state, entry.epochs_done) for entry in entries if entry.state in ACTIVE}


def _pills(label: str, options: list[str], key: str) -> list[str]:
    """A choice of several; what is chosen already is offered too, though no run be like it any more."""
    offered = list(dict.fromkeys([*options, *st.session_state[key]]))
    shared = {"selection_mode": "multi", "persist_state": "session", "format_func": _state_label, "wrap": True}
    return st.pills(label, offered, key=key, **shared)


def _state_label(option: str) -> str:
    return BADGES[option][0] if option in BADGES else option


def _has(entries: Iterable[Entry], field: str, value: str) -> bool:
    return any(getattr(entry, field) == value for entry in entries)


def _matches(entry: Entry, sought: str) -> bool:
    """Whether each word sought is in the run's name, id or note."""
    text = f"{entry.name} {entry.id} {entry.note}".casefold()
    return all(word in text for word in sought.casefold().split())


def _among(value: str, chosen: Sequence[str]) -> bool:
    return not chosen or value in chosen


def _tick_what_is_ticked(ids: tuple[str, ...]) -> None:
    """A table knows its ticks by row, and rows move when runs come, go, or are filtered."""
    ticked = set(st.session_state[TICKED])
    rows = [row for row, run_id in enumerate(ids) if run_id in ticked]
    if sorted(_selected_rows()) != rows:
        st.session_state[TABLE] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _hear(ids: tuple[str, ...], /) -> None:
    """Takes over the rows' ticks; those of runs that the filters hide stay."""
    now = [ids[row] for row in _selected_rows() if row < len(ids)]
    kept = [run_id for run_id in st.session_state[TICKED] if run_id not in ids or run_id in now]
    st.session_state[TICKED] = kept + [run_id for run_id in now if run_id not in kept]


def _selected_rows() -> list[int]:
    return st.session_state[TABLE]["selection"]["rows"] if TABLE in st.session_state else []


def _frame(shown: Sequence[Entry]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": list(naming.distinct({entry.id: entry.name for entry in shown}).values()),
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
    colours = [COLOURS[colour] for _, colour, _ in states]
    return {
        "name": column_config.TextColumn("Name", width=200),
        "state": column_config.MultiselectColumn(
            "State", options=[label for label, _, _ in states], color=colours, width=100
        ),
        "validation": column_config.NumberColumn("Validation", format="%.2f%%", width=85, help="The best epoch's."),
        "test": column_config.NumberColumn("Test", format="%.2f%%", width=75, help="The best checkpoint's."),
        "data": column_config.TextColumn("Data", width=75),
        "preset": column_config.TextColumn("Preset", width=75),
        "created": column_config.DatetimeColumn("Started", format="distance", width=110),
        "took": column_config.NumberColumn("Took", format="compact", width=85, help="Hours, minutes and seconds."),
        "done": column_config.NumberColumn("Epochs", width=65, help="Done so far."),
        "epochs": column_config.NumberColumn("Planned", width=70, help="Epochs."),
        "note": column_config.TextColumn("Note", width=145),
    }
