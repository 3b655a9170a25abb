"""Drawings as vector pictures of their strokes: still, or replayed as they were written."""

import base64
import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from digitcore.ui import palette

SECONDS_PER_POINT, MOST_SECONDS, PAUSE_SECONDS = 0.02, 4, 0.25
"""How quickly strokes are replayed, how long the longest drawing takes, and how long the pen is up between two."""
STYLE = """<style>
.pen img{display:block;background:color-mix(in srgb,currentColor 6%,transparent);border-radius:.5rem;width:100%}
.pen figure{margin:0;max-width:20rem}
.pen figcaption{font-size:.875rem;opacity:.7;margin-top:.35rem}
.pen.many{display:grid;grid-template-columns:repeat(auto-fill,minmax(4rem,1fr));gap:.5rem}
.pen .chosen img{outline:2px solid var(--digit-orange)}
</style>"""
MOVEMENT = (
    "polyline{stroke-dasharray:1;stroke-dashoffset:1;animation:w linear forwards}@keyframes w{to{stroke-dashoffset:0}}"
)

Strokes = Sequence[np.ndarray]
"""Points whose centre is 0 and whose longer side is 1, y pointing down."""


def replay(strokes: Strokes, caption: str) -> None:
    """The strokes written one after the other, as quickly or slowly as their points follow each other."""
    seconds_per_point = min(SECONDS_PER_POINT, MOST_SECONDS / sum(map(len, strokes)))
    lines, begin = [], 0.0
    for stroke in strokes:
        seconds = seconds_per_point * len(stroke)
        timing = f"animation-duration:{seconds:.2f}s;animation-delay:{begin:.2f}s"
        lines.append(_line(stroke, f'pathLength="1" style="{timing}"'))
        begin += seconds + PAUSE_SECONDS
    st.html(f'{STYLE}<div class="pen">{_figure(lines, caption, MOVEMENT)}</div>')


def thumbnails(drawings: Sequence[tuple[Strokes, str, bool]]) -> None:
    """Many drawings, each with its caption, and whether it is the chosen one."""
    figures = "".join(
        _figure([_line(stroke) for stroke in strokes], caption, css_class="chosen" if chosen else "")
        for strokes, caption, chosen in drawings
    )
    st.html(f'{STYLE}<div class="pen many">{figures}</div>')


def _figure(lines: Sequence[str], caption: str, movement: str = "", css_class: str = "") -> str:
    """A vector picture as an image, since the page takes no SVG by itself."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-.6 -.6 1.2 1.2"><style>polyline{fill:none;'
        f"stroke:{palette.INK};stroke-width:.06;stroke-linecap:round;stroke-linejoin:round}}{movement}</style>"
        f"{''.join(lines)}</svg>"
    )
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    text = html.escape(caption)
    return f'<figure class="{css_class}"><img alt="{text}" src="{source}"><figcaption>{text}</figcaption></figure>'


def _line(stroke: np.ndarray, attributes: str = "") -> str:
    points = " ".join(f"{x:.3f},{y:.3f}" for x, y in stroke)
    return f'<polyline points="{points}" {attributes}/>'
