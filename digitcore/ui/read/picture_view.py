"""One picture: what is written on it, its digits in boxes, and the digit that is picked."""

import html

import streamlit as st

from digitcore.prediction import Engine, Writing
from digitcore.prediction.reading import percent
from digitcore.ui.read.album import Album, Picture
from digitcore.ui.read.box_picker import pick_digit
from digitcore.ui.read.outcome import Outcome
from digitcore.ui.reading_view import Shown

STYLE = """<style>
.answer{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.answer .text{font-size:3.5rem;line-height:1.1;font-weight:700;white-space:pre-line}
.answer .long{font-size:1.75rem}
.answer .guess{opacity:.55}
.answer .quiet{opacity:.7;font-size:.875rem;margin-top:.15rem}
</style>"""

LONG_TEXT = 10
"""The characters from which on a text is shown smaller."""


def picture_view(kept: Album, picture: Picture, engine: Engine) -> Shown | None:
    """The answer and the picture; gives the digit that is picked, None where there is none."""
    st.html(answer_html(picture))
    opened = kept.open(picture, engine)
    chosen = pick_digit(opened, f"read_boxes_{picture.number}")
    if not opened.writing or not opened.writing.digits:
        return None
    digit = Writing(((opened.writing.digits[chosen],),))
    return Shown(opened.pixels, digit, 0, opened.milliseconds)


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
