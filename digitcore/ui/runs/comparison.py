"""Runs beside each other: their curves in one chart, which is best, and what differs in recipe and steering."""

import html
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from digitcore import naming, runs
from digitcore.errors import DigitError
from digitcore.runs import ACTIVE, comparison, metrics
from digitcore.runs.catalogue import Entry
from digitcore.ui import palette
from digitcore.ui.charts import LEAST_LOSS, LOSS_AXIS, lowest_tick
from digitcore.ui.choices import choose_one
from digitcore.ui.metric_rows import rows_of
from digitcore.ui.runs.address import CURVE, CURVES, MOST_SMOOTHING, SMOOTHING
from digitcore.ui.wording import plain, sentence

HEIGHT = 340
LEGEND_HEIGHT = 25
FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
_LEGEND = {"orient": "top", "columns": 2, "labelLimit": 150, "symbolType": "stroke"}
"""Two names of that width are as wide as a phone."""


def comparison_view(ticked: Sequence[Entry]) -> None:
    """Which of the runs is best, their curves, and what differs in their recipes."""
    best, *details = comparison.verdict(ticked)
    st.html(f'<div style="font-size:1.25rem;font-weight:600">{html.escape(best)}</div>')
    if details:
        st.caption(plain(" ".join(details)))
    curves(ticked)
    _differences(ticked)


def curves(ticked: Sequence[Entry]) -> None:
    """The runs' curves in one chart, and the choice of which."""
    drawn = ticked[: len(palette.RUNS)]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        value = choose_one("Curve", list(CURVES), CURVE, format_func=CURVES.__getitem__, label_hidden=True)
        if value == "loss":
            st.slider("Smoothing", 0.0, MOST_SMOOTHING, step=0.01, key=SMOOTHING, persist_state="session", width=200)
    if len(drawn) < len(ticked):
        st.caption(f"The first {len(drawn)} of the {len(ticked)} ticked runs are drawn.")
    lines = [_points(entry, name, value) for entry, name in zip(drawn, names(drawn), strict=True)]
    points = pd.concat(lines)
    if points.empty:
        st.caption("No curve yet: none of these runs has finished an epoch.")
        return
    spec = _spec(value, names(drawn), points["value"], max(map(_span, drawn, lines)))
    st.vega_lite_chart(points, spec, key="runs_curves", width="stretch", alt=f"{CURVES[value]} over the epochs")


def names(entries: Sequence[Entry]) -> list[str]:
    """The runs' names; a name that several have is followed by the id."""
    return list(naming.distinct_names({entry.id: entry.name for entry in entries}).values())


def _points(entry: Entry, name: str, value: str) -> pd.DataFrame:
    """A run's curve: the batches' training loss, smoothed, or each epoch's validation figure."""
    run = runs.by_id(entry.id)
    rows = rows_of(run)
    if value == "loss":
        columns = metrics.columns(rows)
        steps, losses = metrics.curve(columns["step"], columns["loss"], st.session_state[SMOOTHING])
        epochs, values = (steps / max(run.written_status().batches, 1)).tolist(), losses.tolist()
    else:
        finished = metrics.epochs(rows)
        epochs, values = [float(row.epoch) for row in finished], [getattr(row, value) for row in finished]
    points = pd.DataFrame({"epoch": epochs, "value": values, "run": name}).astype({"epoch": float, "value": float})
    return points.assign(value=points["value"].clip(lower=LEAST_LOSS))


def _span(entry: Entry, points: pd.DataFrame) -> int:
    """How many epochs the run's curve needs room for: those planned; once it has ended, those it had."""
    if entry.state in ACTIVE:
        return entry.epochs
    return 1 if points.empty else math.ceil(points["epoch"].max())


def _spec(value: str, drawn: list[str], values: pd.Series, epochs: int) -> dict[str, Any]:
    line: dict[str, Any] = {"type": "line", "strokeWidth": 2, "clip": True}
    return {
        "height": HEIGHT + LEGEND_HEIGHT * (len(drawn) // 2),
        "mark": line if value == "loss" else line | {"point": {"filled": True, "size": 45}},
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative", "title": "Epoch", **_epochs_scale(epochs)},
            "y": {"field": "value", "type": "quantitative", "title": None, **_scale(value, values)},
            "color": {
                "field": "run",
                "type": "nominal",
                "title": None,
                "scale": {"domain": drawn, "range": list(palette.RUNS[: len(drawn)])},
                "legend": _LEGEND if len(drawn) > 1 else None,
            },
            "tooltip": [
                {"field": "run", "title": "Run"},
                {"field": "epoch", "type": "quantitative", "format": ".2f" if value == "loss" else "d"},
                {"field": "value", "type": "quantitative", "format": ".2%" if value == "val_accuracy" else ".4f"},
            ],
        },
    }


def _epochs_scale(epochs: int) -> dict[str, Any]:
    return {"scale": {"domain": [0, epochs], "nice": False}, "axis": {"format": "d", "tickMinStep": 1}}


def _scale(value: str, values: pd.Series) -> dict[str, Any]:
    """The axis of a figure, which shows more detail near a loss of 0 and an accuracy of 1."""
    if value != "val_accuracy":
        return LOSS_AXIS
    floor = lowest_tick(values, FLOORS)
    return {"scale": {"domain": [floor, 1]}, "axis": {"format": ".1%" if floor >= 0.95 else ".0%"}}


def _differences(ticked: Sequence[Entry]) -> None:
    """The settings in which the recipes differ, and what was steered by hand, a column a run."""
    configs, column_names = {}, {}
    for entry, name in zip(ticked, names(ticked), strict=True):
        try:
            configs[entry.id], column_names[entry.id] = runs.by_id(entry.id).config, name
        except DigitError as error:
            st.warning(sentence(str(error)), icon=":material/error:")
    readable = [entry for entry in ticked if entry.id in configs]
    rows = [*comparison.differences(configs), *comparison.steering_differences(readable)]
    st.markdown("**What differs**")
    if not rows:
        st.caption("Nothing: the recipes are the same, and the runs were steered alike.")
        return
    columns = {column_names[run_id]: [_as_text(values[run_id]) for _, values in rows] for run_id in configs}
    # The labels are the index, as a run may have any name that a column could.
    frame = pd.DataFrame(columns, index=pd.Index([label for label, _ in rows], name="Setting"))
    st.dataframe(frame, column_config={"_index": st.column_config.TextColumn(width=170)}, key="runs_differences")


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
