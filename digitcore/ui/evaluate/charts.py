"""The evaluation page's charts, as Vega-Lite. Models are told apart by colour, first and second."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.evaluation.coverage import Coverage, coverage
from digitcore.evaluation.report_charts import (
    ACCEPTED,
    ACCURACY,
    CONFIDENCE,
    MODEL_COLOURS,
    at_threshold,
    interesting,
    strength_title,
)
from digitcore.ui import palette
from digitcore.ui.judging import Judged

HEIGHT = 340
MOST_POINTS = 300
DRAWING = "Your drawing"


def reliability_chart(judged: Sequence[Judged]) -> None:
    """The accuracy of answers of about the same confidence; on the diagonal the two are equal."""
    points = pd.DataFrame(
        [
            {"model": model.display_name, "confidence": bin.confidence, "accuracy": bin.accuracy, "digits": bin.count}
            for model in judged
            for bin in model.evaluation.reliability
        ]
    )
    diagonal = pd.DataFrame({"confidence": [0.0, 1.0], "accuracy": [0.0, 1.0]})
    size = {"field": "digits", "type": "quantitative", "legend": None, "scale": {"type": "log", "range": [30, 400]}}
    colour = _colour([model.display_name for model in judged])
    spec = {
        "height": HEIGHT,
        "encoding": {"x": _share("confidence", CONFIDENCE), "y": _share("accuracy", ACCURACY)},
        "layer": [
            {
                "data": {"values": diagonal.to_dict("records")},
                "mark": {"type": "line", "strokeDash": [4, 4], "color": palette.RULE},
            },
            {"mark": {"type": "line"}, "encoding": {"color": colour}},
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {"color": colour, "size": size, "tooltip": _tooltip(points)},
            },
        ],
    }
    _chart(points, spec, "evaluate_reliability", "Accuracy by confidence")


def coverage_chart(judged: Sequence[Judged], threshold: float) -> None:
    """The accuracy of accepted answers as the rejection threshold moves, and a point for where it is."""
    curves = pd.concat([_curve(model, threshold) for model in judged])
    axes = {
        "x": {**_share("accepted", ACCEPTED), "scale": {"zero": False}},
        "y": {**_share("accuracy", ACCURACY), "scale": {"zero": False}, "axis": {"format": ".2%"}},
        "color": _colour([model.display_name for model in judged]),
        "tooltip": _tooltip(curves[["model", "accepted", "accuracy", "threshold"]]),
    }
    point = {"type": "point", "filled": True, "size": 120, "opacity": 1, "stroke": palette.OUTLINE, "strokeWidth": 1.5}
    spec = {
        "height": HEIGHT,
        "encoding": axes,
        "layer": [
            {"mark": {"type": "line", "interpolate": "step-before"}},
            {"transform": [{"filter": "datum.chosen"}], "mark": point},
        ],
    }
    _chart(curves, spec, "evaluate_coverage", "Accuracy by the share of answers that are accepted")


def _curve(judged: Judged, threshold: float) -> pd.DataFrame:
    """At most MOST_POINTS points of the curve, and the one of the threshold."""
    curve = interesting(coverage(judged.predictions.support, judged.predictions.right), threshold)
    chosen = at_threshold(curve, threshold)
    places = np.unique([*np.linspace(0, len(curve.kept) - 1, MOST_POINTS).astype(int), chosen])
    shown = Coverage(*(values[places] for values in curve))
    columns = {"accepted": shown.kept, "accuracy": shown.accuracy, "threshold": shown.thresholds}
    is_chosen = (places == chosen) & (shown.thresholds >= threshold)
    return pd.DataFrame(columns).assign(model=judged.display_name, chosen=is_chosen)


def robustness_chart(kind: str, accuracies: Mapping[str, Mapping[float, float]]) -> None:
    """Each model's accuracy at each strength of a distortion."""
    points = pd.DataFrame(
        [
            {"model": name, "strength": strength, "accuracy": accuracy}
            for name, by_strength in accuracies.items()
            for strength, accuracy in by_strength.items()
        ]
    )
    spec = {
        "height": HEIGHT,
        "mark": {"type": "line", "point": {"size": 50}},
        "encoding": {
            "x": {"field": "strength", "type": "quantitative", "title": strength_title(kind)},
            "y": {**_share("accuracy", ACCURACY), "scale": {"zero": False}},
            "color": _colour(list(accuracies), legend=True),
            "tooltip": _tooltip(points),
        },
    }
    _chart(points, spec, f"evaluate_robustness_{kind}", f"Accuracy by the strength of the distortion: {kind}")


def map_chart(points: pd.DataFrame) -> list[int]:
    """Digits on a plane: x, y, digit, name, image; returns the rows of the points that were clicked."""
    digits = points["digit"] != DRAWING
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
                        "scale": {"domain": list("0123456789"), "scheme": palette.DIGITS},
                        "legend": {"orient": "top", "columns": 10},
                    },
                    "tooltip": [{"field": "image"}, {"field": "name", "title": "Digit"}],
                },
            },
            {
                "transform": [{"filter": f"datum.digit == '{DRAWING}'"}],
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "filled": True,
                    "size": 400,
                    "color": palette.DRAWING,
                    "stroke": palette.OUTLINE,
                    "strokeWidth": 3,
                    "opacity": 1,
                },
                "encoding": {"tooltip": [{"field": "image"}, {"field": "digit"}]},
            },
        ],
    }
    alt = f"Map of {int(digits.sum()):,} digits by their embeddings"
    event = st.vega_lite_chart(points, spec, key="evaluate_map_chart", width="stretch", on_select="rerun", alt=alt)
    return [int(point["row"]) for point in event.selection.get("point", [])]


def _share(field: str, title: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, "axis": {"format": ".0%", "labelFlush": False}}


def _colour(models: Sequence[str], legend: bool = False) -> dict[str, Any]:
    """A colour for each model, with a legend where there are several, or where it is asked for."""
    shown = {"orient": "top"} if legend or len(models) > 1 else None
    scale = {"domain": list(models), "range": list(MODEL_COLOURS[: len(models)])}
    return {"field": "model", "type": "nominal", "title": None, "legend": shown, "scale": scale}


def _tooltip(points: pd.DataFrame) -> list[dict[str, str]]:
    forms = {"digits": ",", "strength": "~g", "threshold": ".3f"}
    return [
        {"field": name, "title": name.capitalize()}
        | ({} if name == "model" else {"type": "quantitative", "format": forms.get(name, ".2%")})
        for name in points.columns
    ]


def _chart(points: pd.DataFrame, spec: dict[str, Any], key: str, alt: str) -> None:
    st.vega_lite_chart(points, spec, key=key, width="stretch", alt=alt)
