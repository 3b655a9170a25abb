"""The evaluation page's charts, as Vega-Lite. Models are told apart by colour, first and second."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.evaluation.coverage import coverage
from digitcore.evaluation.report_charts import COLOURS
from digitcore.evaluation.robustness import DISTORTIONS
from digitcore.ui.judging import Judged

HEIGHT = 340
MOST_POINTS = 300
DRAWING = "Your drawing"


def reliability_chart(judged: Sequence[Judged]) -> None:
    """How often a digit is right that is read with some confidence: on the diagonal if confidence means something."""
    points = pd.DataFrame(
        [
            {"model": each.title, "confidence": bin.confidence, "accuracy": bin.accuracy, "digits": bin.count}
            for each in judged
            for bin in each.evaluation.reliability
        ]
    )
    axes = {
        "x": _share("confidence", "Confidence"),
        "y": _share("accuracy", "Read right"),
    }
    diagonal = pd.DataFrame({"confidence": [0.0, 1.0], "accuracy": [0.0, 1.0]})
    size = {"field": "digits", "type": "quantitative", "legend": None, "scale": {"type": "log", "range": [30, 400]}}
    spec = {
        "height": HEIGHT,
        "encoding": axes,
        "layer": [
            {
                "data": {"values": diagonal.to_dict("records")},
                "mark": {"type": "line", "strokeDash": [4, 4], "color": "gray"},
            },
            {"mark": {"type": "line"}, "encoding": {"color": _colour(judged)}},
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {"color": _colour(judged), "size": size, "tooltip": _tooltip(points)},
            },
        ],
    }
    _chart(points, spec, "evaluate_reliability", "Reliability: confidence against the share that is read right")


def coverage_chart(judged: Sequence[Judged], threshold: float) -> None:
    """Accuracy of what is kept as the rejection threshold moves, and a point for where it is."""
    curves = pd.concat([_curve(each, threshold) for each in judged])
    shown = ["model", "kept", "accuracy", "threshold"]
    axes = {
        "x": {**_share("kept", "Kept"), "scale": {"zero": False}},
        "y": {**_share("accuracy", "Read right of those"), "scale": {"zero": False}, "axis": {"format": ".2%"}},
        "color": _colour(judged),
        "tooltip": _tooltip(curves[shown]),
    }
    point = {"type": "point", "filled": True, "size": 120, "opacity": 1, "stroke": "white", "strokeWidth": 1.5}
    spec = {
        "height": HEIGHT,
        "encoding": axes,
        "layer": [
            {"mark": {"type": "line", "interpolate": "step-before"}},
            {"transform": [{"filter": "datum.chosen"}], "mark": point},
        ],
    }
    _chart(curves, spec, "evaluate_coverage", "Accuracy against coverage")


def _curve(judged: Judged, threshold: float) -> pd.DataFrame:
    found = coverage(judged.predictions.support, judged.predictions.right)
    # The last whose support still reaches the threshold; none does above the best's.
    chosen = int((found.thresholds >= threshold).sum()) - 1
    # The half that is surest is all right, and of no interest.
    least = min(int((found.kept < 0.5).sum()), len(found.kept) - 1, max(chosen, 0))
    places = np.unique([*np.linspace(least, len(found.kept) - 1, MOST_POINTS).astype(int), max(chosen, 0)])
    columns = {"kept": found.kept, "accuracy": found.accuracy, "threshold": found.thresholds}
    points = pd.DataFrame({name: values[places] for name, values in columns.items()})
    return points.assign(model=judged.title, chosen=places == chosen)


def robustness_chart(kind: str, found: Mapping[str, Mapping[float, float]]) -> None:
    """Each model's accuracy at each level of a distortion."""
    points = pd.DataFrame(
        [
            {"model": name, "level": level, "accuracy": share}
            for name, levels in found.items()
            for level, share in levels.items()
        ]
    )
    colour = {"field": "model", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    spec = {
        "height": HEIGHT,
        "mark": {"type": "line", "point": {"size": 50}},
        "encoding": {
            "x": {"field": "level", "type": "quantitative", "title": f"{kind.capitalize()}, {DISTORTIONS[kind].unit}"},
            "y": {**_share("accuracy", "Read right"), "scale": {"zero": False}},
            "color": {**colour, "scale": {"domain": list(found), "range": list(COLOURS[: len(found)])}},
            "tooltip": _tooltip(points),
        },
    }
    _chart(points, spec, f"evaluate_robustness_{kind}", f"Accuracy as {kind} grows")


def map_chart(points: pd.DataFrame) -> list[int]:
    """Digits on a plane: x, y, digit, name, image; gives the rows of the points that were clicked."""
    known = points["digit"] != DRAWING
    spec = {
        "height": 520,
        "encoding": {axis: {"field": axis, "type": "quantitative", "axis": None} for axis in ("x", "y")},
        "layer": [
            {
                "params": [{"name": "point", "select": {"type": "point", "fields": ["row"]}}],
                "transform": [{"filter": f"datum.digit != '{DRAWING}'"}],
                "mark": {"type": "point", "filled": True, "size": 35, "opacity": 0.8},
                "encoding": {
                    "color": {
                        "field": "digit",
                        "type": "nominal",
                        "title": None,
                        "scale": {"domain": list("0123456789"), "scheme": "tableau10"},
                        "legend": {"orient": "top", "columns": 10},
                    },
                    "tooltip": [{"field": "image"}, {"field": "name", "title": "Digit"}],
                },
            },
            {
                "transform": [{"filter": f"datum.digit == '{DRAWING}'"}],
                "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 400, "color": "black",
                         "stroke": "white", "strokeWidth": 3, "opacity": 1},
                "encoding": {"tooltip": [{"field": "image"}, {"field": "digit"}]},
            },
        ],
    }  # fmt: skip
    alt = f"Map of {int(known.sum()):,} digits as the network sees them"
    event = st.vega_lite_chart(points, spec, key="evaluate_map_chart", width="stretch", on_select="rerun", alt=alt)
    return [int(each["row"]) for each in event.selection.get("point", [])]


def _share(field: str, title: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, "axis": {"format": ".0%", "labelFlush": False}}


def _colour(judged: Sequence[Judged]) -> dict[str, Any]:
    names = [each.title for each in judged]
    legend = {"orient": "top"} if len(names) > 1 else None
    scale = {"domain": names, "range": list(COLOURS[: len(names)])}
    return {"field": "model", "type": "nominal", "title": None, "legend": legend, "scale": scale}


def _tooltip(points: pd.DataFrame) -> list[dict[str, str]]:
    forms = {"digits": ",", "level": "~g", "threshold": ".3f"}
    return [
        {"field": name, "title": name.capitalize()}
        | ({} if name == "model" else {"type": "quantitative", "format": forms.get(name, ".2%")})
        for name in points.columns
    ]


def _chart(points: pd.DataFrame, spec: dict[str, Any], key: str, alt: str) -> None:
    st.vega_lite_chart(points, spec, key=key, width="stretch", alt=alt)
