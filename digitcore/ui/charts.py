"""Charts, as Vega-Lite: a constant specification whose data alone changes, so that nothing flickers."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.training import metrics
from digitcore.training.observations import Observation
from digitcore.training.steering import Event

HEIGHT, LOW_HEIGHT = 320, 180
FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95)
CLOSE_SHARE = 0.035
"""The height of a mark's words, which stand upright, as a share of the width that a chart has on a phone."""
LEAST_LOSS = 1e-5
"""A logarithmic axis has no place for 0."""
LOSS_AXIS = {"scale": {"type": "log", "nice": False}, "axis": {"format": "~g", "tickCount": 5}}
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
            "x": {"field": "epoch", "type": "quantitative", "title": "Epoch", "scale": {"domain": [0, epochs]}},
        },
        "layer": [
            _line(value, curves["value"]),
            {**_line(value, curves["value"]), "mark": {"type": "point", "filled": True, "size": 50, "clip": True}}
            | {"transform": [_only(VALIDATION)]},
            {
                "transform": [_only(MARK)],
                "mark": {"type": "rule", "strokeDash": [3, 3], "opacity": 0.6, "color": "gray"},
                "encoding": {"tooltip": {"field": "words", "title": "Steered"}},
            },
            {
                "transform": [_only(MARK)],
                "mark": {"type": "text", "angle": 270, "align": "right", "dy": 8, "color": "gray", "fontSize": 11},
                "encoding": {"text": {"field": "words"}, "y": {"value": 4}},
            },
        ],
    }
    st.markdown(f"**{title}**")
    data = pd.concat([curves, marks], ignore_index=True)
    st.vega_lite_chart(data, spec, key=key, width="stretch", alt=f"{title} over the epochs")


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
                "legend": None if value == "learning_rate" else {"orient": "top"},
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
    """Where the run was steered: epoch, words, series; marks too close for words of their own share the first's."""
    marks: dict[float, list[str]] = {}
    told = -math.inf
    for event in sorted(events, key=lambda event: event.step):
        if event.name == "begin":
            continue
        place = event.step / max(batches, 1)
        marks.setdefault(place, [])
        if place - told > CLOSE_SHARE * epochs:
            told = place
        marks[told].append(_in_words(event))
    rows = [(place, ", ".join(words), MARK) for place, words in marks.items()]
    return pd.DataFrame(rows, columns=["epoch", "words", "series"])


def _in_words(event: Event) -> str:
    if event.name == "rate":
        return f"rate {event.value}" if event.value else "rate as scheduled"
    if event.name == "epochs":
        return f"to epoch {event.value}"
    return f"{event.value} damaged" if event.name == "damaged" else event.name


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
