"""One run, as it is now: where it is, its curves, and what can be done with it."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.training import launch, metrics, publish
from digitcore.training.runs import Run, Status
from digitcore.ui import charts, models, shell

POLL_SECONDS = 1.0

BADGES = {
    "queued": ("Starting", "blue", ":material/hourglass_top:"),
    "paused": ("Paused", "orange", ":material/pause:"),
    "running": ("Running", "blue", ":material/play_arrow:"),
    "finished": ("Finished", "green", ":material/check:"),
    "stopped": ("Stopped", "orange", ":material/stop:"),
    "failed": ("Failed", "red", ":material/error:"),
    "interrupted": ("Interrupted", "orange", ":material/power_off:"),
}


def run_view(run: Run) -> None:
    """Shows the run, looking again every second for as long as its worker is at it."""
    alive = run.is_alive()
    st.fragment(_view, run_every=POLL_SECONDS if alive else None)(run, alive)


def _view(run: Run, was_alive: bool) -> None:
    alive = run.is_alive()
    if was_alive and not alive:
        # The page is run anew, so that it stops looking every second.
        st.rerun()
    try:
        epochs = run.config.epochs
    except DigitError as error:
        st.error(str(error), icon=":material/error:")
        return
    status, rows = run.status(), metrics.read(run.metrics_file)
    _actions(run, status, alive)
    _remarks(status)
    _progress(status)
    _figures(run, status)
    left, right = st.columns(2)
    with left:
        charts.curve_chart(rows, "loss", "Loss", status.batches, epochs, "train_loss_chart")
    with right:
        charts.curve_chart(rows, "accuracy", "Accuracy", status.batches, epochs, "train_accuracy_chart")
    with st.expander("Log", icon=":material/article:"):
        st.code(run.log_tail() or "Nothing yet.", language=None)


def _actions(run: Run, status: Status, alive: bool) -> None:
    """The run's state, and the buttons that change it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        label, colour, icon = BADGES[status.state]
        st.badge(label, icon=icon, color=colour)
        if alive:
            asked = run.stop_file.exists()
            training = status.state in ("queued", "running")
            if st.button("Stop", icon=":material/stop:", key="train_stop", disabled=asked or not training):
                run.request_stop()
                st.rerun(scope="fragment")
            return
        if run.best_checkpoint.exists() and st.button(
            "Use this model", icon=":material/rocket_launch:", key="train_use", type="primary"
        ):
            _use(run)
        if status.state in launch.RESUMABLE and st.button("Resume", icon=":material/resume:", key="train_resume"):
            _resume(run)


def _remarks(status: Status) -> None:
    if status.error:
        st.error(status.error, icon=":material/error:")
    elif status.state == "interrupted":
        st.warning("Its worker is gone. Resume goes on from the last whole epoch.", icon=":material/power_off:")
    if status.note:
        st.caption(f":material/info: {status.note}")


def _use(run: Run) -> None:
    try:
        with st.spinner("Making a model of it"):
            st.session_state[models.CHOSEN] = publish.put_to_work(run)
    except DigitError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.switch_page(shell.DRAW)


def _resume(run: Run) -> None:
    try:
        launch.resume(run)
    except DigitError as error:
        st.warning(str(error), icon=":material/error:")
        return
    st.rerun()


def _progress(status: Status) -> None:
    """The epochs, and beside them the batches of one; before the first, the file that is being downloaded."""
    done = max(status.epoch - 1, 0) + (status.batch / status.batches if status.batches else 0)
    at_work = status.state in ("queued", "running") or status.stage == "scoring"
    batch = f"Batch {status.batch:,} of {status.batches:,}" if status.batches else "No batch yet"
    share = status.batch / status.batches if status.batches else status.downloaded or 0.0
    left, right = st.columns(2)
    left.progress(min(done / max(status.epochs, 1), 1.0), f"Epoch {status.epoch} of {status.epochs}")
    right.progress(share, f"{batch} · {status.stage}" if at_work else batch)


def _figures(run: Run, status: Status) -> None:
    """The figures in a row of cards; the test split's takes the place of the time left once it is known."""
    left = ("Time left", _duration(status.seconds_left), f"{_duration(status.fit_seconds)} so far")
    test = ("Test split", _number(status.test_accuracy, ".2%"), f"{status.data}, {_duration(status.fit_seconds)}")
    best = f"epoch {status.best_epoch}" if status.best_epoch else "after an epoch"
    cards = (
        ("Best on validation", _number(status.best_accuracy, ".2%"), best),
        left if status.test_accuracy is None else test,
        ("Images a second", _number(status.images_per_second, ",.0f"), f"{run.config.batch_size} in a batch"),
        ("Learning rate", _number(status.learning_rate, ".2g"), run.config.schedule),
    )
    with st.container(horizontal=True):
        for label, value, detail in cards:
            st.metric(label, value, delta_description=detail, border=True)


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
