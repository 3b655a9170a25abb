"""The canvas's buttons and keys, and the browser's memory of the drawing.

In the browser, and not Streamlit's buttons: of ten quick clicks on one of those, some are lost while the page runs.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

ACTIONS = {"undo": ("Undo", "undo", "Ctrl+Z"), "redo": ("Redo", "redo", "Ctrl+Y"), "clear": ("Clear", "delete", "")}
"""The label of each, its Material icon, and its key."""

_BUTTONS = "".join(
    f'<button type="button" name="{name}" title="{f"{label} ({key})" if key else label}" disabled>'
    f'<span class="icon" aria-hidden="true" translate="no">{icon}</span><span class="label">{label}</span></button>'
    for name, (label, icon, key) in ACTIONS.items()
)
_CODE = Path(__file__).with_suffix(".js").read_text()
_CSS = """
:host,.row{container-type:inline-size}
.row{display:flex;gap:.5rem;font-family:var(--st-font)}
button{display:inline-flex;align-items:center;gap:.3rem;min-height:2.5rem;padding:.25rem .6rem;
font:.875rem/1.2 var(--st-font);cursor:pointer;color:var(--st-text-color);background:var(--st-background-color);
border:1px solid var(--st-border-color);border-radius:var(--st-button-radius)}
button:hover:enabled,button:focus-visible{border-color:var(--st-primary-color);color:var(--st-primary-color)}
button:disabled{opacity:.4;cursor:not-allowed}
.icon{font-family:"Material Symbols Rounded";font-size:1.25rem;line-height:1;font-feature-settings:"liga"}
@container(max-width:15.5rem){.label{position:absolute;clip-path:inset(50%)}}
"""
_component = st.components.v2.component(
    "digitcore_canvas_controls", html=f'<div class="row">{_BUTTONS}</div>', css=_CSS, js=_CODE
)


def show(
    key: str, canvas: str, possible: dict[str, bool], kept: dict[str, Any] | None, hear: Callable[[], None]
) -> None:
    """Shows the controls of the canvas with the key `canvas`, and calls `hear` when someone uses one.

    `possible` says which actions can be taken now. `kept` is what the browser keeps for a reload; where it is None, as
    nothing has been drawn yet, the browser reports what it kept before. Under `key`, the session's state then has
    "asked", a list of ascending numbers, each with an action, and "kept".
    """
    data = {"canvas": canvas, "possible": possible, "kept": kept}
    _component(key=key, data=data, on_asked_change=hear, on_kept_change=hear)
