"""Charts, as Vega-Lite: a constant specification whose data alone changes, so that nothing flickers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.runs import metrics
from digitcore.runs.observations import Observation
from digitcore.runs.steering import Event, EventName

HEIGHT, LOW_HEIGHT = 320, 180
FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95)
BAND = 24
"""The height of what is kept free above the plots for marks, in pixels."""
BAND_CHARACTERS = 56
"""How many characters of a mark's words fit side by side above a plot as wide as it is on a phone."""
LEAST_LOSS = 1e-5
"""A logarithmic axis has no place for 0."""
LOSS_AXIS = {"scale": {"type": "log", "nice": False}, "axis": {"format": "~g", "tickCount": 5}}
EPOCHS = {"type": "quantitative", "title": "Epoch"}
TOOLTIP = [{"field": "epoch", "type": "quantitative", "format": ".2f"}, {"field": "words", "title": "Steered"}]
TRAINING, VALIDATION, MARK = "Training", "Validation", "Mark"
RIGHT, WRONG, CHOSEN = "#5b6cff", "#e5484d", "#f2994a"
COLOURS = {TRAINING: "#8b9aff", VALIDATION: "#f2994a"}


def curve_chart(curves: pd.DataFrame, marks: pd.DataFrame, value: str, title: str, epochs: int, key: str) -> None:
    """A figure over the epochs, with a mark wherever the run was steered.

    `curves` has epoch, value and series, as `curves_of` gives it; `marks` is what `marks_of` gives.
    """
    spec = {
        "height": LOW_HEIGHT if value == "learning_rate" else HEIGHT,
        "encoding": {
            "x": {"field": "epoch", **EPOCHS, "scale": {"domain": [0, epochs]}},
        },
        "layer": [
            # First, so that the curves are drawn over it.
            _told({"type": "rule", "strokeDash": [3, 3], "opacity": 0.35}, {}),
            _line(value, curves["value"]),
            {**_line(value, curves["value"]), "mark": {"type": "point", "filled": True, "size": 50, "clip": True}}
            | {"transform": [_only(VALIDATION)]},
            _mark({"type": "rule", "strokeWidth": 2}, {"y": {"value": -8}, "y2": {"value": 0}}),
            # Wide enough to be met by a finger.
            _mark({"type": "square", "size": 150, "opacity": 0.01}, {"y": {"value": -5}, "tooltip": TOOLTIP}),
            _told(
                {"type": "text", "align": "left", "fontSize": 11},
                {"x": {"field": "at", **EPOCHS}, "y": {"value": -15}, "text": {"field": "label"}, "tooltip": TOOLTIP},
            ),
        ],
    }
    st.markdown(f"**{title}**")
    data = pd.concat([curves, marks], ignore_index=True)
    st.vega_lite_chart(data, spec, key=key, width="stretch", alt=f"{title} over the epochs")


