"""The digits that the project knows, chosen and loaded; once for all sessions."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitcore import data
from digitcore.ui import address
from digitcore.ui.address import Parameter
from digitcore.ui.choices import choose_one

SETS = {name: source.label for name, source in data.SOURCES.items() if source.load_train}
TESTS = {name: source.test_label for name, source in data.SOURCES.items() if source.load_train}
SPLITS = {"train": "Training", "test": "Test"}


class Digits(NamedTuple):
    """Labelled digits.

    `name` is one that no other digits have, `display_name` what people read. (N, 28, 28) pictures, (N,) labels, and
    the names of N files or none.
    """

    name: str
    display_name: str
    pictures: np.ndarray
    labels: np.ndarray
    file_names: list[str]


def choose(display_names: Mapping[str, str], page: str) -> str:
    """One of the data sets, by name."""
    return choose_one("Digits", list(display_names), f"{page}_data", format_func=display_names.__getitem__)


def parameter(display_names: Mapping[str, str], page: str) -> Parameter:
    """The data set in the page's address; the first that is here is left out of it."""
    default = next(name for name in display_names if data.is_here(name))
    return Parameter(f"{page}_data", default, address.one_of(display_names))


def choose_split(page: str) -> str:
    """The split for training, or the one for testing."""
    return choose_one("Split", list(SPLITS), f"{page}_split", format_func=SPLITS.__getitem__)


def load(name: str, split: str, page: str) -> Digits | None:
    """The digits; None until someone asks for the download that they need. Raises DataError where that fails."""
    if not data.is_here(name) and not st.button(
        "Download the digits", icon=":material/download:", key=f"{page}_fetch", help=data.descriptions()[name]
    ):
        return None
    display_name = TESTS[name] if split == "test" else f"{SETS[name]} training"
    with st.spinner("Getting the digits", show_time=True):
        digits = _loaded(name, split)
    return Digits(name if split == "test" else display_name, display_name, digits.images, digits.labels, [])


@st.cache_resource(show_spinner=False, max_entries=6)
def _loaded(name: str, split: str) -> data.Split:
    return data.load_test(name) if split == "test" else data.load_train(name)
