"""The digits that the project knows, chosen and loaded; once for all sessions."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore import data
from digitcore.evaluation.contributors import names_of
from digitcore.ui import address
from digitcore.ui.address import Parameter
from digitcore.ui.choices import choose_one
from digitcore.ui.wording import plain

SETS = {name: source.label for name, source in data.SOURCES.items() if source.load_train}
TESTS = {name: source.test_label for name, source in data.SOURCES.items() if source.load_train}
SPLITS = {"train": "Training", "test": "Test"}
ABOUT_CONTRIBUTORS = "A contributor collected digits for the data set, from writers of their own."


class Digits(NamedTuple):
    """Labelled digits.

    `name` is one that no other digits have, `display_name` what people read. (N, 28, 28) pictures, (N,) labels, the
    names of N files or none, and the (N,) contributors or None. `contributor` is the one whose digits are chosen, None
    where all are.
    """

    name: str
    display_name: str
    pictures: np.ndarray
    labels: np.ndarray
    file_names: list[str]
    contributors: NDArray[np.str_] | None = None
    contributor: str | None = None

    @property
    def contributor_names(self) -> list[str]:
        """Every contributor once; none where the digits have none."""
        return [] if self.contributors is None else names_of(self.contributors)

    @property
    def chosen(self) -> NDArray[np.intp]:
        """The indices of the chosen contributor's digits, or of all."""
        if self.contributor is None or self.contributors is None:
            return np.arange(len(self.labels))
        return np.flatnonzero(self.contributors == self.contributor)

    def name_of(self, index: int) -> str:
        """What people call one of the digits."""
        if self.file_names:
            return self.file_names[index]
        return f"#{index}" if self.contributors is None else f"#{index} · {self.contributors[index]}"


def choose(display_names: Mapping[str, str], page: str) -> str:
    """One of the data sets, by name."""
    return choose_one("Digits", list(display_names), f"{page}_data", format_func=display_names.__getitem__)


def parameter(display_names: Mapping[str, str], page: str) -> Parameter:
    """The data set in the page's address; the first that is here is left out of it, or else the first."""
    default = next(filter(data.is_here, display_names), next(iter(display_names)))
    return Parameter(f"{page}_data", default, address.one_of(display_names))


def choose_split(page: str) -> str:
    """The split for training, or the one for testing."""
    return choose_one("Split", list(SPLITS), f"{page}_split", format_func=SPLITS.__getitem__)


def may_load(name: str, page: str) -> bool:
    """Whether the digits are here, or someone asks for the download that they need.

    Those that cannot be downloaded are to be loaded, too: the error says where to get them.
    """
    if data.is_here(name) or data.missing(name):
        return True
    about = data.descriptions()[name]
    return st.button("Download the digits", icon=":material/download:", key=f"{page}_fetch", help=about)


def load(name: str, split: str, page: str) -> Digits | None:
    """The digits, with their note as a caption; None until someone asks for the download that they need.

    Raises DataError where they cannot be loaded.
    """
    if not may_load(name, page):
        return None
    display_name = TESTS[name] if split == "test" else f"{SETS[name]} training"
    with st.spinner("Getting the digits", show_time=True):
        digits = _loaded(name, split)
    if digits.note:
        st.caption(plain(digits.note))
    unique_name = name if split == "test" else display_name
    return Digits(unique_name, display_name, digits.images, digits.labels, [], digits.contributors)


@st.cache_resource(show_spinner=False, max_entries=6)
def _loaded(name: str, split: str) -> data.Split:
    return data.load_test(name) if split == "test" else data.load_train(name)
