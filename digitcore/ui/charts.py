"""Charts, as Vega-Lite: a constant specification whose data alone changes, so that nothing flickers."""

from typing import Any

import pandas as pd
import streamlit as st

from digitcore.training import metrics

HEIGHT = 320
SMOOTHING = 0.9
FLOORS = (0.0, 0.5, 0.8, 0.9, 0.95)
LEAST_LOSS = 1e-5
"""A logarithmic axis has no place for 0."""
TRAINING, VALIDATION = "Training", "Validation"


def curve_chart(rows: list[metrics.Row], value: str, title: str, batches: int, epochs: int, key: str) -> None:
    """A figure over the epochs: training's for each batch, smoothed, and validation's for each epoch."""
    curves = _curves(rows, value, batches)
    spec = {
        "height": HEIGHT,
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative", "title": "Epoch", "scale": {"domain": [0, epochs]}},
            "y": {"field": "value", "type": "quantitative", "title": None, **_scale(value, curves["value"])},
            "color": {
                "field": "series",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [TRAINING, VALIDATION], "range": ["#8b9aff", "#f2994a"]},
                "legend": {"orient": "top"},
            },
            "tooltip": [
                {"field": "series", "title": "Split"},
                {"field": "epoch", "type": "quantitative", "format": ".2f"},
                {"field": "value", "type": "quantitative", "format": ".4f"},
            ],
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}},
            {"mark": {"type": "point", "filled": True, "size": 50}, "transform": [_only(VALIDATION)]},
        ],
    }
    st.markdown(f"**{title}**")
    st.vega_lite_chart(curves, spec, key=key, width="stretch", alt=f"{title} over the epochs")


def _scale(value: str, values: pd.Series) -> dict[str, Any]:
    """What matters happens near a loss of 0 and an accuracy of 1, so the axes are drawn out there.

    The accuracy's lowest tick is moved up in few steps, as each changes the specification and draws the chart anew.
    """
    if value == "loss":
        return {"scale": {"type": "log", "nice": False}, "axis": {"format": "~g", "tickCount": 5}}
    usual = values.quantile(0.1) if len(values) else 0.0
    floor = max(step for step in FLOORS if step <= max(usual, 0.0))
    return {"scale": {"domain": [floor, 1], "clamp": True}, "axis": {"format": ".0%"}}


def _only(series: str) -> dict[str, Any]:
    return {"filter": f"datum.series == '{series}'"}


def _curves(rows: list[metrics.Row], value: str, batches: int) -> pd.DataFrame:
    steps, values = metrics.curve(rows, value, SMOOTHING)
    training = pd.DataFrame({"epoch": steps / max(batches, 1), "value": values, "series": TRAINING})
    closed = metrics.epochs(rows)
    validation = pd.DataFrame(
        {
            "epoch": [float(row.epoch) for row in closed],
            "value": [getattr(row, f"val_{value}") for row in closed],
            "series": VALIDATION,
        }
    )
    curves = pd.concat([training, validation], ignore_index=True)
    return curves.assign(value=curves["value"].clip(lower=LEAST_LOSS))
