"""Pictures as buttons, of which one is chosen, by mouse, finger or arrow keys: a component of Streamlit."""

from collections.abc import Mapping, Sequence

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
  // A picture that has not changed is left alone: nothing flickers, and the grid keeps its scroll position.
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
  // Once someone has chosen here, the server's choice counts no more: it may be older.
  const current = grid.dataset.chosen ?? data.chosen
  mark(Math.min(Number(current), tiles.length - 1))
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
    """Shows pictures, given as URLs, each as a button whose name is `label` and its number.

    Returns the index of the one that was chosen last; at first, that of the first.
    """
    state: Mapping[str, int] = st.session_state.get(key, {})
    chosen = min(state.get("chosen", 0), len(pictures) - 1)
    data = {"label": label, "pictures": list(pictures), "chosen": chosen}
    _mount(key=key, data=data, default={"chosen": 0}, on_chosen_change=_ignore)
    return chosen


def _ignore() -> None:
    """A component has a state only where its changes have a callback; the rerun does the rest."""
