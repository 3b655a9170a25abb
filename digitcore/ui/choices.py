"""Choices that may be gone, or be called something else, by the page's next run."""

from collections.abc import Container
from typing import Any

import streamlit as st


def settle(key: str, choices: Container[Any], otherwise: Any) -> Any:
    """Chooses `otherwise` where the choice kept under `key` is none any more; to be called before its widget.

    The browser knows a choice by its label alone. It is told at each run, or it would go on showing an old label, and
    choose nothing that there is by that.
    """
    chosen = st.session_state.get(key)
    st.session_state[key] = chosen if chosen in choices else otherwise
    return st.session_state[key]
