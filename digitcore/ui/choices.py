"""Choosing one of several options that stand side by side, and what to do where a choice no longer exists."""

from collections.abc import Callable, Container, Sequence
from typing import Any, TypeVar

import streamlit as st

Option = TypeVar("Option")


def choose_one(
    label: str,
    options: Sequence[Option],
    key: str,
    *,
    default: Option | None = None,
    format_func: Callable[[Option], str] = str,
    label_hidden: bool = False,
) -> Option:
    """One of the options, kept when the page is left; at first `default`, or else the first option."""
    first = options[0] if default is None else default
    st.session_state.setdefault(key, first)
    chosen = st.segmented_control(
        label,
        options,
        key=key,
        required=True,
        format_func=format_func,
        label_visibility="collapsed" if label_hidden else "visible",
        persist_state="session",
        wrap=True,
    )
    return first if chosen is None else chosen


def settle(key: str, choices: Container[Any], default: Any) -> Any:
    """Chooses `default` where the choice kept under `key` no longer exists; to be called before its widget.

    The browser knows a choice by its label alone. Written at each run, the choice is sent to it again; else it would
    go on showing an old label, and choose nothing by that.
    """
    chosen = st.session_state.get(key)
    st.session_state[key] = chosen if chosen in choices else default
    return st.session_state[key]
