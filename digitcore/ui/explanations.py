"""Why a drawing is read as it is; each explanation is computed when someone opens it, and not before."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from digitcore.model_format import NO_DIGIT
from digitcore.prediction.change import smallest_change
from digitcore.prediction.evidence import evidence
from digitcore.prediction.neighbours import nearest, unfamiliar_note
from digitcore.preprocessing import find_ink
from digitcore.preprocessing.pictures import png
from digitcore.ui.choices import choose_one
from digitcore.ui.digit_picker import digit_picker
from digitcore.ui.layers_view import layers_view
from digitcore.ui.reading_view import NAMES, Shown
from digitcore.ui.tint import tinted

STYLE = """<style>
.why{display:flex;flex-wrap:wrap;gap:1rem 1.25rem;align-items:end}
.why figure{margin:0;max-width:100%}
.why figcaption{font-size:.875rem;opacity:.7;margin-top:.35rem}
.why img{display:block;height:8rem;max-width:100%;border-radius:.4rem;image-rendering:pixelated;
background:color-mix(in srgb,currentColor 6%,transparent)}
.why .large{height:16rem}
</style>"""
LINE_HEIGHT, DIM = 2.25, np.float32(0.35)
"""Of the digits to pick from, in rem, and how bright the ink of the others is beside that of the picked one."""
EARLIER_VERSION = (
    "This model was made by an earlier version and lacks data that this view needs. To re-export it, delete the folder "
    "export of its run, then use the run's model again."
)


def why(readings: list[Shown], page: str) -> None:
    """Explanations of the picked digit, none of which is open at first; one that is open stays so.

    `page` is what the keys of its widgets begin with.
    """
    chosen = st.segmented_control(
        "Why?", list(VIEWS), key=f"{page}_why", format_func=_label, persist_state="session", wrap=True
    )
    if chosen and readings:
        shown = readings[_choose_reading(readings, page)]
        if len(shown.writing.digits) > 1:
            height = f"{LINE_HEIGHT * len(shown.writing.lines)}rem"
            digit_picker(shown.writing, shown.picked, f"{page}_why_number", height)
        VIEWS[chosen][1](shown, page)
    elif chosen:
        st.caption("Draw something, and see here why it is read as it is.")


def _choose_reading(readings: list[Shown], page: str) -> int:
    if len(readings) == 1:
        return 0
    return choose_one("Model", range(len(readings)), f"{page}_why_of", format_func=lambda place: readings[place].model)


def _label(name: str) -> str:
    return f":material/{VIEWS[name][0]}: {name}"


def _ink(shown: Shown, page: str) -> None:
    """Which ink is evidence for an answer, and which against it."""
    reading = shown.reading
    if reading.too_small:
        st.caption("Rejected because it is too small. Write it larger.")
    answers = range(len(reading.shares))
    given = NO_DIGIT if reading.is_rejected and NO_DIGIT in answers else reading.digit
    answer = choose_one("Evidence for", answers, f"{page}_for_{given}", default=given, format_func=NAMES.__getitem__)
    by_pixel = reading.normalised.at_source(evidence(reading.engine, reading.forward, answer), reading.ink.shape)
    _show(page, (tinted(by_pixel, reading.ink), f"Blue ink is evidence for {NAMES[answer]}, red against it", "large"))


def _nearest(shown: Shown, page: str) -> None:
    """The training digits whose embeddings are most similar."""
    reading = shown.reading
    neighbours = nearest(reading.engine, reading.embedding[None])
    if not neighbours:
        st.caption(EARLIER_VERSION)
        return
    _show(
        page,
        (reading.pixels, "Network input", ""),
        *(
            (pixels, f"A {label}, similarity {similarity:.0%}", "")
            for pixels, label, similarity in zip(*neighbours[0], strict=True)
        ),
    )
    if note := unfamiliar_note(reading.engine):
        st.caption(note)


def _change(shown: Shown, page: str) -> None:
    """The smallest erasure or stroke that would change the answer."""
    reading = shown.reading
    change = smallest_change(reading.engine, reading.forward)
    if change is None:
        st.caption("No small erasure or stroke that changes the answer was found within a second.")
        return
    before, after = reading.pixels.astype(float), change.picture.astype(float)
    changed = np.sign(after - before) * (np.abs(after - before) > 16)
    is_definite = reading.accepted or reading.is_rejected
    _show(
        page,
        (reading.pixels, f"{'Read as' if is_definite else 'Most likely'} {NAMES[reading.answer]}", ""),
        (
            tinted(changed, np.maximum(before, after) / 255),
            "Red is erased" if change.kind == "erasure" else "Blue is drawn",
            "",
        ),
        (change.picture, f"Then read as {NAMES[change.digit]}", ""),
    )


def _steps(shown: Shown, page: str) -> None:
    """From the canvas to the 28x28 that the network reads; other digits are dim."""
    reading = shown.reading
    ink, normalised = reading.ink, reading.normalised
    x, y, width, height = normalised.box
    scaled = np.rint(normalised.scaled * (255 / normalised.scaled.max())).astype(np.uint8)
    _show(
        page,
        (np.rint(_in_place(shown) * 255).astype(np.uint8), "Ink", ""),
        (np.rint(ink[y : y + height, x : x + width] * 255).astype(np.uint8), "Cut out", ""),
        (scaled, f"Scaled to {scaled.shape[1]} × {scaled.shape[0]}", ""),
        (normalised.pixels, "Centre of mass in the middle of 28 × 28", ""),
    )


def _in_place(shown: Shown) -> np.ndarray:
    """The ink of the whole drawing, (H, W) from 0 to 1, on which that of all other digits is dim."""
    (left, top), (height, width) = shown.reading.corner, shown.reading.ink.shape
    ink = DIM * find_ink(shown.drawing)
    own = ink[top : top + height, left : left + width]
    np.maximum(own, shown.reading.ink, out=own)
    return ink


def _layers(shown: Shown, page: str) -> None:
    """The feature maps of each layer."""
    bundle = shown.reading.engine.bundle
    if bundle.layers:
        layers_view(bundle, shown.reading.forward, page)
    elif "layers" in bundle.card:
        st.caption("This network has no convolution, so there are no feature maps to show.")
    else:
        st.caption(EARLIER_VERSION)


def _show(page: str, *figures: tuple[np.ndarray, str, str]) -> None:
    """Pictures, each with its caption and CSS class, side by side."""
    view = st.session_state[f"{page}_why"]
    made = (
        f'<figure><img data-view="{view}" class="{css_class}" alt="{caption}" src="{png(pixels)}">'
        f"<figcaption>{caption}</figcaption></figure>"
        for pixels, caption, css_class in figures
    )
    st.html(f'{STYLE}<div class="why">{"".join(made)}</div>')


VIEWS: dict[str, tuple[str, Callable[[Shown, str], None]]] = {
    "Ink": ("ink_highlighter", _ink),
    "Change": ("ink_eraser", _change),
    "Nearest": ("grid_view", _nearest),
    "Layers": ("layers", _layers),
    "Steps": ("steps", _steps),
}
"""Each explanation's icon, and the function that shows it."""
