"""What the page Explore can show of digits; one of these views is open at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.data import label_errors, statistics
from digitcore.evaluation.robustness import spread
from digitcore.prediction.neighbours import nearest
from digitcore.recipes import presets
from digitcore.recipes.augmentation import augment
from digitcore.recipes.config import AUGMENTATION, SETTINGS, TrainingConfig
from digitcore.ui import judging, models, palette
from digitcore.ui.choices import choose_one
from digitcore.ui.explore.filters import NO_SUCH_DIGIT, choose_digit
from digitcore.ui.known_digits import Digits
from digitcore.ui.tiles import Tile, choose_page, tiles

HEIGHT = 300
MEASURED = 5_000
"""So many digits are measured for a histogram."""
VARIANTS = 19
"""So many augmented pictures are shown of a digit."""
EXTREMES = 20
"""So many outliers are shown, and so many typical digits; of fewer than twice as many, half of them."""
NEAREST = 10


def samples_view(digits: Digits) -> None:
    """The digits of one class or of all, page by page, or the one of an index."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        digit = choose_digit("explore_digit", "explore_page")
    last = len(digits.labels) - 1
    _keep_within("explore_index", last, None)
    label = f"Index, 0 to {last:,}"
    index: int | None = right.number_input(label, 0, last, value=None, key="explore_index", placeholder="Any")
    if index is not None:
        tiles([_tile(digits, index)])
        _nearest(digits.pictures[index])
        return
    shown = digits.chosen if digit is None else digits.chosen[digits.labels[digits.chosen] == digit]
    st.caption(f"{len(shown):,} digits")
    tiles([_tile(digits, index) for index in shown[choose_page(len(shown), "explore_page")]])


def _nearest(picture: np.ndarray) -> None:
    """The training digits that are most similar to a model; nothing where there is no model that has them."""
    opened, _ = models.open_models()
    engine = models.engine(opened[0]) if opened else None
    neighbours = nearest(engine, engine.answers(picture[None]).embeddings, NEAREST) if engine else []
    if neighbours:
        st.markdown("**Nearest training digits**")
        shown = zip(*neighbours[0], strict=True)
        tiles([Tile(pixels, str(label), f"similarity {similarity:.0%}") for pixels, label, similarity in shown])


def classes_view(digits: Digits) -> None:
    """How many there are of each digit, and the mean and standard deviation of each pixel."""
    pictures, labels = digits.pictures[digits.chosen], digits.labels[digits.chosen]
    counts = statistics.counts(labels)
    x = {"field": "digit", "type": "ordinal", "title": "Digit", "axis": {"labelAngle": 0}}
    _bars(pd.DataFrame({"digit": range(10), "count": counts}), x, "explore_counts")
    means, deviations = [], []
    for digit in np.flatnonzero(counts):
        mean, deviation = statistics.mean_and_spread(pictures[labels == digit])
        means.append(Tile(np.rint(255 * mean).astype(np.uint8), str(digit)))
        deviations.append(Tile(np.rint(510 * deviation).clip(0, 255).astype(np.uint8), str(digit)))
    st.markdown("**Mean of each digit**")
    tiles(means)
    st.markdown("**Standard deviation of each digit**")
    tiles(deviations)


def ink_view(digits: Digits) -> None:
    """How much ink there is, and how wide the strokes are."""
    measured = digits.pictures[digits.chosen[spread(len(digits.chosen), MEASURED)]]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Share of the picture that is ink**")
        _histogram(statistics.ink_shares(measured), "Ink", ".0%", "explore_ink")
    with right:
        st.markdown("**Width of the strokes, in pixels**")
        _histogram(statistics.stroke_widths(measured), "Pixels", ".1f", "explore_widths")


def augmentation_view(digits: Digits) -> None:
    """A digit as training augments it, by the very code that training runs."""
    name = choose_one("Preset", list(presets.PRESETS), "explore_preset")
    preset = presets.preset(name)
    values = _augmentation_values(name, preset)
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    last = len(digits.labels) - 1
    _keep_within("explore_augmented", last, 0)
    index: int = left.number_input("Index", 0, last, key="explore_augmented")
    if right.button("Again", icon=":material/casino:", key="explore_again"):
        st.session_state["explore_seed"] = st.session_state.get("explore_seed", 0) + 1
    random = np.random.default_rng(st.session_state.get("explore_seed", 0))
    pictures = np.repeat(digits.pictures[index : index + 1], VARIANTS, axis=0).astype(np.float32) / 255
    augmented = np.rint(255 * augment(pictures, TrainingConfig.of(values, preset), random)).clip(0, 255)
    original = Tile(digits.pictures[index], str(digits.labels[index]), "original", True)
    tiles([original, *(Tile(picture, "") for picture in augmented.astype(np.uint8))])


