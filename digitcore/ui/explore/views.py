"""Ways of looking at the digits, one of which is open at a time."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.data import label_errors, pen, statistics
from digitcore.data.stroke_variation import fit
from digitcore.evaluation.robustness import spread
from digitcore.prediction.neighbours import nearest
from digitcore.recipes import presets
from digitcore.recipes.augmentation import augment
from digitcore.recipes.config import AUGMENTATION, SETTINGS, TrainingConfig
from digitcore.ui import judging, models
from digitcore.ui.explore.strokes_view import replay, thumbnails
from digitcore.ui.known_digits import Digits
from digitcore.ui.tiles import PAGE, Tile, choose_page, tiles

HEIGHT = 300
MEASURED = 5_000
VARIANTS = 19
ALL = "All"
NEAREST = 10
BLUE = "#6f7dff"


def samples_view(digits: Digits) -> None:
    """Digits of one kind or of all, page by page, or the one of an index."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        kind = _choose_digit(True, "explore_digit", "explore_page")
    last = len(digits.labels) - 1
    _keep_within("explore_index", last, None)
    at = right.number_input(f"Index, 0 to {last:,}", 0, last, value=None, key="explore_index", placeholder="Any")
    if at is not None:
        tiles([_tile(digits, at)])
        _nearest(digits.pictures[at])
        return
    shown = np.arange(len(digits.labels)) if kind is None else np.flatnonzero(digits.labels == kind)
    st.caption(f"{len(shown):,} digits")
    tiles([_tile(digits, at) for at in shown[choose_page(len(shown), "explore_page")]])


def _nearest(picture: np.ndarray) -> None:
    """The training digits that a model finds most alike; nothing where there is no model that tells."""
    opened, _ = models.open_models()
    engine = models.engine(opened[0]) if opened else None
    found = nearest(engine, engine.answers(picture[None]).embeddings, NEAREST) if engine else []
    if found:
        st.markdown("**Nearest training digits**")
        tiles([Tile(pixels, str(label), f"{like:.0%} alike") for pixels, label, like in zip(*found[0], strict=True)])


def kinds_view(digits: Digits) -> None:
    """How many there are of each digit, and their means and spreads."""
    found = statistics.counts(digits.labels)
    x = {"field": "digit", "type": "ordinal", "title": "Digit", "axis": {"labelAngle": 0}}
    _bars(pd.DataFrame({"digit": range(10), "count": found}), x, "explore_counts")
    means, spreads = [], []
    for digit in np.flatnonzero(found):
        mean, spread = statistics.mean_and_spread(digits.pictures[digits.labels == digit])
        means.append(Tile(np.rint(255 * mean).astype(np.uint8), str(digit)))
        spreads.append(Tile(np.rint(510 * spread).clip(0, 255).astype(np.uint8), str(digit)))
    st.markdown("**Mean of each**")
    tiles(means)
    st.markdown("**Where digits of a kind differ**")
    tiles(spreads)


def ink_view(digits: Digits) -> None:
    """How much ink there is, and how wide the strokes are."""
    some = digits.pictures[spread(len(digits.labels), MEASURED)]
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Share of the picture that is ink**")
        _histogram(statistics.ink_shares(some), "Ink", ".0%", "explore_ink")
    with right:
        st.markdown("**Width of the strokes, in pixels**")
        _histogram(statistics.stroke_widths(some), "Pixels", ".1f", "explore_widths")


def augmentation_view(digits: Digits) -> None:
    """A digit as training changes it, live: the very code that training runs."""
    names = list(presets.PRESETS)
    name = st.segmented_control("As in", names, required=True, key="explore_preset", wrap=True)
    preset = presets.preset(name)
    columns = st.columns(3)
    values = {}
    for place, setting in enumerate(AUGMENTATION):
        told = SETTINGS[setting]
        words = {"key": f"explore_{name}_{setting}", "help": told.help}
        most, now = float(told.high), float(getattr(preset, setting))
        values[setting] = columns[place % 3].slider(told.label, 0.0, most, now, step=most / 100, **words)
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    last = len(digits.labels) - 1
    _keep_within("explore_augmented", last, 0)
    at = left.number_input("Index", 0, last, key="explore_augmented")
    if right.button("Again", icon=":material/casino:", key="explore_again"):
        st.session_state["explore_seed"] = st.session_state.get("explore_seed", 0) + 1
    random = np.random.default_rng(st.session_state.get("explore_seed", 0))
    pictures = np.repeat(digits.pictures[at : at + 1], VARIANTS, axis=0).astype(np.float32) / 255
    changed = np.rint(255 * augment(pictures, TrainingConfig.of(values, preset), random)).clip(0, 255).astype(np.uint8)
    tiles([Tile(digits.pictures[at], str(digits.labels[at]), "as it is", True), *(Tile(each, "") for each in changed)])


