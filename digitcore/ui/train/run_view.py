"""One run as it is now: how far it is, what it has learnt, and what can be done with it."""

import math
from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from digitcore.errors import DigitError
from digitcore.runs import Run, State, launch, log, metrics, remedies, snapshot
from digitcore.runs.remedies import Remedy
from digitcore.runs.snapshot import Snapshot
from digitcore.ui import charts
from digitcore.ui.actions import PICKED_RUN, action_button
from digitcore.ui.choices import choose_one
from digitcore.ui.metric_rows import rows_of
from digitcore.ui.train.progress_view import progress_html
from digitcore.ui.train.steering_row import steering_row
from digitcore.ui.train.validation_view import confusion_view, pinned_view, watched_view

LONG_EPOCH_SECONDS = 15
SHORT_INTERVALS, LONG_INTERVALS = (1.0, 3.0), (3.0, 9.0)
"""Seconds from one update of the figures, and of the pictures, to the next. The browser may share the cores that train,
and where an epoch takes long, there is less to see in a second."""
LOG_LINES = 20
SMOOTHING = 0.9

Tick = Callable[[], Snapshot]
"""Gives the snapshot that a view is to show now."""


class Shape(NamedTuple):
    """What decides which controls, remarks and updates there are; where it changes, the page is run again."""

    intervals: tuple[float, float] | tuple[None, None]
    is_chosen: bool
    controls: tuple[object, ...]
    remarks: tuple[str, ...]


def run_view(run: Run) -> None:
    """Shows the run, updated again and again while its worker is running or it waits for its turn."""
    try:
        _ = run.config
    except DigitError as error:
        st.error(str(error), icon=":material/error:")
        return
    first = snapshot.take(run, rows_of)
    shape = _shape(first)
    figures, pictures = shape.intervals
    st.fragment(_controls)(_ticks(first), shape)
    st.fragment(_progress, run_every=figures)(_ticks(first), shape)
    choose_one("Show", list(PICTURES), "train_show", format_func=_label, label_hidden=True)
    st.fragment(_picture, run_every=pictures)(_ticks(first))


def _ticks(first: Snapshot) -> Tick:
    """Gives the page's own snapshot at first, and then, as the fragment is run again, a new one each time."""
    run, given = first.run, iter([first])
    return lambda: next(given, None) or snapshot.take(run, rows_of)


def _shape(now: Snapshot) -> Shape:
    status = now.status
    controls = (
        now.is_alive,
        now.stop_requested,
        status.state,
        now.can_be_steered,
        now.is_in_last_epoch,
        now.queue_place,
        now.rate_by_hand,
    )
    is_chosen = st.session_state.get(PICKED_RUN) in (None, now.run.id)
    return Shape(_intervals(now), is_chosen, controls, (status.trouble, status.error, status.note))


def _intervals(now: Snapshot) -> tuple[float, float] | tuple[None, None]:
    """How often to update figures and pictures; not at all once nothing more comes."""
    status = now.status
    if not now.is_alive and status.state is not State.QUEUED:
        return None, None
    epoch_seconds = status.batches * now.config.batch_size / (status.images_per_second or math.inf)
    return LONG_INTERVALS if epoch_seconds > LONG_EPOCH_SECONDS else SHORT_INTERVALS


def _next(tick: Tick, shape: Shape) -> Snapshot:
    """The next snapshot; the page is run again where it is no longer of that shape."""
    now = tick()
    if _shape(now) != shape:
        st.rerun()
    return now


def _controls(tick: Tick, shape: Shape) -> None:
    now = _next(tick, shape)
    steering_row(now)
    _remarks(now)


def _progress(tick: Tick, shape: Shape) -> None:
    st.html(progress_html(_next(tick, shape)))


def _picture(tick: Tick) -> None:
    PICTURES[st.session_state["train_show"]][1](tick())


def _log(now: Snapshot) -> None:
    own = "\n".join(log.tail(now.log.own or now.log.library, LOG_LINES))
    library = "\n".join(now.log.library)
    st.code(own or "Nothing yet.", language=None)
    if library and library != own:
        with st.expander("TensorFlow's own messages", icon=":material/memory:", key="train_library_log"):
            st.code(library, language=None)


def _curves(now: Snapshot) -> None:
    columns, batches, epochs = metrics.columns(now.rows), now.status.batches, now.status.span()
    marks = charts.marks_of(now.events, batches, epochs)
    smoothing = st.session_state.get("train_smoothing", SMOOTHING)
    titles = {"loss": "Loss", "accuracy": "Accuracy", "learning_rate": "Learning rate"}
    left, right = st.columns(2)
    for place, (value, title) in zip((left, right, st.container()), titles.items(), strict=True):
        with place:
            weight = 0.0 if value == "learning_rate" else smoothing
            curves = charts.curves_of(columns, now.finished_epochs, value, batches, weight)
            charts.curve_chart(curves, marks, value, title, epochs, f"train_{value}_chart")
    st.slider("Smoothing", 0.0, 0.99, SMOOTHING, key="train_smoothing", persist_state="session", width=240)


def _remarks(now: Snapshot) -> None:
    status = now.status
    if status.trouble:
        _offer_remedy(now)
    elif status.error:
        st.error(status.error, icon=":material/error:")
    elif status.state is State.INTERRUPTED:
        st.warning(
            "The run's process ended unexpectedly. Resume it from its last finished epoch.", icon=":material/power_off:"
        )
    if status.note:
        st.caption(f":material/info: {status.note}")


def _offer_remedy(now: Snapshot) -> None:
    st.error(remedies.MESSAGES[now.status.trouble], icon=":material/trending_flat:")
    run, remedy = now.run, now.remedy()
    what = f"Resume from epoch {remedy.epoch}" if remedy.epoch else "Start again"
    action_button(
        f"{what} with a learning rate of {remedy.rate:g}",
        "healing",
        "train_cure",
        lambda: _apply_remedy(run, remedy),
        type="primary",
    )


def _apply_remedy(run: Run, remedy: Remedy) -> None:
    st.session_state[PICKED_RUN] = launch.apply_remedy(run, remedy).id


def _label(name: str) -> str:
    return f":material/{PICTURES[name][0]}: {name}"


PICTURES: dict[str, tuple[str, Callable[[Snapshot], None]]] = {
    "Curves": ("show_chart", _curves),
    "Confusion": ("grid_on", confusion_view),
    "Digits": ("looks_one", watched_view),
    "Your drawing": ("keep", pinned_view),
    "Log": ("article", _log),
}
"""What can be shown of a run, each with its icon and the function that shows it."""
