"""The digits of a number as buttons, of which one is picked, by mouse, finger or arrow keys: a Streamlit component."""

import streamlit as st

from digitcore.prediction import Reading, Writing
from digitcore.prediction.records import sign

PICKED = "draw_picked"
"""The key of the box of the digit that someone picked last. Whatever else is drawn, this digit stays picked."""
SAME_OVERLAP = 0.5
"""Boxes that share this part of what they cover together are of the same digit, which a stroke was added to."""
HTML = '<div class="number" role="toolbar" aria-label="Digits" data-testid="number"></div>'
CSS = """
:host,.number{container-type:inline-size}
.number{height:var(--height);display:flex;flex-direction:column;justify-content:center;font-family:var(--st-font);
font-variant-numeric:tabular-nums}
.line{display:flex;font-weight:700;line-height:1;
font-size:min(.85*var(--height),.9*var(--height)/var(--lines),100cqi/(.66*var(--longest)))}
button{all:unset;cursor:pointer;padding:0 .04em;touch-action:manipulation;color:var(--st-text-color);
box-shadow:inset 0 -3px transparent}
button.guess{color:color-mix(in srgb,var(--st-text-color) 40%,transparent)}
button:hover{box-shadow:inset 0 -3px color-mix(in srgb,var(--digit-orange) 50%,transparent)}
button[aria-pressed=true]{box-shadow:inset 0 -3px var(--digit-orange)}
button:focus-visible{outline:3px solid var(--st-text-color)}
"""
JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const number = parentElement.querySelector(".number")
  const digits = () => [...number.querySelectorAll("button")]
  const button = digit => {
    const made = document.createElement("button")
    made.textContent = digit.sign
    made.className = digit.guess ? "guess" : ""
    made.box = digit.box
    return made
  }
  const line = digits => {
    const made = document.createElement("div")
    made.className = "line"
    made.append(...digits.map(button))
    return made
  }
  const mark = picked => digits().forEach((each, at) => {
    each.ariaPressed = at === picked
    each.tabIndex = at === picked ? 0 : -1
  })
  const pick = at => {
    mark(at)
    digits()[at].focus()
    // A trigger: a digit can be picked twice here, if another one was picked elsewhere in between.
    setTriggerValue("picked", digits()[at].box)
  }
  // A number that has not changed is left alone, so that its buttons keep the focus.
  const shown = JSON.stringify(data.lines)
  if (number.dataset.shown !== shown) number.replaceChildren(...data.lines.map(line))
  number.dataset.shown = shown
  number.style.setProperty("--height", data.height)
  number.style.setProperty("--lines", data.lines.length)
  number.style.setProperty("--longest", Math.max(...data.lines.map(digits => digits.length)))
  mark(data.picked)
  number.onclick = event => {
    const digit = event.target.closest("button")
    if (digit) pick(digits().indexOf(digit))
  }
  number.onkeydown = event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step) return
    event.preventDefault()
    const at = digits().indexOf(event.target) + step
    if (digits()[at]) pick(at)
  }
}
"""
_mount = st.components.v2.component("digitcore_digit_picker", html=HTML, css=CSS, js=JS)


def picked_digit(writing: Writing) -> int:
    """Which of the digits is picked: the one that someone picked last, if it is still there, else the least sure."""
    picked = st.session_state.get(PICKED)
    overlaps = [_overlap(picked, _box(reading)) if picked else 0 for reading in writing.digits]
    if max(overlaps) >= SAME_OVERLAP:
        return overlaps.index(max(overlaps))
    return least_sure(writing)


def least_sure(writing: Writing) -> int:
    """The first of the digits whose share is smallest."""
    certainties = [float(reading.shares[reading.digit]) for reading in writing.digits]
    return certainties.index(min(certainties))


def digit_picker(writing: Writing, picked: int, key: str, height: str) -> None:
    """Shows the digits as buttons, in lines that share the height; a digit that is not accepted is faint."""
    lines = [
        [{"sign": sign(reading), "guess": not reading.accepted, "box": _box(reading)} for reading in line]
        for line in writing.lines
    ]
    data = {"lines": lines, "picked": picked, "height": height}
    _mount(key=key, data=data, on_picked_change=lambda: _pick(key))


def _box(reading: Reading) -> list[int]:
    return [int(side) for side in reading.box]


def _overlap(one: list[int], other: list[int]) -> float:
    """The area that two boxes share, as a share of the area that they cover together."""
    (x, y, width, height), (left, top, wide, high) = one, other
    across = min(x + width, left + wide) - max(x, left)
    down = min(y + height, top + high) - max(y, top)
    shared = max(0, across) * max(0, down)
    return shared / (width * height + wide * high - shared)


def _pick(key: str) -> None:
    st.session_state[PICKED] = st.session_state[key].get("picked")
