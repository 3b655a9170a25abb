"""The state of a run, and the buttons that change it."""

import streamlit as st

from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, State, launch
from digitcore.runs.snapshot import Snapshot
from digitcore.runs.steering import CommandName
from digitcore.ui.actions import BADGES, action_button, use_model
from digitcore.ui.train import rate_slider, recipe_form
from digitcore.ui.wording import ordinal

ADDED = "train_added"
"""The key of the field for epochs to add."""


def steering_row(snapshot: Snapshot) -> None:
    """The badge of the state, and what can be done with the run in that state."""
    run = snapshot.run
    with st.container(horizontal=True, vertical_alignment="center"):
        _badge(snapshot)
        if snapshot.is_alive:
            _steer(snapshot)
        elif snapshot.status.state is State.QUEUED:
            action_button("Leave the queue", "close", "train_leave", lambda: launch.stop(run))
        else:
            _act_on_ended(snapshot)


def _badge(snapshot: Snapshot) -> None:
    label, colour, icon = BADGES[snapshot.status.state]
    if snapshot.queue_place:
        label = f"Waiting, {ordinal(snapshot.queue_place)} in the queue"
    elif snapshot.status.state is State.QUEUED:
        label = "Starting"
    st.badge(label, icon=icon, color=colour)


def _steer(snapshot: Snapshot) -> None:
    run, status, steerable = snapshot.run, snapshot.status, snapshot.can_be_steered
    if status.state is State.PAUSED:
        action_button(
            "Resume",
            "play_arrow",
            "train_resume_paused",
            lambda: run.ask(CommandName.RESUME),
            disabled=not steerable,
        )
    else:
        action_button("Pause", "pause", "train_pause", lambda: run.ask(CommandName.PAUSE), disabled=not steerable)
    action_button("Stop", "stop", "train_stop", lambda: launch.stop(run), disabled=not snapshot.can_be_stopped)
    is_last = snapshot.is_in_last_epoch
    action_button(
        "This is the last epoch" if is_last else "Finish after this epoch",
        "flag",
        "train_finish",
        lambda: run.ask(CommandName.EPOCHS, status.epoch),
        disabled=is_last or not steerable,
    )
    popover = st.popover("Steer", icon=":material/tune:", key="train_steer", disabled=not steerable, on_change="rerun")
    if not popover.open:
        rate_slider.forget(run)
        return
    with popover:
        rate_slider.rate_slider(snapshot)
        _follow_schedule(snapshot)
        _more_epochs(snapshot)


def _follow_schedule(snapshot: Snapshot) -> None:
    if snapshot.config.schedule != "constant":
        action_button(
            "Follow the schedule",
            "timeline",
            "train_schedule",
            lambda: snapshot.run.ask(CommandName.RATE, None),
            disabled=snapshot.rate_by_hand is None,
        )


def _more_epochs(snapshot: Snapshot) -> None:
    run, status = snapshot.run, snapshot.status
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=190):
            text = recipe_form.text_field("epochs", "Epochs to add", 5, snapshot.config, key=ADDED)
        disabled = bool(recipe_form.why_invalid("epochs", text, snapshot.config))
        if status.state in (State.RUNNING, State.PAUSED):
            action_button(
                "Add",
                "add",
                "train_add",
                lambda: run.ask(CommandName.EPOCHS, status.epochs + _added(run)),
                disabled=disabled,
            )
        else:
            action_button(
                "Add and resume", "add", "train_add", lambda: launch.extend(run, _added(run)), disabled=disabled
            )


def _added(run: Run) -> int:
    """How many epochs to add, as typed when the button was pressed. Raises ConfigError where that is invalid."""
    return TrainingConfig.of({"epochs": st.session_state[ADDED]}, run.config).epochs


def _act_on_ended(snapshot: Snapshot) -> None:
    run = snapshot.run
    if snapshot.has_best and st.button(
        "Use this model", icon=":material/rocket_launch:", key="train_use", type="primary"
    ):
        use_model(run)
    if snapshot.status.state in launch.RESUMABLE:
        action_button("Resume", "resume", "train_resume", lambda: launch.resume(run))
    if snapshot.status.epoch:
        with st.popover("Add epochs", icon=":material/add:", key="train_extend"):
            _more_epochs(snapshot)
