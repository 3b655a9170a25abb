"""Readings as one piece of HTML each: the answer, its confidence, the network input, and every answer's share."""

import html
from typing import NamedTuple

from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Engine, Reading
from digitcore.prediction.reading import percent
from digitcore.preprocessing.pictures import png
from digitcore.ui.wording import sentence

STYLE = """<style>
.readings{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:1.5rem 2.5rem}
.reading{container-type:inline-size;min-height:30rem;font-variant-numeric:tabular-nums}
.reading .model{font-weight:600;margin-bottom:.5rem;overflow-wrap:anywhere}
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
@container(max-width:26rem){.reading .head{grid-template-columns:4rem 1fr 5rem;gap:.75rem}
.reading .digit{font-size:6rem}.reading .confidence{font-size:1.25rem}}
.reading .empty{display:grid;place-items:center;min-height:28rem;opacity:.7;text-align:center}
</style>"""
NAMES = [*map(str, range(10)), "no digit"]
NO_SUCH_ANSWER = (
    '<div class="row quiet"><span>no digit</span><span>this model does not give this answer</span><span></span></div>'
)
"""The last row of a model that learnt from digits alone."""


class Shown(NamedTuple):
    """A reading, the milliseconds it took, the engine that made it, and the model's name where there are several."""

    reading: Reading
    milliseconds: float
    engine: Engine
    model: str = ""


def readings_html(shown: list[Shown]) -> str:
    """The readings side by side, as HTML that takes its text colour from the page."""
    return f'{STYLE}<div class="readings">{"".join(map(_reading, shown))}</div>'


def empty_html() -> str:
    """What stands in the reading's place, at its height, while there is nothing to read."""
    return f'{STYLE}<div class="reading"><div class="empty">Draw a digit from 0 to 9</div></div>'


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


def _reading(shown: Shown) -> str:
    reading, (first, second) = shown.reading, headline(shown.reading)
    model = f'<div class="model">{html.escape(shown.model)}</div>' if shown.model else ""
    sign = "?" if reading.is_rejected else reading.digit
    before_time = f"{second} · " if second else ""
    seen = f'<img class="seen" alt="The 28 by 28 pixels that the network reads" src="{png(reading.pixels)}">'
    return (
        f'<div class="reading">{model}<div class="head">'
        f'<div class="digit{"" if reading.accepted else " guess"}" data-testid="digit">{sign}</div>'
        f'<div><div class="confidence" data-testid="confidence">{first}</div>'
        f'<div class="quiet">{before_time}read in {shown.milliseconds:.1f} ms</div></div>'
        f'<figure>{seen}<figcaption class="quiet">Network input</figcaption></figure></div>'
        f'<div class="bars" role="img" aria-label="{_as_text(reading)}">{_bars(reading)}</div></div>'
    )


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
