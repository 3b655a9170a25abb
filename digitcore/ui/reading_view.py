"""What was read: the digit or the number, its confidence, and of one digit the network input and all shares."""

import html
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Reading, Writing
from digitcore.prediction.reading import percent
from digitcore.prediction.records import NO_DIGITS, is_without_digits, sign
from digitcore.preprocessing.pictures import png
from digitcore.ui.digit_picker import digit_picker
from digitcore.ui.wording import sentence

NUMBER_HEIGHT = "5.25rem"
"""With what is below it, a number is as high as a digit: the shares stay where they are. STYLE keeps its place."""
STYLE = """<style>
[class*=st-key-draw_number_]{min-height:5.25rem}
.st-key-draw_readings>*{flex:1 1 17rem}
.model{font-weight:600;margin-bottom:.5rem;overflow-wrap:anywhere}
.reading{container-type:inline-size;min-height:30rem;font-variant-numeric:tabular-nums}
.reading.below{min-height:24.75rem}
.reading .several{display:grid;grid-template-columns:3.75rem 1fr;gap:1rem;align-items:center;height:3.75rem}
.reading .head{display:grid;grid-template-columns:6rem 1fr 7rem;gap:1.25rem;align-items:center;height:9rem}
.reading .digit{font-size:8.5rem;line-height:1;font-weight:700;text-align:center}
.reading .guess{opacity:.4}
.reading .confidence{font-size:1.6rem;font-weight:600;line-height:1.2}
.reading .quiet{opacity:.7;font-size:.875rem;margin-top:.25rem}
.reading figure{margin:0}
.reading .seen{width:100%;aspect-ratio:1;image-rendering:pixelated;border-radius:.4rem;display:block}
.reading .bars{display:grid;grid-template-columns:auto 1fr 3.6rem;gap:.3rem .75rem;align-items:center;font-size:.9rem;
margin-top:1rem}
.reading .track{height:.7rem;border-radius:.35rem;background:color-mix(in srgb,currentColor 12%,transparent)}
.reading .fill{height:100%;border-radius:.35rem;background:color-mix(in srgb,currentColor 45%,transparent)}
.reading .top .fill{background:var(--digit-blue)}
.reading .none.top .fill{background:var(--digit-orange)}
.reading .row{display:contents}
.reading .top{font-weight:700}
.reading .share{text-align:right}
.reading .row.quiet span{opacity:.7}
.reading .several .confidence{font-size:1.25rem}
.reading .several .quiet{margin-top:0;line-height:1.25}
@container(max-width:24rem){.reading .head{grid-template-columns:4rem 1fr 5rem;gap:.75rem}
.reading .digit{font-size:6rem}.reading .confidence{font-size:1.25rem}}
.reading .empty{display:grid;place-items:center;min-height:28rem;opacity:.7;text-align:center}
</style>"""
NAMES = [*map(str, range(10)), "no digit"]
NO_SUCH_ANSWER = (
    '<div class="row quiet"><span>no digit</span><span>this model does not give this answer</span><span></span></div>'
)
"""The last row of a model that learnt from digits alone."""


class Shown(NamedTuple):
    """A (H, W, 4) uint8 RGBA drawing, and what a model read of it.

    `picked` is which of its digits is looked into, `milliseconds` what the reading took, and `model` the model's name
    where there are several.
    """

    drawing: np.ndarray
    writing: Writing
    picked: int
    milliseconds: float
    model: str = ""

    @property
    def reading(self) -> Reading:
        """The picked digit."""
        return self.writing.digits[self.picked]


def show_reading(shown: Shown, key: str) -> None:
    """A digit, or a number of which one digit can be picked, with the picked one's shares."""
    if shown.model:
        st.html(f'{STYLE}<div class="model">{html.escape(shown.model)}</div>')
    if len(shown.writing.digits) > 1:
        digit_picker(shown.writing, shown.picked, key, NUMBER_HEIGHT)
    else:
        # In the same place, or the reading before would stand below this one until the page has run.
        st.empty()
    st.html(reading_html(shown))


def empty_html() -> str:
    """What stands in the reading's place, at its height, while there is nothing to read."""
    return f'{STYLE}<div class="reading"><div class="empty">Draw a digit or a number</div></div>'


