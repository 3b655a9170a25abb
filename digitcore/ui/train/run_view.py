"""One run, as it is now: where it is, what it has learnt, and what can be done with it."""

import math
from typing import NamedTuple

import streamlit as st

from digitcore.errors import DigitError
from digitcore.runs import Run, State, Status, launch, metrics, queue, remedies
from digitcore.runs.remedies import Remedy
from digitcore.runs.steering import rate_by_hand
from digitcore.ui import charts
from digitcore.ui.actions import PICKED_RUN, action_button
from digitcore.ui.metric_rows import rows_of
from digitcore.ui.train.progress_view import progress_html
from digitcore.ui.train.steering_row import can_be_steered, is_last_epoch, steering_row
from digitcore.ui.train.validation_view import confusion_view, pinned_view, watched_view

LONG_EPOCH_SECONDS = 15
SHORT_LOOKS, LONG_LOOKS = (1.0, 3.0), (3.0, 9.0)
"""Seconds between looks at the figures, and at the pictures. The browser may share the cores that train, and where an
epoch takes long there is less to see in a second."""
PICTURES = {
    "Curves": ":material/show_chart:",
    "Confusion": ":material/grid_on:",
    "Digits": ":material/looks_one:",
    "Your drawing": ":material/keep:",
    "Log": ":material/article:",
}


def run_view(run: Run) -> None:
    """Shows the run, looking again and again for as long as its worker is at it or it waits for its turn."""
    try:
        _ = run.config
    except DigitError as error:
        st.error(str(error), icon=":material/error:")
        return
    seen = _sight(run, run.status())
    figures, pictures = seen.looks
    st.fragment(_controls)(run, seen)
    st.fragment(_progress, run_every=figures)(run, seen)
    st.segmented_control(
        "Show",
        list(PICTURES),
        default="Curves",
        key="train_show",
        required=True,
        format_func=lambda name: f"{PICTURES[name]} {name}",
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    st.fragment(_picture, run_every=pictures)(run)


class Sight(NamedTuple):
    """What the controls, the remarks and the looks depend on; where it changes, the page is run anew."""

    looks: tuple[float, float] | tuple[None, None]
    chosen: bool
    controls: tuple[object, ...]
    remarks: tuple[str, ...]


def _sight(run: Run, status: Status) -> Sight:
    alive = run.is_alive()
    heard = (alive, run.stop_file.exists(), status.state, can_be_steered(status), is_last_epoch(status))
    told = (queue.waiting(), rate_by_hand(run.events()))
    chosen = st.session_state.get(PICKED_RUN) in (None, run.id)
    remarks = (status.trouble, status.error, status.note)
    return Sight(_looks(run, status, alive), chosen, (*heard, *told), remarks)


def _looks(run: Run, status: Status, alive: bool) -> tuple[float, float] | tuple[None, None]:
    """How often to look at the figures and the pictures; not at all once nothing more comes."""
    if not alive and status.state is not State.QUEUED:
        return None, None
    epoch_seconds = status.batches * run.config.batch_size / (status.images_per_second or math.inf)
    return LONG_LOOKS if epoch_seconds > LONG_EPOCH_SECONDS else SHORT_LOOKS


def _look_again(run: Run, seen: Sight) -> Status:
    """The status as it is now; the page is run anew where the run does not look as it did then."""
    status = run.status()
    if _sight(run, status) != seen:
        st.rerun()
    return status


def _controls(run: Run, seen: Sight) -> None:
    status = _look_again(run, seen)
    steering_row(run, status, run.is_alive())
    _remarks(run, status)


def _progress(run: Run, seen: Sight) -> None:
    st.html(progress_html(run, _look_again(run, seen)))


def _picture(run: Run) -> None:
    status, shown = run.status(), st.session_state["train_show"]
    if shown == "Curves":
        _curves(run, status)
    elif shown == "Confusion":
        confusion_view(run)
    elif shown == "Digits":
        watched_view(run)
    elif shown == "Your drawing":
        pinned_view(run, status.span())
    else:
        _log(run)


def _log(run: Run) -> None:
    own, library = run.log_tail(), run.library_log()
    st.code(own or "Nothing yet.", language=None)
    if library and library != own:
        with st.expander("TensorFlow's own messages", icon=":material/memory:", key="train_library_log"):
            st.code(library, language=None)


def _curves(run: Run, status: Status) -> None:
    rows = rows_of(run)
    columns, closed = metrics.columns(rows), metrics.epochs(rows)
    epochs = status.span()
    marks = charts.marks_of(run.events(), status.batches, epochs)
    smoothing = st.session_state.get("train_smoothing", 0.9)
    shown = {"loss": "Loss", "accuracy": "Accuracy", "learning_rate": "Learning rate"}
    left, right = st.columns(2)
    for place, (value, title) in zip((left, right, st.container()), shown.items(), strict=True):
        with place:
            weight = 0.0 if value == "learning_rate" else smoothing
            curves = charts.curves_of(columns, closed, value, status.batches, weight)
            charts.curve_chart(curves, marks, value, title, epochs, f"train_{value}_chart")
    st.slider("Smoothing", 0.0, 0.99, 0.9, key="train_smoothing", persist_state="session", width=240)


def _remarks(run: Run, status: Status) -> None:
    if status.trouble:
        _offer_cure(run, status)
    elif status.error:
        st.error(status.error, icon=":material/error:")
    elif status.state is State.INTERRUPTED:
        st.warning("Its worker is gone. Resume goes on from the last whole epoch.", icon=":material/power_off:")
    if status.note:
        st.caption(f":material/info: {status.note}")


def _offer_cure(run: Run, status: Status) -> None:
    st.error(remedies.MESSAGES[status.trouble], icon=":material/trending_flat:")
    cure = launch.remedy_for(run)
    words = f"{f'Go on from epoch {cure.epoch}' if cure.epoch else 'Begin again'} with a rate of {cure.rate:g}"
    action_button(words, "healing", "train_cure", lambda: _cure(run, cure), type="primary")


def _cure(run: Run, cure: Remedy) -> None:
    st.session_state[PICKED_RUN] = launch.apply_remedy(run, cure).id
