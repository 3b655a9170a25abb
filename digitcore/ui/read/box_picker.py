"""A picture with a box around each of its digits, which opens the digit: a component of Streamlit."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from digitcore.prediction import Reading
from digitcore.prediction.boxes import assurance
from digitcore.prediction.reading import percent
from digitcore.prediction.records import sign
from digitcore.ui import palette
from digitcore.ui.digit_picker import least_sure
from digitcore.ui.read.opened import Opened

HTML = '<div class="room"><div class="paper" role="toolbar" aria-label="Digits"><img></div></div>'
CSS = """
.room{container-type:inline-size;padding:1.3rem 0 .3rem;font-family:var(--st-font)}
.paper{position:relative;--most:38vh;
width:min(100%,calc(var(--most)*var(--width)/var(--height)),calc(12px*var(--width)))}
.paper img{display:block;width:100%;border-radius:.4rem;
box-shadow:0 0 0 1px color-mix(in srgb,var(--st-text-color) 18%,transparent)}
@container(max-width:30rem){.paper{--most:60vh}}
.paper.tiny img{image-rendering:pixelated}
.paper button{all:unset;position:absolute;box-sizing:border-box;cursor:pointer;touch-action:manipulation;
outline:2px solid var(--colour);outline-offset:2px;border-radius:1px}
.paper button:hover{background:color-mix(in srgb,var(--colour) 18%,transparent)}
.paper button[aria-pressed=true]{outline-width:4px;z-index:1;
background:color-mix(in srgb,var(--colour) 18%,transparent)}
.paper button:focus-visible{box-shadow:0 0 0 8px color-mix(in srgb,var(--colour) 45%,transparent)}
.paper span{position:absolute;bottom:calc(100% + 2px);left:-4px;padding:0 .3em;border-radius:.2em .2em 0 0;
font:600 .85rem/1.25 var(--st-font);color:var(--digit-label-text);background:var(--colour);pointer-events:none}
"""
_component = st.components.v2.component(
    "digitcore_box_picker", html=HTML, css=CSS, js=Path(__file__).with_suffix(".js").read_text()
)


def pick_digit(opened: Opened, key: str) -> int:
    """Shows the picture with the boxes of its digits, and gives the index of the one that is chosen.

    That is the least sure one at first; 0 where there is none.
    """
    writing = opened.writing
    digits = writing.digits if writing else ()
    state: Mapping[str, int] = st.session_state.get(key, {})
    first = least_sure(writing) if writing and digits else 0
    chosen = state.get("chosen", first)
    chosen = first if chosen >= len(digits) else chosen
    height, width = opened.pixels.shape[:2]
    data = {
        "picture": opened.shown,
        "alt": "The picture that was read",
        "width": width,
        "height": height,
        "boxes": [_box(reading, width, height) for reading in digits],
        "chosen": chosen,
    }
    _component(key=key, data=data, default={"chosen": first}, on_chosen_change=_ignore)
    return chosen


def _box(reading: Reading, width: int, height: int) -> dict[str, Any]:
    """A box as the browser draws it: its place in percent of the picture."""
    x, y, across, down = reading.box
    place = 100 * x / width, 100 * y / height, 100 * across / width, 100 * down / height
    confident = percent(float(reading.shares.max()))
    label = f"No digit, {confident} confident" if reading.is_rejected else f"{reading.digit}, {confident} confident"
    return {
        "place": [round(share, 3) for share in place],
        "sign": sign(reading),
        "label": label,
        "colour": palette.ASSURANCE[assurance(reading)],
    }


def _ignore() -> None:
    """A component has a state only where its changes have a callback; the rerun does the rest."""
