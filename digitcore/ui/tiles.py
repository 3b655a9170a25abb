"""Digits as tiles: each picture with a heading and a caption below it."""

import html
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitcore.preprocessing.pictures import png

STYLE = """<style>
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(6rem,1fr));gap:.75rem;
font-variant-numeric:tabular-nums}
.tiles div{border-radius:.5rem;padding:.6rem;text-align:center;
background:color-mix(in srgb,currentColor 6%,transparent)}
.tiles img{width:3.5rem;height:3.5rem;image-rendering:pixelated;border-radius:.25rem}
.tiles b{display:block;font-size:1.05rem;margin-top:.3rem}
.tiles span{font-size:.8rem;opacity:.7;display:block;white-space:pre-line;overflow-wrap:anywhere}
.tiles .marked{outline:2px solid var(--digit-orange);outline-offset:-2px}
</style>"""
PER_PAGE = 50


class Tile(NamedTuple):
    """A (28, 28) picture, a heading, a caption of any number of lines, and whether it is marked."""

    pixels: np.ndarray
    heading: str
    caption: str = ""
    marked: bool = False


def tiles(shown: Sequence[Tile]) -> None:
    """All of them, side by side."""
    made = "".join(
        f'<div class="{"marked" if tile.marked else ""}"><img alt="{html.escape(tile.heading)}" '
        f'src="{png(tile.pixels)}"><b>{html.escape(tile.heading)}</b><span>{html.escape(tile.caption)}</span></div>'
        for tile in shown
    )
    st.html(f'{STYLE}<div class="tiles">{made}</div>')


def choose_page(count: int, key: str) -> slice:
    """Which of `count` are shown, a page at a time."""
    pages = -(-count // PER_PAGE)
    if pages < 2:
        st.session_state.pop(key, None)
        return slice(PER_PAGE)
    page = st.pagination(pages, key=key)
    return slice((page - 1) * PER_PAGE, page * PER_PAGE)
