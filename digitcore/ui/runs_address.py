"""The Runs page's address: it says what is ticked, sought and drawn, so that it opens again as it was."""

from typing import Any

import streamlit as st

TICKED = "runs_ticked"
SEARCH = "runs_search"
STATES = "runs_states"
DATA = "runs_data"
PRESETS = "runs_presets"
SHOW = "runs_show"
SMOOTHING = "runs_smoothing"

SHOWN = {"val_accuracy": "Validation accuracy", "val_loss": "Validation loss", "loss": "Training loss"}
MOST_SMOOTHING = 0.99

DEFAULTS: dict[str, tuple[str, Any]] = {
    "run": (TICKED, []),
    "search": (SEARCH, ""),
    "state": (STATES, []),
    "data": (DATA, []),
    "preset": (PRESETS, []),
    "show": (SHOW, "val_accuracy"),
    "smoothing": (SMOOTHING, 0.9),
}
"""Each word of the address, the key of what it says in the session's state, and what is left unsaid."""

_SAID = "runs_said"


def agree() -> None:
    """Makes the page and its address say the same; to be called before the page's widgets.

    The address wins when the page is entered by it, and when someone goes back in the browser. What someone has
    changed on the page since wins over the address, which comes with each run of the page and may lag behind.
    """
    for key, default in DEFAULTS.values():
        st.session_state.setdefault(key, default)
    asked, said = _asked(), st.session_state.get(_SAID)
    entered_by_it = said is None and asked
    gone_back = said is not None and asked != said and _here() == said
    if entered_by_it or gone_back:
        for word, (key, default) in DEFAULTS.items():
            st.session_state[key] = _read(word, asked[word]) if word in asked else default
    here = _here()
    if here != asked:
        st.query_params.from_dict(here)
    st.session_state[_SAID] = here


def forget() -> None:
    """To be called when the page is left: entered again without an address, it is as it was left."""
    st.session_state.pop(_SAID, None)


def _asked() -> dict[str, list[str]]:
    return {word: st.query_params.get_all(word) for word in DEFAULTS if word in st.query_params}


def _here() -> dict[str, list[str]]:
    values = {word: (st.session_state[key], default) for word, (key, default) in DEFAULTS.items()}
    return {word: _written(value) for word, (value, default) in values.items() if value != default}


def _written(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [f"{value}"]


def _read(word: str, texts: list[str]) -> Any:
    """The value that the texts stand for; the default for what nobody but a hand can have written."""
    default = DEFAULTS[word][1]
    if isinstance(default, list):
        return list(dict.fromkeys(texts))
    if word == "show":
        return texts[-1] if texts[-1] in SHOWN else default
    if word == "search":
        return texts[-1]
    try:
        return min(max(round(float(texts[-1]), 2), 0.0), MOST_SMOOTHING)
    except ValueError:
        return default
