"""What validation showed after each epoch: the confusion matrix, single digits, and the pinned drawing."""

import numpy as np
import streamlit as st

from digitcore.preprocessing.pictures import png
from digitcore.runs import pinned_drawing
from digitcore.runs.observations import Observation
from digitcore.runs.snapshot import Snapshot
from digitcore.ui import charts, shell, tiles

STYLE = """<style>
.watched b{font-size:1.15rem}
.watched .wrong{outline:2px solid var(--digit-red);outline-offset:-2px}
</style>"""
WAITING = "Appears after the first epoch."


def confusion_view(snapshot: Snapshot) -> None:
    """The confusion matrix after any epoch."""
    observation = _choose_epoch(snapshot)
    if observation:
        confusion = observation.confusion
        right, count = sum(row[digit] for digit, row in enumerate(confusion)), sum(map(sum, confusion))
        st.caption(f"{right:,} of {count:,} validation digits read right after epoch {observation.epoch}")
        charts.confusion_chart(confusion, "train_confusion_chart")


def watched_view(snapshot: Snapshot) -> None:
    """A dozen validation digits, and how they were read after any epoch."""
    observation, watched = _choose_epoch(snapshot), snapshot.watched
    if observation and watched:
        made = (_tile(*digit) for digit in zip(*watched, observation.watched, strict=False))
        st.html(f'{tiles.STYLE}{STYLE}<div class="tiles watched">{"".join(made)}</div>')


def pinned_view(snapshot: Snapshot) -> None:
    """The pinned drawing's probabilities over the epochs."""
    pinned = snapshot.pinned
    if pinned is None:
        st.caption("Pin a drawing on the drawing page, and every run reads it again after each epoch.")
        st.page_link(shell.DRAW.file, label="Draw one", icon=":material/draw:")
        return
    observations = [observation for observation in snapshot.observations if observation.pin == pinned.name]
    left, right = st.columns([1, 4])
    with left:
        last = observations[-1].pinned if observations else None
        st.html(f'{tiles.STYLE}{STYLE}<div class="tiles watched">{_tile(pinned.pixels, None, last)}</div>')
        st.button("Unpin", icon=":material/keep_off:", key="train_unpin", on_click=pinned_drawing.unpin)
    with right:
        if observations:
            charts.probabilities_chart(observations, snapshot.status.span(), "train_pinned_chart")
        else:
            st.caption("Read again after the next epoch.")


def _choose_epoch(snapshot: Snapshot) -> Observation | None:
    """The observation of the epoch that a slider chooses; the slider follows the newest unless it was moved back."""
    observations, run_id = snapshot.observations, snapshot.run.id
    if not observations:
        st.caption(WAITING)
        return None
    newest = observations[-1]
    if len(observations) == 1:
        return newest
    key, newest_key = f"train_epoch_{run_id}", f"train_newest_{run_id}"
    if st.session_state.get(key) in (None, st.session_state.get(newest_key)):
        st.session_state[key] = newest.epoch
    st.session_state[newest_key] = newest.epoch
    chosen = st.slider("After epoch", observations[0].epoch, newest.epoch, key=key)
    return next((observation for observation in observations if observation.epoch == chosen), newest)


def _tile(pixels: np.ndarray, label: int | None, probabilities: list[float] | None) -> str:
    """A digit with its reading; without a label there is no right or wrong."""
    if probabilities is None:
        return f'<div><img alt="The drawing" src="{png(pixels)}"><b>–</b><span>not read yet</span></div>'
    answer = int(np.argmax(probabilities))
    is_wrong = label is not None and answer != label
    caption = f"is {label}" if is_wrong else f"{probabilities[answer]:.0%} confident"
    alt = "The drawing" if label is None else f"A {label}"
    return (
        f'<div class="{"wrong" if is_wrong else "right"}"><img alt="{alt}" src="{png(pixels)}">'
        f"<b>{answer}{' ✗' if is_wrong else ''}</b><span>{caption}</span></div>"
    )
