"""A reading as a picture: the digit, how sure, all ten probabilities, and what the network saw."""

import numpy as np

from digitcore.prediction import Reading
from digitcore.preprocessing.pictures import png

STYLE = """<style>
.reading{display:grid;grid-template-columns:auto 1fr;gap:1.25rem 1.5rem;align-items:center;min-height:27rem;
align-content:start;font-variant-numeric:tabular-nums}
.reading .digit{font-size:8.5rem;line-height:1;font-weight:700;min-width:6rem;text-align:center}
.reading .guess{opacity:.45}
.reading .sure{font-size:1.6rem;font-weight:600;line-height:1.3}
.reading .quiet{opacity:.7;font-size:.875rem}
.reading .bars{grid-column:1/-1;display:grid;grid-template-columns:1rem 1fr 3.6rem;gap:.3rem .75rem;align-items:center;
font-size:.9rem}
.reading .track{height:.7rem;border-radius:.35rem;background:color-mix(in srgb,currentColor 12%,transparent)}
.reading .fill{height:100%;border-radius:.35rem;background:color-mix(in srgb,currentColor 45%,transparent)}
.reading .accepted .top .fill{background:#5b6cff}
.reading .row{display:contents}
.reading .top{font-weight:700}
.reading .share{text-align:right}
.reading .seen{width:7rem;height:7rem;image-rendering:pixelated;border-radius:.4rem;display:block}
.reading .side{display:flex;gap:1.25rem;align-items:center;flex-wrap:wrap}
@media(max-width:640px){.reading{gap:1rem;min-height:29rem}.reading .digit{font-size:7rem;min-width:4.5rem}
.reading .sure{font-size:1.25rem}.reading .seen{width:5.5rem;height:5.5rem}.reading .side{gap:.75rem}}
.reading .empty{grid-column:1/-1;display:grid;place-items:center;min-height:24rem;opacity:.7;text-align:center}
</style>"""


def reading_html(reading: Reading, milliseconds: float) -> str:
    """The reading as HTML that takes its text colour from the page."""
    share = reading.sureness()
    sure = f"{share[0].upper()}{share[1:]} sure" if reading.accepted else "This does not look like a digit"
    beside = "Read" if reading.accepted else "A guess, read"
    guess, accepted = ("", " accepted") if reading.accepted else (" guess", "")
    seen = f'<img class="seen" alt="The 28 by 28 pixels that the network saw" src="{png(reading.pixels)}">'
    return (
        f'{STYLE}<div class="reading"><div class="digit{guess}" data-testid="digit">{reading.digit}</div>'
        f'<div class="side"><div><div class="sure" data-testid="confidence">{sure}</div>'
        f'<div class="quiet">{beside} in {milliseconds:.1f} ms</div></div>'
        f'<figure style="margin:0">{seen}<figcaption class="quiet">What it saw</figcaption></figure></div>'
        f'<div class="bars{accepted}" role="img" aria-label="{_in_words(reading.probabilities)}">'
        f"{_bars(reading)}</div></div>"
    )


def empty_html() -> str:
    """What stands in the reading's place, at its height, while there is nothing to read."""
    return f'{STYLE}<div class="reading"><div class="empty">Draw a digit from 0 to 9</div></div>'


def _bars(reading: Reading) -> str:
    return "".join(
        f'<div class="row{" top" if digit == reading.digit else ""}"><span>{digit}</span>'
        f'<div class="track"><div class="fill" style="width:{share:.1%}"></div></div>'
        f'<span class="share">{share:.1%}</span></div>'
        for digit, share in enumerate(reading.probabilities)
    )


def _in_words(probabilities: np.ndarray) -> str:
    return "Probabilities: " + ", ".join(f"{digit} {share:.1%}" for digit, share in enumerate(probabilities))
