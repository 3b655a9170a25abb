"""One run, as it is now: where it is, what it has learnt, and what can be done with it."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.training import launch, metrics, steering, trouble
from digitcore.training.runs import Run, Status
from digitcore.training.trouble import Cure
from digitcore.ui import charts, machine
from digitcore.ui.figures import duration, number
from digitcore.ui.rows import rows_of
from digitcore.ui.steering_row import attempt, steering_row
from digitcore.ui.validation_view import confusion_view, pinned_view, watched_view

CHOSEN = "train_run"
"""The key of the shown run's name."""
STATUS_SECONDS, PICTURE_SECONDS = 1.0, 2.0
"""How often the state and its figures are looked at, and how often the pictures, which cost the browser more."""
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
    awaited = _is_awaited(run)
    st.fragment(_state, run_every=STATUS_SECONDS if awaited else None)(run, awaited)
    st.segmented_control(
        "Show",
        list(PICTURES),
        default="Curves",
        key="train_show",
        required=True,
        format_func=lambda name: f"{PICTURES[name]} {name}",
        label_visibility="collapsed",
        persist_state="session",
    )
    st.fragment(_picture, run_every=PICTURE_SECONDS if awaited else None)(run)


def _is_awaited(run: Run) -> bool:
    return run.is_alive() or run.status().state == "queued"


def _state(run: Run, was_awaited: bool) -> None:
    if _is_awaited(run) != was_awaited or st.session_state.get(CHOSEN) != run.id:
        # The page is run anew, so that it looks again and again, or no longer, or at the run that was just begun.
        st.rerun()
    alive, status = run.is_alive(), run.status()
    steering_row(run, status, alive)
    _remarks(run, status)
    _progress(status)
    _cards(run, status)


def _picture(run: Run) -> None:
    status, shown = run.status(), st.session_state["train_show"]
    if shown == "Curves":
        _curves(run, status)
    elif shown == "Confusion":
        confusion_view(run)
    elif shown == "Digits":
        watched_view(run)
    elif shown == "Your drawing":
        pinned_view(run, max(status.epochs, 1))
    else:
        st.code(run.log_tail() or "Nothing yet.", language=None)


def _curves(run: Run, status: Status) -> None:
    rows = rows_of(run)
    columns, closed = metrics.columns(rows), metrics.epochs(rows)
    marks = charts.marks_of(run.events(), status.batches)
    smoothing = st.session_state.get("train_smoothing", 0.9)
    shown = {"loss": "Loss", "accuracy": "Accuracy", "learning_rate": "Learning rate"}
    left, right = st.columns(2)
    for place, (value, title) in zip((left, right, st.container()), shown.items(), strict=True):
        with place:
            weight = 0.0 if value == "learning_rate" else smoothing
            curves = charts.curves_of(columns, closed, value, status.batches, weight)
            charts.curve_chart(curves, marks, value, title, max(status.epochs, 1), f"train_{value}_chart")
    st.slider("Smoothing", 0.0, 0.99, 0.9, key="train_smoothing", persist_state="session", width=240)


def _remarks(run: Run, status: Status) -> None:
    if status.trouble:
        _offer_cure(run, status)
    elif status.error:
        st.error(status.error, icon=":material/error:")
    elif status.state == "interrupted":
        st.warning("Its worker is gone. Resume goes on from the last whole epoch.", icon=":material/power_off:")
    if status.note:
        st.caption(f":material/info: {status.note}")


def _offer_cure(run: Run, status: Status) -> None:
    st.error(trouble.WORDS[status.trouble], icon=":material/trending_flat:")
    cure = launch.cure_for(run)
    words = f"{f'Go on from epoch {cure.epoch}' if cure.epoch else 'Begin again'} with a rate of {cure.rate:g}"
    st.button(
        words,
        icon=":material/healing:",
        key="train_cure",
        type="primary",
        on_click=attempt,
        args=(lambda: _cure(run, cure),),
    )


def _cure(run: Run, cure: Cure) -> None:
    st.session_state[CHOSEN] = launch.cure(run, cure).id


def _progress(status: Status) -> None:
    """The epochs, and beside them the batches of one; before the first, the file that is being downloaded."""
    done = max(status.epoch - 1, 0) + (status.batch / status.batches if status.batches else 0)
    at_work = status.state in ("queued", "running") or status.stage == "scoring"
    batch = f"Batch {status.batch:,} of {status.batches:,}" if status.batches else "No batch yet"
    share = status.batch / status.batches if status.batches else status.downloaded or 0.0
    left, right = st.columns(2)
    left.progress(min(done / max(status.epochs, 1), 1.0), f"Epoch {status.epoch} of {status.epochs}")
    right.progress(share, f"{batch} · {status.stage}" if at_work else batch)


def _schedule(run: Run) -> str:
    return "set by hand" if steering.rate_by_hand(run.events()) else run.config.schedule


def _cards(run: Run, status: Status) -> None:
    """The figures in a row of cards; the test split's takes the place of the time left once it is known."""
    left = ("Time left", duration(status.seconds_left), f"{duration(status.fit_seconds)} so far")
    test = ("Test split", number(status.test_accuracy, ".2%"), f"{status.data}, {duration(status.fit_seconds)}")
    best = f"epoch {status.best_epoch}" if status.best_epoch else "after an epoch"
    load = machine.load()
    cards = (
        ("Best on validation", number(status.best_accuracy, ".2%"), best),
        left if status.test_accuracy is None else test,
        ("Images a second", number(status.images_per_second, ",.0f"), f"{run.config.batch_size} in a batch"),
        ("Learning rate", number(status.learning_rate, ".2g"), _schedule(run)),
        ("Machine", f"{load.busy:.0%}", f"{load.used / 2**30:.1f} of {load.memory / 2**30:.0f} GB"),
    )
    with st.container(horizontal=True):
        for label, value, detail in cards:
            st.metric(label, value, delta_description=detail, border=True)
