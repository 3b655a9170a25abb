"""The run's state, and the buttons and the slider that change it."""

import streamlit as st

from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, Stage, State, Status, launch, queue, steering
from digitcore.runs.steering import CommandName
from digitcore.ui.actions import BADGES, action_button, use_model
from digitcore.ui.train import rate_slider, recipe_form
from digitcore.ui.wording import ordinal

ADDED = "train_added"
"""The key of the field for epochs to add."""
STEERED = (Stage.TRAINING, Stage.VALIDATING)
"""The stages in which a run hears more than a stop."""


def steering_row(run: Run, status: Status, alive: bool) -> None:
    """The badge, and what can be done with the run as it is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        _badge(run, status)
        if alive:
            _steer(run, status)
        elif status.state is State.QUEUED:
            action_button("Leave the line", "close", "train_leave", lambda: launch.stop(run))
        else:
            _afterwards(run, status)


def _badge(run: Run, status: Status) -> None:
    label, colour, icon = BADGES[status.state]
    line = queue.waiting()
    if run.id in line:
        label = f"Waiting, {ordinal(line.index(run.id) + 1)} in line"
    elif status.state is State.QUEUED:
        label = "Starting"
    st.badge(label, icon=icon, color=colour)


def can_be_steered(status: Status) -> bool:
    """Whether the run hears more than a stop."""
    return status.stage in STEERED and status.state in (State.RUNNING, State.PAUSED)


def is_last_epoch(status: Status) -> bool:
    """Whether no epoch comes after the one that it is in."""
    return status.epoch >= status.epochs


def _steer(run: Run, status: Status) -> None:
    hears = can_be_steered(status) and not run.stop_file.exists()
    if status.state is State.PAUSED:
        action_button("Go on", "play_arrow", "train_go_on", lambda: run.ask(CommandName.RESUME), disabled=not hears)
    else:
        action_button("Pause", "pause", "train_pause", lambda: run.ask(CommandName.PAUSE), disabled=not hears)
    stoppable = status.can_be_stopped() and not run.stop_file.exists()
    action_button("Stop", "stop", "train_stop", lambda: launch.stop(run), disabled=not stoppable)
    last = is_last_epoch(status)
    words = "This epoch is the last" if last else "Finish after this epoch"
    action_button(
        words, "flag", "train_finish", lambda: run.ask(CommandName.EPOCHS, status.epoch), disabled=last or not hears
    )
    steer = st.popover("Steer", icon=":material/tune:", key="train_steer", disabled=not hears, on_change="rerun")
    if not steer.open:
        rate_slider.forget(run)
        return
    with steer:
        rate_slider.rate_slider(run, status)
        _schedule(run)
        _more_epochs(run, status)


def _schedule(run: Run) -> None:
    if run.config.schedule != "constant":
        follows = steering.rate_by_hand(run.events()) is None
        action_button(
            "Follow the schedule",
            "timeline",
            "train_schedule",
            lambda: run.ask(CommandName.RATE, None),
            disabled=follows,
        )


def _more_epochs(run: Run, status: Status) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=190):
            text = recipe_form.typed("epochs", "Epochs to add", 5, run.config, key=ADDED)
        looks = {"disabled": bool(recipe_form.invalid("epochs", text, run.config))}
        if status.state in (State.RUNNING, State.PAUSED):
            action_button(
                "Add", "add", "train_add", lambda: run.ask(CommandName.EPOCHS, status.epochs + _added(run)), **looks
            )
        else:
            action_button("Add and go on", "add", "train_add", lambda: launch.extend(run, _added(run)), **looks)


def _added(run: Run) -> int:
    """How many epochs to add, as typed when the button was pressed. Raises ConfigError where that is invalid."""
    return TrainingConfig.of({"epochs": st.session_state[ADDED]}, run.config).epochs


def _afterwards(run: Run, status: Status) -> None:
    if run.best_checkpoint.exists() and st.button(
        "Use this model", icon=":material/rocket_launch:", key="train_use", type="primary"
    ):
        use_model(run)
    if status.state in launch.RESUMABLE:
        action_button("Resume", "resume", "train_resume", lambda: launch.resume(run))
    if status.epoch:
        with st.popover("Add epochs", icon=":material/add:", key="train_extend"):
            _more_epochs(run, status)
