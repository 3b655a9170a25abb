"""Models evaluated on digits; each model's predictions are computed once for all sessions and pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

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
from digitcore.ui.models import Stamp
from digitcore.ui.wording import plain, sentence

OWN, OWN_NAME = "own", "Your pictures"
UPLOADED = "evaluate_uploaded"
"""The key of one's own pictures, which outlive the uploader when the page is left."""
MOST_KEPT = 8
"""Predictions of so many models and data sets are kept: 6 MB each, of MNIST's training digits 33."""
DISTORTING = "Reading distorted digits"


class Judged(NamedTuple):
    """A model, how well it reads the digits, and a display name that no other has that is evaluated beside it."""

    bundle: Bundle
    engine: Engine
    predictions: Predictions
    evaluation: Evaluation
    display_name: str


def choose_models() -> list[Bundle]:
    """One model, or two different ones; none where there is none yet."""
    opened, rejected = models.open_models()
    for line in rejected:
        st.warning(sentence(line), icon=":material/gpp_bad:")
    if not opened:
        return []
    by_name, names = {bundle.name: bundle for bundle in opened}, display_names(opened)
    settle("evaluate_model", by_name, opened[0].name)
    left, right = st.columns(2)
    first = left.selectbox(
        "Model",
        list(by_name),
        key="evaluate_model",
        format_func=names.__getitem__,
        persist_state="session",
    )
    others = [name for name in by_name if name != first]
    settle("evaluate_beside", others, None)
    second = right.selectbox(
        "Compare with",
        others,
        index=None,
        key="evaluate_beside",
        format_func=names.__getitem__,
        placeholder="No other",
        persist_state="session",
    )
    return [by_name[name] for name in (first, second) if name]


def choose_digits() -> Digits | None:
    """The digits to read; None until there are some. Raises DataError where they cannot be had."""
    name = known_digits.choose({**known_digits.TESTS, OWN: OWN_NAME}, "evaluate")
    return _own_digits() if name == OWN else known_digits.load(name, "test", "evaluate")


def judge_all(bundles: Sequence[Bundle], digits: Digits) -> list[Judged]:
    """The figures of each model, as `judge` gives them."""
    names = display_names(bundles)
    return [judge(bundle, digits)._replace(display_name=names[bundle.name]) for bundle in bundles]


def judge(bundle: Bundle, digits: Digits) -> Judged:
    """The model's figures, with a progress bar while they are computed. Raises BundleError as `Engine` does."""
    engine, place = models.engine(bundle), st.empty()
    text = f"{plain(bundle.display_name)} reads {len(digits.labels):,} digits"

    def show_progress(share: float) -> None:
        place.progress(share, text)

    judged = _judged(_Task(models.stamp(bundle.name), digits.name, bundle, engine, digits, show_progress))
    place.empty()
    return judged


@dataclass(frozen=True)
class _Task:
    """A model to be evaluated on digits; two are the same where the files of the bundle and the digits are."""

    stamp: Stamp
    data: str
    bundle: Bundle = field(compare=False)
    engine: Engine = field(compare=False)
    digits: Digits = field(compare=False)
    progress: Callable[[float], None] = field(compare=False)


@lru_cache(maxsize=MOST_KEPT)
def _judged(task: _Task) -> Judged:
    predictions = predict(task.engine, task.digits.pictures, task.digits.labels, task.progress)
    evaluation = evaluate(predictions.probabilities, predictions.labels)
    return Judged(task.bundle, task.engine, predictions, evaluation, task.bundle.display_name)


@st.cache_data(show_spinner=False, max_entries=64, hash_funcs={Judged: lambda judged: judged.bundle.card})
def distorted(judged: Judged, digits: Digits, kind: str) -> dict[float, LevelResult]:
    """How the model reads the digits at each strength of a kind of distortion."""
    return measure_robustness(judged.engine, kind, digits.pictures, digits.labels)


def report(judged: Sequence[Judged], digits: Digits) -> str:
    """All figures as one HTML file, with a progress bar while robustness is measured for it."""
    bar = st.progress(0.0, DISTORTING)
    robustness: dict[str, dict[str, dict[float, LevelResult]]] = {model.bundle.name: {} for model in judged}
    steps = [(model, kind) for model in judged for kind in DISTORTIONS]
    for done, (model, kind) in enumerate(steps):
        bar.progress(done / len(steps), DISTORTING)
        robustness[model.bundle.name][kind] = distorted(model, digits, kind)
    bar.empty()
    subjects = [_subject(model, robustness[model.bundle.name], digits) for model in judged]
    return report_html(digits.display_name, subjects, classic_robustness(digits.name))


def _subject(judged: Judged, robustness: Measurements, digits: Digits) -> ReportedModel:
    subject = ReportedModel.of(
        judged.engine, judged.predictions, judged.evaluation, robustness, digits.name, digits.contributors
    )
    return subject._replace(name=judged.display_name)


def _own_digits() -> Digits | None:
    """Pictures that someone uploads."""
    hint = (
        "A ZIP file, or pictures and a CSV file of file,label. A picture that no CSV file names is labelled by its "
        "folder, as in 3/img.png, or by its own name, as in 3.png or 3_001.png."
    )
    files = st.file_uploader(
        "Labelled pictures", accept_multiple_files=True, key="evaluate_upload", help=hint, on_change=_forget_own
    )
    folder = st.file_uploader(
        "Or a folder of labelled pictures",
        accept_multiple_files="directory",
        key="evaluate_folder",
        on_change=_forget_own,
    )
    uploaded = [*files, *folder]
    if uploaded:
        ids = tuple(file.file_id for file in uploaded)
        st.session_state[UPLOADED] = " ".join(ids), _read_own(ids, [(file.name, file) for file in uploaded])
    elif UPLOADED in st.session_state:
        st.button("Remove the uploaded pictures", icon=":material/close:", key="evaluate_forget", on_click=_forget_own)
    else:
        st.caption(hint)
        return None
    labelled: Labelled
    name, labelled = st.session_state[UPLOADED]
    if labelled.left_out:
        with st.expander(f"{len(labelled.left_out):,} left out", icon=":material/warning:", key="evaluate_left_out"):
            st.text("\n".join(labelled.left_out[:100]))
    return Digits(name, OWN_NAME, labelled.pictures, labelled.labels, labelled.names)


def _forget_own() -> None:
    """Other pictures are uploaded, or none: those kept since the page was left are out of date."""
    st.session_state.pop(UPLOADED, None)


@st.cache_resource(show_spinner="Reading the pictures", max_entries=4)
def _read_own(ids: tuple[str, ...], _files: list[Any]) -> Labelled:
    return read_labelled((name, file.getvalue()) for name, file in _files)
