"""The digits that the project knows, chosen and loaded; once for all sessions."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitcore import data
from digitcore.ui import address
from digitcore.ui.address import Word

SETS = {name: source.label for name, source in data.SOURCES.items() if source.load_train}
TESTS = {name: source.test_label for name, source in data.SOURCES.items() if source.load_train}
SPLITS = {"train": "Training", "test": "Test"}


class Digits(NamedTuple):
    """What is read: a name that no other has, a title, (N, 28, 28) pictures, (N,) labels, and N names or none."""

    name: str
    title: str
    pictures: np.ndarray
    labels: np.ndarray
    names: list[str]


def choose(titles: Mapping[str, str], page: str) -> str:
    """One of the data sets, by name."""
    words = {"required": True, "format_func": titles.get, "wrap": True, "persist_state": "session"}
    return st.segmented_control("Digits", list(titles), key=f"{page}_data", **words)


def word(titles: Mapping[str, str], page: str) -> Word:
    """What the page's address says of the data set: the first that is here need not be named."""
    return Word(f"{page}_data", next(name for name in titles if data.is_here(name)), address.one_of(titles))


def choose_split(page: str) -> str:
    """What is learnt from, or what is tested by."""
    words = {"required": True, "format_func": SPLITS.get, "persist_state": "session"}
    return st.segmented_control("Split", list(SPLITS), key=f"{page}_split", **words)


def load(name: str, split: str, page: str) -> Digits | None:
    """The digits; None until a download is asked for that they need. Raises DataError where they cannot be had."""
    if not data.is_here(name):
        words = {"icon": ":material/download:", "key": f"{page}_fetch", "help": data.descriptions()[name]}
        if not st.button("Download them", **words):
            return None
    title = TESTS[name] if split == "test" else f"{SETS[name]} training"
    with st.spinner("Getting the digits", show_time=True):
        found = _loaded(name, split)
    return Digits(name if split == "test" else title, title, found.images, found.labels, [])


@st.cache_resource(show_spinner=False, max_entries=6)
def _loaded(name: str, split: str) -> data.Split:
    return data.load_test(name) if split == "test" else data.load_train(name)