def _augmentation_values(name: str, preset: TrainingConfig) -> dict[str, float]:
    """A slider for each setting of augmentation, which begins at the preset's value."""
    columns, values = st.columns(3), {}
    for place, field in enumerate(AUGMENTATION):
        setting = SETTINGS[field]
        most = float(setting.high)
        values[field] = columns[place % 3].slider(
            setting.label,
            0.0,
            most,
            float(getattr(preset, field)),
            step=most / 100,
            key=f"explore_{name}_{field}",
            help=setting.help,
        )
    return values


def outliers_view(digits: Digits) -> None:
    """The digits whose embeddings are farthest from the mean of their class, and those nearest to it."""
    opened, _ = models.open_models()
    if not opened:
        st.caption("There is no model yet. This view needs the embeddings of one.")
        return
    digit = choose_one("Digit", range(10), "explore_strange")
    labels = digits.labels[digits.chosen]
    if digit not in labels:
        st.caption(NO_SUCH_DIGIT)
        return
    embeddings = judging.judge(opened[0], digits).predictions.embeddings[digits.chosen]
    order = digits.chosen[statistics.most_typical_first(embeddings, labels, digit)]
    shown = min(EXTREMES, -(-len(order) // 2))
    st.markdown("**Outliers**")
    tiles([_tile(digits, index) for index in order[::-1][:shown]])
    st.markdown("**Most typical**")
    tiles([_tile(digits, index) for index in order[:shown]])


def label_errors_view(digits: Digits) -> None:
    """Labels that are known to be wrong."""
    if digits.name != "mnist":
        st.caption("Label errors are known only for MNIST's test digits.")
        return
    st.caption("Most of the five people who were asked rejected these labels of MNIST (Northcutt et al., 2021).")
    tiles(
        [
            Tile(digits.pictures[index], f"labelled {digits.labels[index]}", f"or {suggested} · #{index}", True)
            for index, suggested in label_errors.SUGGESTED.items()
        ]
    )


def _keep_within(key: str, last: int, default: int | None) -> None:
    """Replaces an index that these digits do not have: it was one of other digits, or an address has it."""
    if (st.session_state[key] or 0) > last:
        st.session_state[key] = default


def _tile(digits: Digits, index: int) -> Tile:
    return Tile(digits.pictures[index], str(digits.labels[index]), digits.name_of(index))


def _bars(rows: pd.DataFrame, x: dict[str, Any], key: str, mark: str = "bar", **encoding: dict[str, Any]) -> None:
    """How many digits there are by `x`, which is encoded as in Vega-Lite."""
    tooltip = {name: x[name] for name in ("field", "title")} | {"format": x["axis"].get("format", "")}
    spec = {
        "height": HEIGHT,
        "mark": {"type": mark, "color": palette.BARS},
        "encoding": {
            "x": x,
            "y": {"field": "count", "type": "quantitative", "title": "Digits"},
            "tooltip": [tooltip, {"field": "count", "title": "Digits"}],
            **encoding,
        },
    }
    st.vega_lite_chart(rows, spec, key=key, width="stretch", alt=f"Number of digits by {x['title'].lower()}")


def _histogram(values: np.ndarray, title: str, number_format: str, key: str) -> None:
    count, edges = np.histogram(values, bins=30)
    rows = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "count": count})
    x = {"field": "from", "type": "quantitative", "title": title, "axis": {"format": number_format, "tickCount": 8}}
    _bars(rows, x | {"scale": {"zero": False}}, key, "rect", x2={"field": "to"}, y2={"datum": 0})


VIEWS: dict[str, tuple[str, Callable[[Digits], None]]] = {
    "Samples": ("apps", samples_view),
    "Classes": ("bar_chart", classes_view),
    "Ink": ("water_drop", ink_view),
    "Augmentation": ("transform", augmentation_view),
    "Outliers": ("psychology_alt", outliers_view),
    "Label errors": ("help", label_errors_view),
}
"""Each view's icon, and the function that shows it."""
BY_CONTRIBUTOR = {"Samples", "Classes", "Ink", "Outliers"}
"""The views that can show the digits of one contributor."""