def headline(reading: Reading) -> tuple[str, str]:
    """The reading as a heading, and a second line on it."""
    if reading.too_small:
        return "Too small to read", f"A speck, closest to {reading.digit}"
    largest = percent(float(reading.shares.max()))
    if reading.is_rejected:
        return "No digit", f"{largest} confident · closest to {reading.digit}"
    likely = reading.likely
    if len(likely) == 1 and reading.accepted:
        return f"{sentence(largest)} confident", ""
    if len(likely) == 1:
        return f"Perhaps {NAMES[likely[0]]}", f"{largest} confident"
    shares = ", ".join(f"{reading.shares[answer]:.0%}" for answer in likely)
    names = [NAMES[answer] for answer in likely]
    heading = f"Probably {names[0]}" if reading.accepted else f"{', '.join(names[:-1])}, or {names[-1]}"
    return heading, f"{' or '.join(names)}: {shares}"


def number_headline(writing: Writing) -> tuple[str, str]:
    """How sure several digits are as a whole, and a second line on it."""
    unsure = sum(not reading.accepted for reading in writing.digits)
    if is_without_digits(writing):
        return sentence(NO_DIGITS), ""
    confident = f"{percent(writing.confidence)} confident"
    if not unsure:
        return sentence(confident), ""
    return f"Unsure of {'one digit' if unsure == 1 else f'{unsure} digits'}", confident


def place_of(shown: Shown) -> str:
    """Which of several digits is picked, and what it was read as."""
    return f"Digit {shown.picked + 1} of {len(shown.writing.digits)} · {headline(shown.reading)[0]}"


def reading_html(shown: Shown) -> str:
    """A digit with its shares, or those of the picked one of several, as HTML that takes its text colour from the page.

    The number itself is not a part of it.
    """
    reading, is_alone = shown.reading, len(shown.writing.digits) == 1
    return (
        f'{STYLE}<div class="reading{"" if is_alone else " below"}">{_digit(shown) if is_alone else _number(shown)}'
        f'<div class="bars" role="img" aria-label="{_as_text(reading)}">{_bars(reading)}</div></div>'
    )


def _digit(shown: Shown) -> str:
    """What is above the shares of a digit that is alone."""
    reading, (first, second) = shown.reading, headline(shown.reading)
    return (
        f'<div class="head"><div class="digit{"" if reading.accepted else " guess"}" data-testid="digit">'
        f"{sign(reading)}</div><div>{_confidence(first, second, shown)}</div>"
        f'<figure>{_seen(reading)}<figcaption class="quiet">Network input</figcaption></figure></div>'
    )


def _number(shown: Shown) -> str:
    """What is between a number and the shares of its picked digit."""
    first, second = number_headline(shown.writing)
    return (
        f'<div class="several">{_seen(shown.reading)}<div>{_confidence(first, second, shown)}'
        f'<div class="quiet" data-testid="picked">{place_of(shown)}</div></div></div>'
    )


def _confidence(first: str, second: str, shown: Shown) -> str:
    before_time = f"{second} · " if second else ""
    return (
        f'<div class="confidence" data-testid="confidence">{first}</div>'
        f'<div class="quiet">{before_time}read in {shown.milliseconds:.1f} ms</div>'
    )


def _seen(reading: Reading) -> str:
    return f'<img class="seen" alt="The 28 by 28 pixels that the network reads" src="{png(reading.pixels)}">'


def _bars(reading: Reading) -> str:
    bars = "".join(
        f'<div class="row{" top" if answer == reading.answer else ""}{" none" if answer == NO_DIGIT else ""}">'
        f'<span>{NAMES[answer]}</span><div class="track"><div class="fill" style="width:{share:.1%}"></div></div>'
        f'<span class="share">{share:.1%}</span></div>'
        for answer, share in enumerate(reading.shares)
    )
    return bars if reading.no_digit is not None else f"{bars}{NO_SUCH_ANSWER}"


def _as_text(reading: Reading) -> str:
    return "Shares: " + ", ".join(f"{NAMES[answer]} {share:.1%}" for answer, share in enumerate(reading.shares))
