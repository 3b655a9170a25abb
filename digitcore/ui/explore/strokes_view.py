"""Pen strokes as vector pictures: still, or written again before one's eyes."""

import base64
import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

SECONDS_A_POINT, PAUSE_SECONDS = 0.02, 0.25
"""How quickly strokes are written again, and how long the pen is up between two."""
INK = "#5b6cff"
STYLE = """<style>
.pen img{display:block;background:color-mix(in srgb,currentColor 6%,transparent);border-radius:.5rem;width:100%}
.pen figure{margin:0;max-width:20rem}
.pen figcaption{font-size:.875rem;opacity:.7;margin-top:.35rem}
.pen.many{display:grid;grid-template-columns:repeat(auto-fill,minmax(4rem,1fr));gap:.5rem}
.pen .chosen img{outline:2px solid #f2994a}
</style>"""
MOVEMENT = (
    "polyline{stroke-dasharray:1;stroke-dashoffset:1;animation:w linear forwards}@keyframes w{to{stroke-dashoffset:0}}"
)

Strokes = Sequence[np.ndarray]
"""Points whose middle is 0 and whose longer side is 1, y pointing down."""


def replay(strokes: Strokes, words: str) -> None:
    """The strokes written one after the other, as quickly as they were."""
    lines, begin = [], 0.0
    for stroke in strokes:
        lasts = SECONDS_A_POINT * len(stroke)
        moves = f"animation-duration:{lasts:.2f}s;animation-delay:{begin:.2f}s"
        lines.append(_line(stroke, f'pathLength="1" style="{moves}"'))
        begin += lasts + PAUSE_SECONDS
    st.html(f'{STYLE}<div class="pen">{_figure(lines, words, MOVEMENT)}</div>')


def thumbnails(drawn: Sequence[tuple[Strokes, str, bool]]) -> None:
    """Many drawings, each with its words, and whether it is the chosen one."""
    figures = "".join(
        _figure([_line(stroke) for stroke in strokes], words, kind="chosen" if chosen else "")
        for strokes, words, chosen in drawn
    )
    st.html(f'{STYLE}<div class="pen many">{figures}</div>')


def _figure(lines: Sequence[str], words: str, movement: str = "", kind: str = "") -> str:
    """A vector picture as an image, since the page takes no SVG by itself."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-.6 -.6 1.2 1.2"><style>polyline{fill:none;'
        f"stroke:{INK};stroke-width:.06;stroke-linecap:round;stroke-linejoin:round}}{movement}</style>{''.join(lines)}</svg>"
    )
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    caption = html.escape(words)
    return f'<figure class="{kind}"><img alt="{caption}" src="{source}"><figcaption>{caption}</figcaption></figure>'


def _line(stroke: np.ndarray, more: str = "") -> str:
    points = " ".join(f"{x:.3f},{y:.3f}" for x, y in stroke)
    return f'<polyline points="{points}" {more}/>'