def _mark(mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    """A layer that shows where the run was steered."""
    return {"transform": [_only(MARK)], "mark": {"color": "gray", **mark}, "encoding": encoding}


def _told(mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    """The same, of those marks whose words are shown."""
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
    """What matters happens near a loss of 0 and an accuracy of 1, so the axes are drawn out there.

    The accuracy's lowest tick is moved up in few steps, as each changes the specification and draws the chart anew.
    """
    if value == "learning_rate":
        return {"scale": {"zero": True, "nice": True}, "axis": {"format": "~g", "tickCount": 4}}
    if value == "loss":
        return LOSS_AXIS
    return {"scale": {"domain": [lowest_tick(values, FLOORS), 1]}, "axis": {"format": ".0%"}}


def lowest_tick(values: pd.Series, floors: Sequence[float]) -> float:
    """The highest of `floors` that nine in ten of the values are above."""
    usual = values.quantile(0.1) if len(values) else 0.0
    return max(floor for floor in floors if floor <= max(usual, 0.0))


def _only(series: str) -> dict[str, Any]:
    return {"filter": f"datum.series == '{series}'"}


def curves_of(
    columns: dict[str, np.ndarray], closed: list[metrics.Row], value: str, batches: int, smoothing: float
) -> pd.DataFrame:
    """Training's figure for each batch, smoothed, and validation's for each closed epoch: epoch, value, series.

    `columns` is what `metrics.columns` gives.
    """
    steps, values = metrics.curve(columns["step"], columns[value], smoothing)
    training = pd.DataFrame({"epoch": steps / max(batches, 1), "value": values, "series": TRAINING})
    if value == "learning_rate":
        return training
    validation = pd.DataFrame(
        {
            "epoch": [float(row.epoch) for row in closed],
            "value": [getattr(row, f"val_{value}") for row in closed],
            "series": VALIDATION,
        }
    )
    curves = pd.concat([training, validation], ignore_index=True)
    return curves.assign(value=curves["value"].clip(lower=LEAST_LOSS))


def marks_of(events: list[Event], batches: int, epochs: int) -> pd.DataFrame:
    """Where the run was steered: epoch, words, the label, where that begins, and series.

    The words are the label where they fit beside the others; else that is empty, and the tooltip has them.
    """
    words: dict[float, list[str]] = {}
    for event in sorted(events, key=lambda event: event.step):
        if event.name is not EventName.BEGIN:
            words.setdefault(event.step / max(batches, 1), []).append(_in_words(event))
    rows, free = [], 0.0
    for place, each in words.items():
        joined = ", ".join(each)
        width = epochs * (len(joined) + 1) / BAND_CHARACTERS
        # At the end it is moved to the left, so that it is not cut off.
        at = max(min(place, epochs - width), 0.0)
        fits = at >= free
        free = at + width if fits else free
        rows.append((place, joined, joined if fits else "", at, MARK))
    return pd.DataFrame(rows, columns=["epoch", "words", "label", "at", "series"])


def _in_words(event: Event) -> str:
    if event.name is EventName.RATE:
        return f"rate {event.value}" if event.value else "rate as scheduled"
    if event.name is EventName.EPOCHS:
        return f"to epoch {event.value}"
    return f"{event.value} damaged" if event.name is EventName.DAMAGED else event.name.value


def confusion_chart(confusion: list[list[int]], key: str) -> None:
    """Validation's confusion matrix, coloured within each row: what is read right in blue, wrong in red."""
    cells, spec = _confusion(confusion)
    st.vega_lite_chart(cells, spec, key=key, width="stretch", alt="Confusion matrix of the validation digits")


def confusion_choice(confusion: list[list[int]], key: str) -> list[tuple[int, int]]:
    """The confusion matrix of test digits, whose cells can be clicked; gives those that are: label and answer."""
    cells, spec = _confusion(confusion)
    rects = spec["layer"][0]
    rects["params"] = [{"name": "cell", "select": {"type": "point", "fields": ["label", "answer"]}}]
    chosen = {"param": "cell", "empty": False}
    rects["encoding"] |= {
        "stroke": {"condition": {**chosen, "value": CHOSEN}, "value": None},
        "strokeWidth": {"condition": {**chosen, "value": 3}, "value": 0},
    }
    alt = "Confusion matrix of the test digits"
    event = st.vega_lite_chart(cells, spec, key=key, width="stretch", alt=alt, on_select="rerun")
    return [(int(each["label"]), int(each["answer"])) for each in event.selection.get("cell", [])]


def _confusion(confusion: list[list[int]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    cells = pd.DataFrame(
        [
            {"label": label, "answer": answer, "count": count, "share": count / max(sum(row), 1)}
            for label, row in enumerate(confusion)
            for answer, count in enumerate(row)
        ]
    )
    # Few digits are read wrong, so that a single one is to be seen.
    wrong = -(0.8 + cells["share"] ** 0.5).clip(upper=1).where(cells["count"] > 0, 0)
    cells["tint"] = cells["share"].where(cells["label"] == cells["answer"], wrong)
    axes = {
        "x": {"field": "answer", "type": "ordinal", "title": "Read as", "axis": {"labelAngle": 0, "orient": "top"}},
        "y": {"field": "label", "type": "ordinal", "title": "Is"},
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
                        "scale": {"domain": [-1, 0, 1], "range": [WRONG, "#88848810", RIGHT]},
                    },
                    "tooltip": [
                        {"field": "label", "title": "Is"},
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
                    # What is readable on the page is not on a tint, and Vega knows nothing of the page's theme.
                    "color": {"condition": {"test": "abs(datum.tint) > 0.3", "value": "white"}, "value": "#88848f"},
                },
            },
        ],
    }
    return cells, spec


def probabilities_chart(observations: list[Observation], epochs: int, key: str) -> None:
    """The ten probabilities of the pinned drawing over the epochs."""
    lines = pd.DataFrame(
        [
            {"epoch": each.epoch, "digit": digit, "share": share}
            for each in observations
            for digit, share in enumerate(each.pinned)
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
            "color": {"field": "digit", "type": "nominal", "title": "Digit", "scale": {"scheme": "tableau10"}},
            "tooltip": [{"field": "epoch"}, {"field": "digit"}, {"field": "share", "format": ".1%"}],
        },
    }
    st.vega_lite_chart(lines, spec, key=key, width="stretch", alt="The pinned drawing's probabilities over the epochs")
