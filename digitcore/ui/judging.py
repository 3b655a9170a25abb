"""What the evaluation page judges: models on digits. What they say of those is worked out once for all sessions."""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import streamlit as st

from digitcore import data
from digitcore.data.labelled import Labelled, read_labelled
from digitcore.evaluation import Evaluation, evaluate
from digitcore.evaluation.predictions import Predictions, predict
from digitcore.prediction import Bundle, Engine
from digitcore.ui import models

OWN = "own"
SETS = {
    "mnist": "MNIST test",
    "sample": "Sample test",
    "pen": "Pen, unseen writers",
    OWN: "Your pictures",
}
MOST_KEPT = 8
"""Predictions of so many models and data sets are kept: 8 MB each."""


class Digits(NamedTuple):
    """What is read: a name that no other has, a title, (N, 28, 28) pictures, (N,) labels, and N names or none."""

    name: str
    title: str
    pictures: np.ndarray
    labels: np.ndarray
    names: list[str]


class Judged(NamedTuple):
    """A model, and how well it reads the digits."""

    bundle: Bundle
    engine: Engine
    predictions: Predictions
    evaluation: Evaluation


def choose_models() -> list[Bundle]:
    """One model, or two of different names; none where there is none yet."""
    opened, refused = models.open_models()
    for line in refused:
        st.warning(line[0].upper() + line[1:], icon=":material/gpp_bad:")
    if not opened:
        return []
    by_name = {bundle.name: bundle for bundle in opened}
    left, right = st.columns(2)
    first = left.selectbox("Model", list(by_name), key="evaluate_model")
    others = [name for name in by_name if name != first]
    second = right.selectbox("Beside", others, index=None, key="evaluate_beside", placeholder="No other")
    return [by_name[name] for name in (first, second) if name]


def choose_digits() -> Digits | None:
    """The digits to read; None until there are some. Raises DataError where they cannot be had."""
    name = _choose(list(SETS), "evaluate")
    return _own() if name == OWN else _test(name, "evaluate")


def choose_test(page: str) -> Digits | None:
    """The same without one's own."""
    return _test(_choose([name for name in SETS if name != OWN], page), page)


def judge(bundle: Bundle, digits: Digits) -> Judged:
    """The model's figures, with a progress bar where they are not known yet. Raises BundleError as `Engine` does."""
    engine, kept, key = models.engine(bundle), _kept(), (models.stamp(bundle.name), digits.name)
    judged = kept.get(key)
    if judged is None:
        words = f"{bundle.name} reads {len(digits.labels):,} digits"
        bar = st.progress(0.0, words)
        found = predict(engine, digits.pictures, digits.labels, lambda share: bar.progress(share, words))
        judged = Judged(bundle, engine, found, evaluate(found.probabilities, found.labels))
        bar.empty()
    # Put last, as it is the latest that was asked for.
    kept.pop(key, None)
    kept[key] = judged
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return judged


def _choose(names: list[str], page: str) -> str:
    here = next(name for name in names if data.is_here(name))
    words = {"default": here, "required": True, "format_func": SETS.get, "wrap": True}
    return st.segmented_control("Digits", names, key=f"{page}_data", **words)


def _test(name: str, page: str) -> Digits | None:
    if not data.is_here(name):
        words = {"icon": ":material/download:", "key": f"{page}_fetch", "help": data.DESCRIPTIONS[name]}
        if not st.button("Download them", **words):
            return None
    with st.spinner("Getting the digits", show_time=True):
        return Digits(name, SETS[name], *_loaded(name), [])


def _own() -> Digits | None:
    """Pictures that someone uploads."""
    hint = "A ZIP, or pictures and a CSV of file,label. In a ZIP, folders may be named by digit: 3/img.png."
    files = st.file_uploader("Labelled pictures", accept_multiple_files=True, key="evaluate_upload", help=hint)
    folder = st.file_uploader("Or a folder of them", accept_multiple_files="directory", key="evaluate_folder")
    brought = [*files, *folder]
    if not brought:
        st.caption(hint)
        return None
    found = _read_own(tuple(each.file_id for each in brought), [(each.name, each) for each in brought])
    if found.left_out:
        with st.expander(f"{len(found.left_out):,} left out", icon=":material/warning:", key="evaluate_left_out"):
            st.text("\n".join(found.left_out[:100]))
    name = " ".join(each.file_id for each in brought)
    return Digits(name, SETS[OWN], found.pictures, found.labels, found.names)


@st.cache_resource(show_spinner="Reading the pictures", max_entries=4)
def _read_own(ids: tuple[str, ...], _files: list) -> Labelled:
    return read_labelled((name, file.getvalue()) for name, file in _files)


@st.cache_resource(show_spinner=False, max_entries=4)
def _loaded(name: str) -> tuple[np.ndarray, np.ndarray]:
    return data.load_test(name)


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict:
    return OrderedDict()
