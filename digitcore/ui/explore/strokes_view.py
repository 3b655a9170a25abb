"""The view of Explore that shows strokes as they were written."""

import streamlit as st

from digitcore import data
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_variation import fit
from digitcore.ui import known_digits
from digitcore.ui.explore.filters import NO_SUCH_DIGIT, choose_contributor, choose_digit
from digitcore.ui.explore.stroke_pictures import replay, thumbnails
from digitcore.ui.tiles import choose_page

SETS = {name: source.label for name, source in data.SOURCES.items() if source.load_drawings}
PAGE = "explore_pen_page"


def show() -> None:
    """Drawings of one source, and one of them replayed."""
    choices = st.container(horizontal=True)
    with choices:
        name = known_digits.choose(SETS, "explore_strokes")
    if not known_digits.may_load(name, "explore_strokes"):
        return
    drawings = _drawings(name)
    names = sorted({drawing.contributor for drawing in drawings} - {""})
    with choices:
        contributor = choose_contributor(names, "explore_strokes_contributor", PAGE)
    digit = choose_digit("explore_pen_digit", PAGE)
    shown = [
        index
        for index, drawing in enumerate(drawings)
        if digit in (None, drawing.label) and contributor in (None, drawing.contributor)
    ]
    page = shown[choose_page(len(shown), PAGE)]
    if page:
        _replayed_beside_others(drawings, page, f"explore_replay_{name}_{contributor}_{digit}_{page[0]}")
    else:
        st.caption(NO_SUCH_DIGIT)


def _replayed_beside_others(drawings: list[Drawing], page: list[int], key: str) -> None:
    """One drawing of the page replayed, and all of them as thumbnails."""
    index = st.select_slider("Replay", page, key=key) if len(page) > 1 else page[0]
    left, right = st.columns([1, 2], gap="large")
    with left:
        replay(fit(drawings[index].strokes), _describe(drawings[index]))
    with right:
        thumbnails([(fit(drawings[other].strokes), f"#{other}", other == index) for other in page])


def _describe(drawing: Drawing) -> str:
    writer = f"Digit {drawing.label}, writer {drawing.writer.removeprefix(f'{drawing.contributor}/')}"
    return f"{writer}, contributor {drawing.contributor}" if drawing.contributor else writer


@st.cache_resource(show_spinner="Getting the strokes", max_entries=2)
def _drawings(name: str) -> list[Drawing]:
    load = data.SOURCES[name].load_drawings
    assert load, "a source without strokes is no choice"
    return load()
