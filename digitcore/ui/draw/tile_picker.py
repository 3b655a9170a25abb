"""Pictures as buttons, of which one is chosen, by mouse, finger or arrow keys: a component of Streamlit."""

from collections.abc import Sequence

import streamlit as st

HTML = '<div class="maps" role="toolbar"></div>'
CSS = """
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(3rem,1fr));gap:.35rem;max-height:15rem;
overflow-y:auto;padding:5px}
.maps button{all:unset;cursor:pointer;border-radius:.25rem;touch-action:manipulation}
.maps button:hover{outline:2px solid color-mix(in srgb,var(--st-primary-color) 50%,transparent);outline-offset:1px}
.maps button[aria-pressed=true]{outline:3px solid var(--st-primary-color);outline-offset:1px}
.maps button:focus-visible{outline:3px solid var(--st-text-color);outline-offset:1px}
.maps img{width:100%;aspect-ratio:1;image-rendering:pixelated;border-radius:.25rem;display:block;
background:color-mix(in srgb,var(--st-text-color) 6%,transparent)}
"""
JS = """
export default function ({ parentElement, data, setStateValue }) {
  const grid = parentElement.querySelector(".maps"), tiles = grid.children
  grid.ariaLabel = data.label
  while (tiles.length > data.pictures.length) grid.lastChild.remove()
  while (tiles.length < data.pictures.length) {
    const tile = grid.appendChild(document.createElement("button"))
    tile.appendChild(document.createElement("img"))
  }
  // What stays as it is, is left alone: nothing flickers, and the grid stays where it was scrolled to.
  data.pictures.forEach((picture, at) => {
    const image = tiles[at].firstChild
    if (image.src !== picture) image.src = picture
    image.alt = tiles[at].title = `${data.label} ${at + 1}`
  })
  const mark = chosen => [...tiles].forEach((tile, at) => {
    tile.ariaPressed = at === chosen
    tile.tabIndex = at === chosen ? 0 : -1
  })
  const choose = at => {
    mark(at)
    tiles[at].focus()
    grid.dataset.chosen = at
    setStateValue("chosen", at)
  }
  // Once someone has chosen, the page is told, and does not tell: its word may be that of a moment ago.
  const known = grid.dataset.chosen ?? data.chosen
  mark(Math.min(Number(known), tiles.length - 1))
  grid.onclick = event => {
    const tile = event.target.closest("button")
    if (tile) choose([...tiles].indexOf(tile))
  }
  grid.onkeydown = event => {
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key]
    const at = [...tiles].indexOf(event.target) + step
    if (!step) return
    event.preventDefault()
    if (tiles[at]) choose(at)
  }
}
"""
_mount = st.components.v2.component("digitcore_tile_picker", html=HTML, css=CSS, js=JS)


def pick_tile(label: str, pictures: Sequence[str], key: str) -> int:
    """Shows pictures, given as addresses of images, each a button called `label` and its number.

    Gives the index of the one that was chosen last, the first at first.
    """
    chosen = min(st.session_state.get(key, {}).get("chosen", 0), len(pictures) - 1)
    data = {"label": label, "pictures": list(pictures), "chosen": chosen}
    _mount(key=key, data=data, default={"chosen": 0}, on_chosen_change=_run_anew)
    return chosen


def _run_anew() -> None:
    """A component has a state where something hears of it."""
