"""How good a model is, and where it fails."""

from collections.abc import Sequence

import streamlit as st

from digitcore.data import overlap
from digitcore.errors import DigitError
from digitcore.evaluation.report import predictions_csv
from digitcore.ui import judging, shell
from digitcore.ui.evaluation_views import VIEWS
from digitcore.ui.figures import plain, sentence
from digitcore.ui.judging import Judged
from digitcore.ui.known_digits import Digits

INTERVAL = "The share that is read right, and the 95% interval of that."
CALIBRATION = "Expected calibration error: how far confidence is from accuracy."
KEPT = "Read with enough support not to be called a guess. See Confidence for what the threshold does."


def evaluate() -> None:
    """Models and digits to choose, their scores, and ways of looking at what was read."""
    bundles = judging.choose_models()
    if not bundles:
        st.info("There is no model yet. Train one, and judge it here.", icon=":material/model_training:")
        return
    try:
        digits = judging.choose_digits()
        if digits is None:
            return
        judged = judging.judge_all(bundles, digits)
    except DigitError as error:
        st.warning(str(error), icon=":material/error:")
        return
    for each in judged:
        scores(each, digits)
    look(judged, digits)
    downloads(judged, digits)


def scores(judged: Judged, digits: Digits) -> None:
    """A model's figures in a row."""
    found = judged.evaluation
    low, high = found.interval
    kept = judged.predictions.support >= judged.bundle.rejection_threshold
    shared = {"border": True, "height": "stretch"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        interval = {"delta": f"{low:.2%} to {high:.2%}", "delta_color": "off", "delta_arrow": "off"}
        st.metric(f"Accuracy of {plain(judged.title)}", f"{found.accuracy:.2%}", help=INTERVAL, **interval, **shared)
        wrong = f"{found.count - int(judged.predictions.right.sum()):,}"
        st.metric("Read wrong", wrong, f"of {found.count:,}", delta_color="off", delta_arrow="off", **shared)
        st.metric("Calibration error", f"{found.calibration_error:.2%}", help=CALIBRATION, **shared)
        st.metric("Kept", f"{kept.mean():.2%}", help=KEPT, **shared)
    note = overlap(judged.bundle.card["data"]["name"], digits.name)
    if note:
        st.caption(sentence(f"{note}."))


def look(judged: Sequence[Judged], digits: Digits) -> None:
    """One of the ways of looking."""
    names = [name for name in VIEWS if name != "Differences" or len(judged) == 2]
    if st.session_state.get("evaluate_view") not in names:
        st.session_state["evaluate_view"] = names[0]
    words = {"required": True, "wrap": True, "label_visibility": "collapsed", "persist_state": "session"}
    chosen = st.segmented_control("Look at", names, key="evaluate_view", format_func=label, **words)
    VIEWS[chosen][1](judged, digits)


def label(name: str) -> str:
    """The way's name with its icon."""
    return f":material/{VIEWS[name][0]}: {name}"


def downloads(judged: Sequence[Judged], digits: Digits) -> None:
    """The predictions of each model as a file, and the report on all of them, which takes seconds to make."""
    with st.container(horizontal=True):
        wanted = st.button("Make a report", icon=":material/description:", key="evaluate_report")
        for each in judged:
            st.download_button(
                f"Predictions of {plain(each.title)}" if len(judged) > 1 else "Predictions",
                lambda each=each: predictions_csv(each.predictions, digits.names, each.bundle.rejection_threshold),
                f"{each.bundle.name}.csv",
                "text/csv",
                icon=":material/table:",
                key=f"evaluate_predictions_{each.bundle.name}",
                on_click="ignore",
            )
    if wanted:
        name = f"{' and '.join(each.bundle.name for each in judged)}.html"
        words = {"icon": ":material/download:", "key": "evaluate_save", "on_click": "ignore", "type": "primary"}
        st.download_button(f"Save {name}", judging.report(judged, digits), name, "text/html", **words)


shell.enter()
evaluate()