def strange_view(digits: Digits) -> None:
    """The digits nearest to the middle of their kind, and the strangest, to a model's eye."""
    opened, _ = models.open_models()
    if not opened:
        st.caption("There is no model to look with yet.")
        return
    kind = _choose_digit(False, "explore_strange")
    found = judging.judge(opened[0], digits).predictions.embeddings
    order = statistics.typical_and_strange(found, digits.labels, kind)
    half = PAGE // 5 * 2
    st.markdown("**Strangest**")
    tiles([_tile(digits, at) for at in order[::-1][:half]])
    st.markdown("**Most typical**")
    tiles([_tile(digits, at) for at in order[:half]])


def doubtful_view(digits: Digits) -> None:
    """Labels that are known to be doubtful."""
    if digits.name != "mnist":
        st.caption("Known for MNIST's test digits.")
        return
    st.caption("Of these, most of five people did not choose MNIST's label (Northcutt et al., 2021).")
    tiles(
        [
            Tile(digits.pictures[at], f"labelled {digits.labels[at]}", f"or {suggested} · #{at}", True)
            for at, suggested in label_errors.SUGGESTED.items()
        ]
    )


def strokes_view() -> None:
    """Pen strokes as they were written, one of them replayed."""
    drawings = _drawings()
    kind = _choose_digit(True, "explore_pen_digit", "explore_pen_page")
    shown = [at for at, each in enumerate(drawings) if kind is None or each.label == kind]
    page = shown[choose_page(len(shown), "explore_pen_page")]
    at = st.select_slider("Replay", page, key=f"explore_replay_{kind}_{page[0]}")
    left, right = st.columns([1, 2], gap="large")
    with left:
        drawing = drawings[at]
        replay(fit(drawing.strokes), f"A {drawing.label} by writer {drawing.writer}")
    with right:
        thumbnails([(fit(drawings[each].strokes), f"#{each}", each == at) for each in page])


def _choose_digit(all_of_them: bool, key: str, page: str = "") -> int | None:
    """A digit, or None for all where that can be chosen; another's first page is shown."""
    choices = [ALL, *range(10)] if all_of_them else list(range(10))
    words = {"on_change": _open_first, "args": (page,)} if page else {}
    chosen = st.segmented_control("Digit", choices, key=key, required=True, wrap=True, **words)
    return None if chosen == ALL else chosen


def _open_first(page: str) -> None:
    st.session_state[page] = 1


def _keep_within(key: str, last: int, otherwise: int | None) -> None:
    """Puts an index back that these digits do not have: other digits had it, or an address names it."""
    if (st.session_state[key] or 0) > last:
        st.session_state[key] = otherwise


def _tile(digits: Digits, at: int) -> Tile:
    return Tile(digits.pictures[at], str(digits.labels[at]), f"#{at}")


def _bars(rows: pd.DataFrame, x: dict[str, Any], key: str, mark: str = "bar", **more: dict[str, Any]) -> None:
    """How many digits there are by `x`, which is encoded as Vega-Lite does."""
    told = {name: x[name] for name in ("field", "title")} | {"format": x["axis"].get("format", "")}
    spec = {
        "height": HEIGHT,
        "mark": {"type": mark, "color": BLUE},
        "encoding": {
            "x": x,
            "y": {"field": "count", "type": "quantitative", "title": "Digits"},
            "tooltip": [told, {"field": "count", "title": "Digits"}],
            **more,
        },
    }
    st.vega_lite_chart(rows, spec, key=key, width="stretch", alt=f"How many digits there are by {x['title'].lower()}")


def _histogram(values: np.ndarray, title: str, form: str, key: str) -> None:
    count, edges = np.histogram(values, bins=30)
    rows = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "count": count})
    x = {"field": "from", "type": "quantitative", "title": title, "axis": {"format": form, "tickCount": 8}}
    _bars(rows, x | {"scale": {"zero": False}}, key, "rect", x2={"field": "to"}, y2={"datum": 0})


@st.cache_resource(show_spinner="Getting the strokes")
def _drawings() -> list[pen.Drawing]:
    return pen.load_drawings()


VIEWS: dict[str, tuple[str, Callable[[Digits], None]]] = {
    "Samples": ("apps", samples_view),
    "Kinds": ("bar_chart", kinds_view),
    "Ink": ("water_drop", ink_view),
    "Augmentation": ("transform", augmentation_view),
    "Strange": ("psychology_alt", strange_view),
    "Doubtful": ("help", doubtful_view),
}
"""Each way's icon, and what shows it."""
