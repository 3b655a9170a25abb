"""How good a model is, and where it fails."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from digitcore.data import overlap
from digitcore.errors import DigitError
from digitcore.evaluation.report import predictions_csv
from digitcore.evaluation.robustness import DISTORTIONS
from digitcore.ui import address, judging, known_digits, models, shell
from digitcore.ui.address import Parameter
from digitcore.ui.choices import choose_one, settle
from digitcore.ui.evaluate.views import MAP_DIGITS, VIEWS, offered
from digitcore.ui.judging import Judged
from digitcore.ui.known_digits import Digits
from digitcore.ui.wording import plain, sentence

INTERVAL = "The share of digits that are read right, and its 95% interval."
CALIBRATION = (
    "Expected calibration error: the mean difference between confidence and accuracy. At 0%, 90% of the "
    "answers with a confidence of 90% are right, and likewise for every other confidence."
)
ACCEPTED = "The other answers are rejected. The Confidence view shows the effect of another threshold."


def evaluate() -> None:
    """Models and digits to choose, their scores, and views of what was read."""
    bundles = judging.choose_models()
    if not bundles:
        st.info("There is no model yet. Train one, and evaluate it here.", icon=":material/model_training:")
        return
    try:
        digits = judging.choose_digits()
        if digits is None:
            return
        judged = judging.judge_all(bundles, digits)
    except DigitError as error:
        st.warning(str(error), icon=":material/error:")
        return
    for model in judged:
        scores(model, digits)
    view(judged, digits)
    downloads(judged, digits)


def scores(judged: Judged, digits: Digits) -> None:
    """A model's figures in a row."""
    evaluation = judged.evaluation
    low, high = evaluation.interval
    wrong = evaluation.count - int(judged.predictions.right.sum())
    accepted = judged.predictions.support >= judged.bundle.rejection_threshold
    card = partial(st.metric, border=True, height="stretch", delta_color="off", delta_arrow="off")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name, interval = plain(judged.display_name), f"{low:.2%} to {high:.2%}"
        card(f"Accuracy of {name}", f"{evaluation.accuracy:.2%}", interval, help=INTERVAL)
        card("Read wrong", f"{wrong:,}", f"of {evaluation.count:,}")
        card(
            "Calibration error", f"{evaluation.calibration_error:.2%}", "confidence against accuracy", help=CALIBRATION
        )
        threshold = f"threshold {judged.bundle.rejection_threshold:.3f}"
        card("Accepted", f"{accepted.mean():.2%}", threshold, help=ACCEPTED)
    note = overlap(judged.bundle.card["data"]["name"], digits.name)
    if note:
        st.caption(sentence(f"{note}."))


def view(judged: Sequence[Judged], digits: Digits) -> None:
    """One of the views."""
    names = offered(judged, digits)
    settle("evaluate_view", names, names[0])
    chosen = choose_one("View", names, "evaluate_view", format_func=label, label_hidden=True)
    VIEWS[chosen][1](judged, digits)


def label(name: str) -> str:
    """The view's name with its icon."""
    return f":material/{VIEWS[name][0]}: {name}"


def downloads(judged: Sequence[Judged], digits: Digits) -> None:
    """The predictions of each model as a file, and the report on all of them, which takes seconds to make."""
    with st.container(horizontal=True):
        wanted = st.button("Make a report", icon=":material/description:", key="evaluate_report")
        for model in judged:
            threshold = model.bundle.rejection_threshold
            st.download_button(
                f"Predictions of {plain(model.display_name)}" if len(judged) > 1 else "Predictions",
                partial(predictions_csv, model.predictions, digits.file_names, threshold),
                f"{model.bundle.name}.csv",
                "text/csv",
                icon=":material/table:",
                key=f"evaluate_predictions_{model.bundle.name}",
                on_click="ignore",
            )
    if wanted:
        name = f"{' and '.join(model.bundle.name for model in judged)}.html"
        st.download_button(
            f"Save {name}",
            judging.report(judged, digits),
            name,
            "text/html",
            icon=":material/download:",
            key="evaluate_save",
            on_click="ignore",
            type="primary",
        )


def parameters() -> dict[str, Parameter]:
    """What the address says."""
    opened, _ = models.open_models()
    names = [bundle.name for bundle in opened]
    return {
        "model": Parameter("evaluate_model", names[0] if names else None, address.one_of(names)),
        "compare": Parameter("evaluate_beside", None, address.one_of(names)),
        "digits": known_digits.parameter(known_digits.TESTS, "evaluate"),
        "view": Parameter("evaluate_view", next(iter(VIEWS)), address.one_of(VIEWS)),
        "of": Parameter("evaluate_of", 0, address.one_of(range(2))),
        "page": Parameter("evaluate_mistakes_page", 1, address.whole_number(1)),
        "contributor": Parameter("evaluate_contributor", None, address.text),
        "distortion": Parameter("evaluate_distortion", "noise", address.one_of(DISTORTIONS)),
        "map": Parameter("evaluate_map", "PCA", address.one_of(MAP_DIGITS)),
    }


shell.enter()
models.warn_of_missing(address.agree("evaluate", parameters()))
evaluate()
