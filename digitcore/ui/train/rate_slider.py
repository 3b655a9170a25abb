"""The slider of a run's learning rate: it begins at the present rate, and its button alone sets another."""

from itertools import count
from typing import NamedTuple

import streamlit as st

from digitcore.runs import Run, steering
from digitcore.runs.snapshot import Snapshot
from digitcore.runs.steering import CommandName
from digitcore.ui.actions import action_button

RATES = [float(f"{figure}e{power}") for power in range(-6, 0) for figure in (1, 2, 3, 5, 7)] + [1.0]
NUMBERS = count()


class Drawn(NamedTuple):
    """A slider: its key, the rate that it began at, and the rate set by hand when it was last drawn, if any."""

    key: str
    start: float
    by_hand: float | None


def rate_slider(snapshot: Snapshot) -> None:
    """A slider that begins at the present rate and is then moved by a person alone, and the button that sets the rate.

    The slider itself sets nothing: browsers send the values of sliders that nobody moved, or that are no longer there,
    and Streamlit (1.67) takes those for a choice. To be called only while it is seen, so that it begins at the rate of
    that moment.
    """
    run, drawn = snapshot.run, _drawn(snapshot)
    rates = sorted({*RATES, drawn.start})
    chosen = st.select_slider("Learning rate", rates, drawn.start, format_func=_as_text, key=drawn.key)
    action_button(
        "Set rate",
        "check",
        "train_set_rate",
        lambda: run.ask(CommandName.RATE, st.session_state.get(drawn.key, chosen)),
        help="Takes effect with the next batch, and stays until it is changed.",
    )


def forget(run: Run) -> None:
    """To be called where no slider is seen: the next one begins at the rate of its own moment."""
    st.session_state.pop(_key(run), None)


def _drawn(snapshot: Snapshot) -> Drawn:
    """The slider as it was; a new one where the rate has been set elsewhere, or follows the schedule again."""
    run, by_hand = snapshot.run, snapshot.rate_by_hand
    drawn: Drawn | None = st.session_state.get(_key(run))
    if drawn is None or by_hand not in (drawn.by_hand, st.session_state.get(drawn.key)):
        start = float(_as_text(_present_rate(snapshot)))
        drawn = Drawn(f"train_rate_{run.id}_{next(NUMBERS)}", start, by_hand)
    st.session_state[_key(run)] = drawn = drawn._replace(by_hand=by_hand)
    return drawn


def _present_rate(snapshot: Snapshot) -> float:
    status, events = snapshot.status, snapshot.events
    batches = max(status.batches, 1)
    # The status may be a moment older than the last event.
    step = max([(status.epoch - 1) * batches + status.batch, *(event.step for event in events)])
    return steering.rate_at(snapshot.config, events, step, batches)


def _as_text(rate: float) -> str:
    return f"{rate:.3g}"


def _key(run: Run) -> str:
    return f"train_drawn_{run.id}"
