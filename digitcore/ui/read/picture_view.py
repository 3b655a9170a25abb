"""One picture: what is written on it, its digits in boxes, and the digit that is picked."""

import html
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.prediction import Engine, Writing, read_all
from digitcore.prediction.reading import percent
from digitcore.ui.read import kept_pictures
from digitcore.ui.read.album import Picture
from digitcore.ui.read.digit_picker import pick_digit
from digitcore.ui.read.outcome import Outcome

OPENED = "read_opened"
STYLE = """<style>
.answer{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.answer .text{font-size:3.5rem;line-height:1.1;font-weight:700;white-space:pre-line}
.answer .long{font-size:1.75rem}
.answer .guess{opacity:.55}
.answer .quiet{opacity:.7;font-size:.875rem;margin-top:.15rem}
</style>"""

LONG_TEXT = 10
"""The characters from which on a text is shown smaller."""


class Opened(NamedTuple):
    """A picture opened again: its pixels, and what is written on it."""

    number: int
    engine: Engine
    pixels: NDArray[np.uint8]
    writing: Writing | None


def picture_view(picture: Picture, engine: Engine) -> None:
    """The answer, the picture and its digits."""
    st.html(answer_html(picture))
    opened = _opened(picture, engine)
    chosen = pick_digit(opened.pixels, opened.writing, f"read_boxes_{picture.number}")
    if opened.writing:
        st.session_state["read_digit"] = opened.writing.digits[chosen]


def answer_html(picture: Picture) -> str:
    """What is written, and how sure that is, as HTML."""
    outcome = picture.outcome or Outcome({}, [])
    css_class = f"text{'' if outcome.accepted else ' guess'}{' long' if len(outcome.text) > LONG_TEXT else ''}"
    text = html.escape(outcome.text.replace(" / ", "\n"))
    return (
        f'{STYLE}<div class="answer"><div class="{css_class}" data-testid="read-text">{text}</div>'
        f'<div class="quiet">{html.escape(trust(outcome))}{html.escape(picture.name)}</div></div>'
    )


def trust(outcome: Outcome) -> str:
    """How sure the answer is, before the name of its file."""
    if outcome.confidence is None:
        return ""
    return f"{percent(outcome.confidence)} confident{'' if outcome.accepted else ', a guess'} · "


def _opened(picture: Picture, engine: Engine) -> Opened:
    """The picture, read again; the one that was opened last is kept, with all that explains it."""
    last: Opened | None = st.session_state.get(OPENED)
    if last is None or (last.number, last.engine) != (picture.number, engine):
        pixels = kept_pictures.opened(picture.content)
        last = Opened(picture.number, engine, pixels, read_all(engine, pixels))
        st.session_state[OPENED] = last
    return last
