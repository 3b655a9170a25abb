"""All pictures in a table, the least sure first, and as files to take away."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit import column_config

from digitcore.prediction import records
from digitcore.ui.read.album import Album, Picture

TABLE = "read_table"
ROW_HEIGHT, HEADER_HEIGHT, MOST_ROWS = 48, 38, 10
MOST_CONFIDENT = 99.9
STYLE = "<style>.st-key-read_table [aria-label^='Download as CSV'] { display: none }</style>"
"""The table's own download would have the pictures in it, and formulas that a spreadsheet computes."""


def by_doubt(pictures: Sequence[Picture]) -> list[Picture]:
    """The pictures with digits, the least sure first, then those without."""
    return sorted(pictures, key=_doubt)


def table(kept: Album, pictures: Sequence[Picture], shown: Picture) -> None:
    """Shows the pictures in this order; the one in the row that someone clicks is picked."""
    numbers = [picture.number for picture in pictures]
    _mark(numbers.index(shown.number))
    st.html(STYLE)
    st.dataframe(
        _frame(pictures),
        key=TABLE,
        column_config=_columns(),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * min(len(pictures), MOST_ROWS) + HEADER_HEIGHT,
        on_select=partial(_pick, kept, numbers),
        selection_mode=["single-row", "single-cell"],
        alt="All pictures, the least sure first",
    )


def downloads(kept: Album) -> None:
    """All results as CSV and as JSON, in the order in which the pictures came."""
    with st.container(horizontal=True):
        _download(kept, "csv", as_csv, "text/csv", "table")
        _download(kept, "json", as_json, "application/json", "data_object")


def as_csv(pictures: Sequence[Picture]) -> str:
    """A header, and a line for each picture that has been read."""
    rows = (picture.outcome.row for picture in pictures if picture.outcome)
    return "".join(f"{records.csv_line(row)}\n" for row in (records.COLUMNS, *rows))


def as_json(pictures: Sequence[Picture]) -> str:
    """A list of what `predict --json` prints for each picture."""
    return json.dumps([picture.outcome.record for picture in pictures if picture.outcome], indent=1)


def _download(kept: Album, kind: str, make: Callable[[Sequence[Picture]], str], mime: str, icon: str) -> None:
    """A button that makes the file once it is pressed."""
    st.download_button(
        kind.upper(),
        lambda: make(kept.pictures),
        f"readings.{kind}",
        mime,
        icon=f":material/{icon}:",
        key=f"read_{kind}",
        on_click="ignore",
    )


def _doubt(picture: Picture) -> tuple[bool, float]:
    confidence = picture.outcome.confidence if picture.outcome else None
    return confidence is None, confidence or 0.0


def _mark(row: int) -> None:
    """Selects the row of the picture that is shown: rows move when pictures come, and a cell may be selected."""
    selection = st.session_state[TABLE]["selection"] if TABLE in st.session_state else {}
    if selection.get("rows") != [row] or selection.get("cells"):
        st.session_state[TABLE] = {"selection": {"rows": [row], "columns": [], "cells": []}}


def _pick(kept: Album, numbers: Sequence[int]) -> None:
    """Picks the picture of the cell that someone clicks, or of the row that someone ticks."""
    selection = st.session_state[TABLE]["selection"]
    rows = [row for row, _ in selection["cells"]] or selection["rows"]
    if rows and rows[0] < len(numbers):
        kept.picked = numbers[rows[0]]


def _frame(pictures: Sequence[Picture]) -> pd.DataFrame:
    outcomes = [picture.outcome for picture in pictures if picture.outcome]
    return pd.DataFrame(
        {
            "picture": [outcome.thumbnail for outcome in outcomes],
            "file": [picture.name for picture in pictures],
            "text": [outcome.text for outcome in outcomes],
            "confidence": [None if one.confidence is None else _percentage(one.confidence) for one in outcomes],
            "accepted": [outcome.accepted for outcome in outcomes],
        }
    )


def _percentage(confidence: float) -> float:
    """In percent, and never rounded up to 100."""
    return min(MOST_CONFIDENT, 100 * confidence)


def _columns() -> dict[str, Any]:
    return {
        "picture": column_config.ImageColumn("Picture", width=85),
        "file": column_config.TextColumn("File", width=140),
        "text": column_config.TextColumn("Text", width=100),
        "confidence": column_config.NumberColumn("Confidence", format="%.1f%%", width=90),
        "accepted": column_config.CheckboxColumn("Accepted", width=75),
    }
