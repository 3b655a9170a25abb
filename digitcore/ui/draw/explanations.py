"""Why a drawing is read as it is: each way of looking is worked out when it is asked for, and not before."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Engine, Reading
from digitcore.prediction.change import smallest_change
from digitcore.prediction.evidence import evidence
from digitcore.prediction.neighbours import nearest, unfamiliar_note
from digitcore.preprocessing.pictures import png
from digitcore.ui.draw.layers_view import layers_view
from digitcore.ui.draw.reading_view import NAMES, Shown
from digitcore.ui.draw.tint import tinted

STYLE = """<style>
.why{display:flex;flex-wrap:wrap;gap:1rem 1.25rem;align-items:end}
.why figure{margin:0;max-width:100%}
.why figcaption{font-size:.875rem;opacity:.7;margin-top:.35rem}
.why img{display:block;height:8rem;max-width:100%;border-radius:.4rem;image-rendering:pixelated;
background:color-mix(in srgb,currentColor 6%,transparent)}
.why .large{height:16rem}
</style>"""
OLD_BUNDLE = (
    "This model was made by an earlier version, and lacks what this view needs. To make it again, delete its run's "
    "export folder and use its model again."
)


def why(readings: list[Shown]) -> None:
    """Ways to look into one of the readings, none of which is open at first; one that is open stays so."""
    shared = {"persist_state": "session", "wrap": True}
    chosen = st.segmented_control("Why?", list(VIEWS), key="draw_why", format_func=_label, **shared)
    if chosen and readings:
        shown = readings[_which(readings)]
        VIEWS[chosen][1](shown.engine, shown.reading)
    elif chosen:
        st.caption("Draw something, and see here why it is read as it is.")


def _which(readings: list[Shown]) -> int:
    """Which of the readings is explained."""
    if len(readings) == 1:
        return 0
    words = {"format_func": lambda at: readings[at].model, "default": 0, "required": True, "wrap": True}
    return st.segmented_control("Model", range(len(readings)), key="draw_why_of", **words)


def _label(name: str) -> str:
    return f":material/{VIEWS[name][0]}: {name}"


def _ink(engine: Engine, reading: Reading) -> None:
    """Which ink spoke for an answer, and which against it."""
    if reading.too_small:
        st.caption("It is refused for its size alone: the ink is a speck. Draw it larger.")
    answers = list(range(len(reading.shares)))
    told = NO_DIGIT if reading.is_rejected and NO_DIGIT in answers else reading.digit
    words = {"default": told, "required": True, "wrap": True, "format_func": lambda answer: NAMES[answer]}
    answer = st.segmented_control("Spoke for", answers, key=f"draw_for_{told}", **words)
    ink = reading.ink
    spoke = reading.normalised.at_source(evidence(engine, reading.forward, answer), ink.shape)
    _show((tinted(spoke, ink), f"Blue spoke for {NAMES[answer]}, red against it", "large"))


def _nearest(engine: Engine, reading: Reading) -> None:
    """The training digits that are most alike to the network."""
    found = nearest(engine, reading.embedding[None])
    if not found:
        st.caption(OLD_BUNDLE)
        return
    tiles = zip(found[0].pictures, found[0].labels, found[0].similarity, strict=True)
    _show(
        (reading.pixels, "What it saw", ""),
        *((pixels, f"A {label}, {like:.0%} alike", "") for pixels, label, like in tiles),
    )
    if note := unfamiliar_note(engine):
        st.caption(note)


def _change(engine: Engine, reading: Reading) -> None:
    """The smallest erasure or stroke that would change its mind."""
    found = smallest_change(engine, reading.forward)
    if found is None:
        st.caption("No small erasure or stroke changes its mind: none was found in a second.")
        return
    before, after = reading.pixels.astype(float), found.picture.astype(float)
    changed = np.sign(after - before) * (np.abs(after - before) > 16)
    sure = reading.accepted or reading.is_rejected
    done = "Red is erased" if found.kind == "erasure" else "Blue is drawn"
    _show(
        (reading.pixels, f"{'Read as' if sure else 'Most likely'} {NAMES[reading.answer]}", ""),
        (tinted(changed, np.maximum(before, after) / 255), done, ""),
        (found.picture, f"Read as {NAMES[found.digit]}", ""),
    )


def _steps(engine: Engine, reading: Reading) -> None:
    """From the canvas to the 28x28 that the network reads."""
    ink, made = reading.ink, reading.normalised
    x, y, width, height = made.box
    scaled = np.rint(made.scaled * (255 / made.scaled.max())).astype(np.uint8)
    _show(
        (np.rint(ink * 255).astype(np.uint8), "Its ink", ""),
        (np.rint(ink[y : y + height, x : x + width] * 255).astype(np.uint8), "Cut out", ""),
        (scaled, f"Scaled to {scaled.shape[1]} × {scaled.shape[0]}", ""),
        (made.pixels, "Centre of mass in the middle of 28 × 28", ""),
    )


def _layers(engine: Engine, reading: Reading) -> None:
    """What each layer makes of it."""
    if engine.bundle.layers:
        layers_view(engine.bundle, reading.forward)
    else:
        st.caption(OLD_BUNDLE)


def _show(*figures: tuple[np.ndarray, str, str]) -> None:
    """Pictures with their captions, side by side."""
    view = st.session_state["draw_why"]
    made = (
        f'<figure><img data-view="{view}" class="{size}" alt="{words}" src="{png(pixels)}">'
        f"<figcaption>{words}</figcaption></figure>"
        for pixels, words, size in figures
    )
    st.html(f'{STYLE}<div class="why">{"".join(made)}</div>')


VIEWS: dict[str, tuple[str, Callable[[Engine, Reading], None]]] = {
    "Ink": ("ink_highlighter", _ink),
    "Change": ("ink_eraser", _change),
    "Nearest": ("grid_view", _nearest),
    "Layers": ("layers", _layers),
    "Steps": ("steps", _steps),
}
"""Each way's icon, and what shows it."""
