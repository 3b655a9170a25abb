"""Models judged on digits. What they say of those is worked out once for all sessions and pages."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from digitcore.data.labelled import Labelled, read_labelled
from digitcore.evaluation import Evaluation, evaluate
from digitcore.evaluation.predictions import Predictions, predict
from digitcore.evaluation.references import classic_robustness
from digitcore.evaluation.report import ReportedModel, report_html
from digitcore.evaluation.robustness import DISTORTIONS, LevelResult, Measurements, measure_robustness
from digitcore.prediction import Bundle, Engine, display_names
from digitcore.ui import known_digits, models
from digitcore.ui.choices import settle
from digitcore.ui.known_digits import Digits
from digitcore.ui.wording import plain

OWN, OWN_TITLE = "own", "Your pictures"
BROUGHT = "evaluate_brought"
"""The key of one's own pictures, which outlive the uploader when the page is left."""
MOST_KEPT = 8
"""Predictions of so many models and data sets are kept: 6 MB each, of MNIST's training digits 33."""


class Judged(NamedTuple):
    """A model, how well it reads the digits, and what it is called, as no other is that is judged beside it."""

    bundle: Bundle
    engine: Engine
    predictions: Predictions
    evaluation: Evaluation
    title: str


def choose_models() -> list[Bundle]:
    """One model, or two of different names; none where there is none yet."""
    opened, refused = models.open_models()
    for line in refused:
        st.warning(line[0].upper() + line[1:], icon=":material/gpp_bad:")
    if not opened:
        return []
    by_name = {bundle.name: bundle for bundle in opened}
    settle("evaluate_model", by_name, opened[0].name)
    left, right = st.columns(2)
    words = {"format_func": display_names(opened).get, "persist_state": "session"}
    first = left.selectbox("Model", list(by_name), key="evaluate_model", **words)
    others = [name for name in by_name if name != first]
    settle("evaluate_beside", others, None)
    words |= {"index": None, "placeholder": "No other"}
    second = right.selectbox("Compare with", others, key="evaluate_beside", **words)
    return [by_name[name] for name in (first, second) if name]


def choose_digits() -> Digits | None:
    """The digits to read; None until there are some. Raises DataError where they cannot be had."""
    name = known_digits.choose({**known_digits.TESTS, OWN: OWN_TITLE}, "evaluate")
    return _own() if name == OWN else known_digits.load(name, "test", "evaluate")


def judge_all(bundles: Sequence[Bundle], digits: Digits) -> list[Judged]:
    """Each of the models' figures, as `judge` gives them."""
    names = display_names(bundles)
    return [judge(bundle, digits)._replace(title=names[bundle.name]) for bundle in bundles]


def judge(bundle: Bundle, digits: Digits) -> Judged:
    """The model's figures, with a progress bar where they are not known yet. Raises BundleError as `Engine` does."""
    engine, kept, key = models.engine(bundle), _kept(), (models.stamp(bundle.name), digits.name)
    judged = kept.get(key)
    if judged is None:
        words = f"{plain(bundle.display_name)} reads {len(digits.labels):,} digits"
        bar = st.progress(0.0, words)
        found = predict(engine, digits.pictures, digits.labels, lambda share: bar.progress(share, words))
        judged = Judged(bundle, engine, found, evaluate(found.probabilities, found.labels), bundle.display_name)
        bar.empty()
    # Put last, as it is the latest that was asked for.
    kept.pop(key, None)
    kept[key] = judged
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return judged


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={Judged: lambda each: each.bundle.card})
def worse(judged: Judged, digits: Digits, kind: str) -> dict[float, LevelResult]:
    """How it reads the digits as they get worse by a kind of distortion, at each level."""
    return measure_robustness(judged.engine, kind, digits.pictures, digits.labels)


def report(judged: Sequence[Judged], digits: Digits) -> str:
    """All figures as one HTML file, with a progress bar while robustness is measured for it."""
    words = "Making digits worse"
    bar, robustness = st.progress(0.0, words), {each.bundle.name: {} for each in judged}
    steps = [(each, kind) for each in judged for kind in DISTORTIONS]
    for done, (each, kind) in enumerate(steps):
        bar.progress(done / len(steps), words)
        robustness[each.bundle.name][kind] = worse(each, digits, kind)
    bar.empty()
    subjects = [_subject(each, robustness[each.bundle.name], digits) for each in judged]
    return report_html(digits.title, subjects, classic_robustness(digits.name))


def _subject(judged: Judged, worse: Measurements, digits: Digits) -> ReportedModel:
    found = ReportedModel.of(judged.engine, judged.predictions, judged.evaluation, worse, digits.name)
    return found._replace(name=judged.title)


def _own() -> Digits | None:
    """Pictures that someone uploads."""
    hint = (
        "A ZIP, or pictures and a CSV of file,label. What no CSV names is labelled by its folder, as in 3/img.png, "
        "or by its own name, as in 3.png or 3_001.png."
    )
    words = {"help": hint, "on_change": _forget_own}
    files = st.file_uploader("Labelled pictures", accept_multiple_files=True, key="evaluate_upload", **words)
    words = {"accept_multiple_files": "directory", "on_change": _forget_own}
    folder = st.file_uploader("Or a folder of them", key="evaluate_folder", **words)
    brought = [*files, *folder]
    if brought:
        found = _read_own(tuple(each.file_id for each in brought), [(each.name, each) for each in brought])
        st.session_state[BROUGHT] = " ".join(each.file_id for each in brought), found
    elif BROUGHT in st.session_state:
        st.button(
            "Forget the pictures brought before", icon=":material/close:", key="evaluate_forget", on_click=_forget_own
        )
    else:
        st.caption(hint)
        return None
    name, found = st.session_state[BROUGHT]
    if found.left_out:
        with st.expander(f"{len(found.left_out):,} left out", icon=":material/warning:", key="evaluate_left_out"):
            st.text("\n".join(found.left_out[:100]))
    return Digits(name, OWN_TITLE, found.pictures, found.labels, found.names)


def _forget_own() -> None:
    """Other pictures are brought, or none: those kept since the page was left are out of date."""
    st.session_state.pop(BROUGHT, None)


@st.cache_resource(show_spinner="Reading the pictures", max_entries=4)
def _read_own(ids: tuple[str, ...], _files: list) -> Labelled:
    return read_labelled((name, file.getvalue()) for name, file in _files)


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict:
    return OrderedDict()
