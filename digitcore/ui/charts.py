"""Charts, as Vega-Lite. Only the data of a chart changes, its specification hardly ever, so that nothing flickers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.runs import metrics
from digitcore.runs.observations import Observation
from digitcore.runs.steering import Event, EventName
from digitcore.ui import palette

HEIGHT, LOW_HEIGHT = 320, 180
FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95)
BAND = 24
"""The height of the space above a plot for marks, in pixels."""
BAND_CHARACTERS = 56
"""How many characters of labels fit side by side above a plot as narrow as on a phone."""
LEAST_LOSS = 1e-5
"""A logarithmic axis has no place for 0."""
LOSS_AXIS = {"scale": {"type": "log", "nice": False}, "axis": {"format": "~g", "tickCount": 5}}
EPOCHS = {"type": "quantitative", "title": "Epoch"}
TOOLTIP = [{"field": "epoch", "type": "quantitative", "format": ".2f"}, {"field": "text", "title": "Event"}]
TRAINING, VALIDATION, MARK = "Training", "Validation", "Mark"
COLOURS = {TRAINING: palette.TRAINING, VALIDATION: palette.VALIDATION}


def curve_chart(curves: pd.DataFrame, marks: pd.DataFrame, value: str, title: str, epochs: int, key: str) -> None:
    """A figure over the epochs, with a mark for each event.

    `curves` has epoch, value and series, as `curves_of` gives them; `marks` is what `marks_of` gives.
    """
    spec = {
        "height": LOW_HEIGHT if value == "learning_rate" else HEIGHT,
        "encoding": {
            "x": {"field": "epoch", **EPOCHS, "scale": {"domain": [0, epochs]}},
        },
        "layer": [
            # First, so that the curves are drawn over it.
            _labelled({"type": "rule", "strokeDash": [3, 3], "opacity": 0.35}, {}),
            _line(value, curves["value"]),
            {**_line(value, curves["value"]), "mark": {"type": "point", "filled": True, "size": 50, "clip": True}}
            | {"transform": [_only(VALIDATION)]},
            _mark({"type": "rule", "strokeWidth": 2}, {"y": {"value": -8}, "y2": {"value": 0}}),
            # Wide enough for a finger.
            _mark({"type": "square", "size": 150, "opacity": 0.01}, {"y": {"value": -5}, "tooltip": TOOLTIP}),
            _labelled(
                {"type": "text", "align": "left", "fontSize": 11},
                {"x": {"field": "at", **EPOCHS}, "y": {"value": -15}, "text": {"field": "label"}, "tooltip": TOOLTIP},
            ),
        ],
    }
    st.markdown(f"**{title}**")
    data = pd.concat([curves, marks], ignore_index=True)
    st.vega_lite_chart(data, spec, key=key, width="stretch", alt=f"{title} over the epochs")


def _mark(mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    """A layer of the marks."""
    return {"transform": [_only(MARK)], "mark": {"color": palette.RULE, **mark}, "encoding": encoding}


def _labelled(mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    """A layer of the marks that have a label."""
    layer = _mark(mark, encoding)
    return layer | {"transform": [*layer["transform"], {"filter": "datum.label != ''"}]}


def _line(value: str, values: pd.Series) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.series != '{MARK}'"}],
        "mark": {"type": "line", "strokeWidth": 2, "clip": True},
        "encoding": {
            "y": {"field": "value", "type": "quantitative", "title": None, **_scale(value, values)},
            "color": {
                "field": "series",
                "type": "nominal",
                "title": None,
                "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
                "legend": None if value == "learning_rate" else {"orient": "top", "offset": BAND},
            },
            "tooltip": [
                {"field": "series", "title": "Split"},
                {"field": "epoch", "type": "quantitative", "format": ".2f"},
                {"field": "value", "type": "quantitative", "format": ".4~g"},
            ],
        },
    }


def _scale(value: str, values: pd.Series) -> dict[str, Any]:
    """The axis of a figure, which shows more detail near a loss of 0 and an accuracy of 1.

    The accuracy's lowest tick rises in few steps, as each changes the specification, and the chart is drawn anew.
    """
    if value == "learning_rate":
        return {"scale": {"zero": True, "nice": True}, "axis": {"format": "~g", "tickCount": 4}}
    if value == "loss":
        return LOSS_AXIS
    return {"scale": {"domain": [lowest_tick(values, FLOORS), 1]}, "axis": {"format": ".0%"}}


def lowest_tick(values: pd.Series, floors: Sequence[float]) -> float:
    """The highest of `floors` that nine in ten of the values are above."""
    tenth = float(values.quantile(0.1)) if len(values) else 0.0
    return max(floor for floor in floors if floor <= max(tenth, 0.0))


def _only(series: str) -> dict[str, Any]:
    return {"filter": f"datum.series == '{series}'"}


def curves_of(
    columns: dict[str, np.ndarray], finished: list[metrics.Row], value: str, batches: int, smoothing: float
) -> pd.DataFrame:
    """Training's figure for each batch, smoothed, and validation's for each finished epoch: epoch, value, series.

    `columns` is what `metrics.columns` gives.
    """
    steps, values = metrics.curve(columns["step"], columns[value], smoothing)
    training = pd.DataFrame({"epoch": steps / max(batches, 1), "value": values, "series": TRAINING})
    if value == "learning_rate":
        return training
    validation = pd.DataFrame(
        {
            "epoch": [float(row.epoch) for row in finished],
            "value": [getattr(row, f"val_{value}") for row in finished],
            "series": VALIDATION,
        }
    )
    curves = pd.concat([training, validation], ignore_index=True)
    return curves.assign(value=curves["value"].clip(lower=LEAST_LOSS))


def marks_of(events: list[Event], batches: int, epochs: int) -> pd.DataFrame:
    """The marks of events: epoch, text, label, the place where the label begins, and series.

    The label is the text where that fits beside the other labels; else it is empty, and the tooltip has the text.
    """
    texts: dict[float, list[str]] = {}
    for event in sorted(events, key=lambda event: event.step):
        if event.name is not EventName.BEGIN:
            texts.setdefault(event.step / max(batches, 1), []).append(_event_text(event))
    rows, free = [], 0.0
    for place, at_place in texts.items():
        text = ", ".join(at_place)
        width = epochs * (len(text) + 1) / BAND_CHARACTERS
        # A label near the end is moved to the left, so that it is not cut off.
        start = max(min(place, epochs - width), 0.0)
        fits = start >= free
        free = start + width if fits else free
        rows.append((place, text, text if fits else "", start, MARK))
    return pd.DataFrame(rows, columns=["epoch", "text", "label", "at", "series"])


def _event_text(event: Event) -> str:
    if event.name is EventName.RATE:
        return f"rate {event.value}" if event.value else "rate as scheduled"
    if event.name is EventName.EPOCHS:
        return f"{event.value} epochs"
    return f"{event.value} checkpoint damaged" if event.name is EventName.DAMAGED else event.name.value


def confusion_chart(confusion: list[list[int]], key: str) -> None:
    """Validation's confusion matrix, coloured within each row: what is read right in blue, wrong in red."""
    cells, spec = _confusion(confusion)
    st.vega_lite_chart(cells, spec, key=key, width="stretch", alt="Confusion matrix of the validation digits")


