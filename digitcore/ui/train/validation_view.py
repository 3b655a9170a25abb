"""What validation showed after each epoch: the confusion matrix, single digits, and a drawing of one's own."""

import numpy as np
import streamlit as st

from digitcore.preprocessing.pictures import png
from digitcore.runs import Run, observations, pinned_drawing
from digitcore.runs.observations import Observation
from digitcore.ui import charts, shell, tiles

STYLE = """<style>
.watched b{font-size:1.15rem}
.watched .wrong{outline:2px solid #e5484d;outline-offset:-2px}
</style>"""
WAITING = "Appears after the first epoch."


def confusion_view(run: Run) -> None:
    """The confusion matrix after any epoch."""
    seen = _choose_epoch(run)
    if seen:
        right, all = sum(row[digit] for digit, row in enumerate(seen.confusion)), sum(map(sum, seen.confusion))
        st.caption(f"{right:,} of {all:,} validation digits read right after epoch {seen.epoch}")
        charts.confusion_chart(seen.confusion, "train_confusion_chart")


def watched_view(run: Run) -> None:
    """A dozen validation digits, and how they were read after any epoch."""
    seen, watched = _choose_epoch(run), observations.read_watched(run.watched_file)
    if seen and watched:
        made = (_tile(*each) for each in zip(*watched, seen.watched, strict=False))
        st.html(f'{tiles.STYLE}{STYLE}<div class="tiles watched">{"".join(made)}</div>')


def pinned_view(run: Run, epochs: int) -> None:
    """The pinned drawing's probabilities over the epochs."""
    pinned = pinned_drawing.pinned()
    if pinned is None:
        st.caption("Pin a drawing on the drawing page, and every run reads it again after each epoch.")
        st.page_link(shell.DRAW.file, label="Draw one", icon=":material/draw:")
        return
    seen = [each for each in observations.read(run.observations_file) if each.pin == pinned.name]
    left, right = st.columns([1, 4])
    with left:
        last = seen[-1].pinned if seen else None
        st.html(f'{tiles.STYLE}{STYLE}<div class="tiles watched">{_tile(pinned.pixels, None, last)}</div>')
        st.button("Unpin", icon=":material/keep_off:", key="train_unpin", on_click=pinned_drawing.unpin)
    with right:
        if seen:
            charts.probabilities_chart(seen, epochs, "train_pinned_chart")
        else:
            st.caption("Read again after the next epoch.")


def _choose_epoch(run: Run) -> Observation | None:
    """What was seen after the epoch that a slider chooses; it moves on with the newest unless it was moved back."""
    seen = observations.read(run.observations_file)
    if len(seen) < 2:
        if not seen:
            st.caption(WAITING)
        return seen[0] if seen else None
    key, newest = f"train_epoch_{run.id}", f"train_newest_{run.id}"
    if st.session_state.get(key) in (None, st.session_state.get(newest)):
        st.session_state[key] = seen[-1].epoch
    st.session_state[newest] = seen[-1].epoch
    chosen = st.slider("After epoch", seen[0].epoch, seen[-1].epoch, key=key)
    return next((each for each in seen if each.epoch == chosen), seen[-1])


def _tile(pixels: np.ndarray, label: int | None, shares: list[float] | None) -> str:
    """A digit with its reading; without a label there is no right or wrong."""
    if shares is None:
        return f'<div><img alt="The drawing" src="{png(pixels)}"><b>–</b><span>not read yet</span></div>'
    answer = int(np.argmax(shares))
    wrong = label is not None and answer != label
    words = f"is {label}" if wrong else f"{shares[answer]:.0%} sure"
    alt = "The drawing" if label is None else f"A {label}"
    return (
        f'<div class="{"wrong" if wrong else "right"}"><img alt="{alt}" src="{png(pixels)}">'
        f"<b>{answer}{' ✗' if wrong else ''}</b><span>{words}</span></div>"
    )
