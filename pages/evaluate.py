"""How good a model is, and where it fails."""

from collections.abc import Sequence

import streamlit as st

from digitcore.data import overlap
from digitcore.errors import DigitError
from digitcore.evaluation.report import predictions_csv
from digitcore.evaluation.robustness import DISTORTIONS
from digitcore.ui import address, judging, known_digits, models, shell
from digitcore.ui.address import Word
from digitcore.ui.choices import settle
from digitcore.ui.evaluate.views import MAP_DIGITS, VIEWS
from digitcore.ui.judging import Judged
from digitcore.ui.known_digits import Digits
from digitcore.ui.wording import plain, sentence

INTERVAL = "The share that is read right, and the 95% interval of that."
CALIBRATION = (
    "Expected calibration error. At 0%, of the digits that it is 90% sure of, it reads 90% right, and so for any other "
    "confidence."
)
CALIBRATION_NOTE = "how far confidence is from accuracy"
KEPT = "The other answers are called guesses. Under Confidence, see what moving the threshold does."
KEPT_NOTE = "answers that are sure enough"


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
    shared = {"border": True, "height": "stretch", "delta_color": "off", "delta_arrow": "off"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        interval = f"{low:.2%} to {high:.2%}"
        st.metric(f"Accuracy of {plain(judged.title)}", f"{found.accuracy:.2%}", interval, help=INTERVAL, **shared)
        wrong = f"{found.count - int(judged.predictions.right.sum()):,}"
        st.metric("Read wrong", wrong, f"of {found.count:,}", **shared)
        st.metric("Calibration error", f"{found.calibration_error:.2%}", CALIBRATION_NOTE, help=CALIBRATION, **shared)
        st.metric("Kept", f"{kept.mean():.2%}", KEPT_NOTE, help=KEPT, **shared)
    note = overlap(judged.bundle.card["data"]["name"], digits.name)
    if note:
        st.caption(sentence(f"{note}."))


def look(judged: Sequence[Judged], digits: Digits) -> None:
    """One of the ways of looking."""
    names = [name for name in VIEWS if name != "Differences" or len(judged) == 2]
    settle("evaluate_view", names, names[0])
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


def words() -> dict[str, Word]:
    """What the address says."""
    opened, _ = models.open_models()
    names = [bundle.name for bundle in opened]
    return {
        "model": Word("evaluate_model", names[0] if names else None, address.one_of(names)),
        "compare": Word("evaluate_beside", None, address.one_of(names)),
        "digits": known_digits.word(known_digits.TESTS, "evaluate"),
        "view": Word("evaluate_view", next(iter(VIEWS)), address.one_of(VIEWS)),
        "of": Word("evaluate_of", 0, address.one_of(range(2))),
        "page": Word("evaluate_mistakes_page", 1, address.whole(1)),
        "distortion": Word("evaluate_distortion", "noise", address.one_of(DISTORTIONS)),
        "map": Word("evaluate_map", "PCA", address.one_of(MAP_DIGITS)),
    }


shell.enter()
models.tell_of_missing(address.agree("evaluate", words()))
evaluate()