def confusion_choice(confusion: list[list[int]], key: str) -> list[tuple[int, int]]:
    """The confusion matrix of test digits; returns the label and the answer of the cells that are clicked."""
    cells, spec = _confusion(confusion)
    rects = spec["layer"][0]
    rects["params"] = [{"name": "cell", "select": {"type": "point", "fields": ["label", "answer"]}}]
    chosen = {"param": "cell", "empty": False}
    rects["encoding"] |= {
        "stroke": {"condition": {**chosen, "value": palette.SELECTED}, "value": None},
        "strokeWidth": {"condition": {**chosen, "value": 3}, "value": 0},
    }
    alt = "Confusion matrix of the test digits"
    event = st.vega_lite_chart(cells, spec, key=key, width="stretch", alt=alt, on_select="rerun")
    return [(int(cell["label"]), int(cell["answer"])) for cell in event.selection.get("cell", [])]


def _confusion(confusion: list[list[int]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    cells = pd.DataFrame(
        [
            {"label": label, "answer": answer, "count": count, "share": count / max(sum(row), 1)}
            for label, row in enumerate(confusion)
            for answer, count in enumerate(row)
        ]
    )
    # Few digits are read wrong; even a single one gets a tint that can be seen.
    wrong = -(0.8 + cells["share"] ** 0.5).clip(upper=1).where(cells["count"] > 0, 0)
    cells["tint"] = cells["share"].where(cells["label"] == cells["answer"], wrong)
    axes = {
        "x": {"field": "answer", "type": "ordinal", "title": "Read as", "axis": {"labelAngle": 0, "orient": "top"}},
        "y": {"field": "label", "type": "ordinal", "title": "Label"},
    }
    colour = {"field": "tint", "type": "quantitative", "legend": None}
    spec = {
        "height": 420,
        "encoding": axes,
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 3},
                "encoding": {
                    "color": {
                        **colour,
                        "scale": {"domain": [-1, 0, 1], "range": [palette.WRONG, palette.NO_TINT, palette.RIGHT]},
                    },
                    "tooltip": [
                        {"field": "label", "title": "Label"},
                        {"field": "answer", "title": "Read as"},
                        {"field": "count", "title": "Digits"},
                        {"field": "share", "title": "Of that digit", "format": ".1%"},
                    ],
                },
            },
            {
                "transform": [{"filter": "datum.count > 0"}],
                "mark": {"type": "text", "fontSize": 12},
                "encoding": {
                    "text": {"field": "count"},
                    "color": {
                        "condition": {"test": "abs(datum.tint) > 0.3", "value": palette.COUNT_ON_TINT},
                        "value": palette.COUNT,
                    },
                },
            },
        ],
    }
    return cells, spec


def probabilities_chart(observations: list[Observation], epochs: int, key: str) -> None:
    """The ten probabilities of the pinned drawing over the epochs."""
    lines = pd.DataFrame(
        [
            {"epoch": observation.epoch, "digit": digit, "share": share}
            for observation in observations
            for digit, share in enumerate(observation.pinned or [])
        ]
    )
    spec = {
        "height": HEIGHT,
        "mark": {"type": "line", "point": {"size": 40}, "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "epoch",
                "type": "quantitative",
                "title": "Epoch",
                "scale": {"domain": [0, epochs]},
                "axis": {"tickMinStep": 1},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": None,
                "axis": {"format": ".0%"},
                "scale": {"domain": [0, 1]},
            },
            "color": {"field": "digit", "type": "nominal", "title": "Digit", "scale": {"scheme": palette.DIGITS}},
            "tooltip": [{"field": "epoch"}, {"field": "digit"}, {"field": "share", "format": ".1%"}],
        },
    }
    st.vega_lite_chart(lines, spec, key=key, width="stretch", alt="The pinned drawing's probabilities over the epochs")
