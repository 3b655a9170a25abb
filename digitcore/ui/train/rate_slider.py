"""The slider of a run's learning rate: it stands at the rate as it is, and its button alone sets another."""

from itertools import count
from typing import NamedTuple

import streamlit as st

from digitcore.runs import Run, Status, steering
from digitcore.runs.steering import CommandName
from digitcore.ui.actions import action_button

RATES = [float(f"{figure}e{power}") for power in range(-6, 0) for figure in (1, 2, 3, 5, 7)] + [1.0]
NUMBERS = count()


class Drawn(NamedTuple):
    """A slider: its key, the rate that it began at, and the one set by hand when it was last drawn, if any."""

    key: str
    start: float
    by_hand: float | None


def rate_slider(run: Run, status: Status) -> None:
    """A slider that begins at the rate as it is and is not moved by the schedule under one's hand, and its button.

    The slider itself does nothing: browsers send the values of sliders that nobody moved, or that are no longer there,
    and Streamlit (1.67) takes those for a choice. To be called only while it is seen, so that it begins at the rate of
    that moment.
    """
    drawn = _drawn(run, status)
    rates = sorted({*RATES, drawn.start})
    chosen = st.select_slider("Learning rate", rates, drawn.start, format_func=_in_words, key=drawn.key)
    action_button(
        "Set rate",
        "check",
        "train_set_rate",
        lambda: run.ask(CommandName.RATE, st.session_state.get(drawn.key, chosen)),
        help="Takes effect with the next batch, and stays.",
    )


def forget(run: Run) -> None:
    """To be called where no slider is seen: the next begins at the rate as it is then."""
    st.session_state.pop(_place(run), None)


def _drawn(run: Run, status: Status) -> Drawn:
    """The slider as it was; another where the rate was set elsewhere since, or follows the schedule again."""
    drawn, by_hand = st.session_state.get(_place(run)), steering.rate_by_hand(run.events())
    if drawn is None or by_hand not in (drawn.by_hand, st.session_state.get(drawn.key)):
        start = float(f"{_rate_now(run, status):.3g}")
        drawn = Drawn(f"train_rate_{run.id}_{next(NUMBERS)}", start, by_hand)
    st.session_state[_place(run)] = drawn = drawn._replace(by_hand=by_hand)
    return drawn


def _rate_now(run: Run, status: Status) -> float:
    events, batches = run.events(), max(status.batches, 1)
    # The status may be a moment older than what took effect.
    step = max([(status.epoch - 1) * batches + status.batch, *(event.step for event in events)])
    return steering.rate_at(run.config, events, step, batches)


def _in_words(rate: float) -> str:
    return f"{rate:.3g}"


def _place(run: Run) -> str:
    return f"train_drawn_{run.id}"
