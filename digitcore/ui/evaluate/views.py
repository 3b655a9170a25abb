"""What the evaluation page can show of models and digits; one of these views is open at a time."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.evaluation import robustness, robustness_summary
from digitcore.evaluation.comparison import compare
from digitcore.evaluation.contributors import score_contributors
from digitcore.evaluation.maps import LEAST, neighbourhoods, place_among, principal
from digitcore.evaluation.mistakes import most_confident_first, suspects
from digitcore.evaluation.predictions import Predictions
from digitcore.evaluation.references import classic_robustness
from digitcore.prediction.neighbours import Neighbours, nearest, unfamiliar_note
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.pictures import png
from digitcore.ui import charts, drawing
from digitcore.ui.choices import choose_one, settle
from digitcore.ui.evaluate import charts as evaluation_charts
from digitcore.ui.judging import DISTORTING, Judged, distorted
from digitcore.ui.known_digits import ABOUT_CONTRIBUTORS, Digits
from digitcore.ui.tiles import Tile, choose_page, tiles
from digitcore.ui.wording import plain

MAP_DIGITS = {"PCA": 2_000, "t-SNE": 1_000}
ABOUT_CLASSIC = "The classic recipe is the network of a well-known tutorial, trained on MNIST."
ABOUT_LABEL_ERRORS = (
    "Orange: the label may be wrong, as the model is confident of another digit and the nearest training digits agree."
)
THRESHOLD_HELP = (
    "An answer whose probability is below the threshold is rejected. 'No digit' counts as an answer, too. "
    "It starts at the model's own threshold."
)
EARLIER_VERSION = "This model was made by an earlier version and lacks data that this view needs."


def digits_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Precision, recall and F1 of each digit."""
    columns: dict[str, np.ndarray] = {}
    for model in judged:
        suffix, scores = _suffix(model, judged), model.evaluation
        columns |= {f"Precision{suffix}": scores.precision, f"Recall{suffix}": scores.recall, f"F1{suffix}": scores.f1}
    table = 100 * pd.DataFrame(columns, index=pd.Index(range(10), name="Digit"))
    st.dataframe(table, key="evaluate_digits", placeholder="–", column_config=_as_percentages(columns), width="stretch")


def contributors_view(judged: Sequence[Judged], digits: Digits) -> None:
    """How well each contributor's digits are read, and what is read wrong of one of them."""
    table = _contributors(judged, digits)
    shares = [name for name in table if name.startswith("Accuracy")]
    st.dataframe(table, key="evaluate_contributors", column_config=_as_percentages(shares), width="stretch")
    with st.container(horizontal=True):
        model = _choose_model(judged)
        settle("evaluate_contributor", table.index, None)
        chosen = st.selectbox(
            "Mistakes of",
            list(table.index),
            index=None,
            key="evaluate_contributor",
            placeholder="Choose a contributor",
            help=ABOUT_CONTRIBUTORS,
            persist_state="session",
            width=240,
        )
    if chosen:
        _mistakes_of_one(model, digits._replace(contributor=chosen))


def _mistakes_of_one(model: Judged, digits: Digits) -> None:
    """What is read wrong of the chosen contributor's digits, most confident first."""
    wrong = most_confident_first(model.predictions)
    wrong = wrong[np.isin(wrong, digits.chosen)]
    if not len(wrong):
        st.caption("All digits are read right.")
    page = choose_page(len(wrong), f"evaluate_wrong_of_{digits.contributor}")
    tiles([_tile(model.predictions, index, digits) for index in wrong[page]])


def _contributors(judged: Sequence[Judged], digits: Digits) -> pd.DataFrame:
    """A row for each contributor."""
    columns: dict[str, list[Any]] = {}
    for model in judged:
        scores = score_contributors(digits.contributors, model.predictions.right)
        columns |= {"Contributor": [score.contributor for score in scores], "Digits": [score.count for score in scores]}
        figures: dict[str, list[Any]] = {
            "Read wrong": [score.mistakes for score in scores],
            "Accuracy": [100 * score.accuracy for score in scores],
            "95% interval": [score.interval_text for score in scores],
        }
        columns |= {f"{name}{_suffix(model, judged)}": values for name, values in figures.items()}
    return pd.DataFrame(columns).set_index("Contributor")


def _suffix(model: Judged, judged: Sequence[Judged]) -> str:
    """What tells the columns of one model from those of another."""
    return f" ({model.display_name})" if len(judged) > 1 else ""


def _as_percentages(columns: Iterable[str]) -> dict[str, Any]:
    return {name: st.column_config.NumberColumn(format="%.2f%%") for name in columns}


def confusion_view(judged: Sequence[Judged], digits: Digits) -> None:
    """The confusion matrix, and the digits in the cells that are clicked, least confident first."""
    model = _choose_model(judged)
    cells = charts.confusion_choice(model.evaluation.confusion.tolist(), f"evaluate_confusion_{model.bundle.name}")
    if not cells:
        st.caption("Click a cell to see its digits.")
        return
    pairs = np.stack([model.predictions.labels, model.predictions.answers], axis=1)
    in_cells = np.flatnonzero([tuple(pair) in cells for pair in pairs.tolist()])
    if not len(in_cells):
        st.caption("No digit is in that cell.")
    ordered = in_cells[np.argsort(model.predictions.confidences[in_cells])]
    page = choose_page(len(ordered), "evaluate_cell_page")
    tiles([_tile(model.predictions, index, digits) for index in ordered[page]])


def mistakes_view(judged: Sequence[Judged], digits: Digits) -> None:
    """What is read wrong, most confident first; and the nearest training digits of one of them."""
    model = _choose_model(judged)
    wrong = most_confident_first(model.predictions)
    if not len(wrong):
        st.caption("All digits are read right.")
        return
    page = wrong[choose_page(len(wrong), "evaluate_mistakes_page")]
    label_errors = suspects(model.engine, model.predictions, page, digits.name)
    summary = f"{len(wrong):,} of {len(model.predictions.labels):,} digits are read wrong; most confident first."
    st.caption(f"{summary} {ABOUT_LABEL_ERRORS}" if label_errors.any() else summary)
    marked = zip(page, label_errors, strict=True)
    tiles([_tile(model.predictions, index, digits, bool(is_marked)) for index, is_marked in marked])
    neighbours = nearest(model.engine, model.predictions.embeddings[page])
    if neighbours:
        _neighbours_of_one(model.predictions, page, neighbours, digits)
        if note := unfamiliar_note(model.engine):
            st.caption(note)


def _neighbours_of_one(
    predictions: Predictions, page: np.ndarray, neighbours: Sequence[Neighbours], digits: Digits
) -> None:
    """One of the digits of a page beside its nearest training digits."""
    chosen = st.selectbox(
        "Nearest training digits of",
        range(len(page)),
        key="evaluate_nearest",
        format_func=lambda place: _description(predictions, int(page[place]), digits),
    )
    beside = (
        Tile(pixels, f"is {label}", f"similarity {similarity:.0%}")
        for pixels, label, similarity in zip(*neighbours[chosen], strict=True)
    )
    tiles([_tile(predictions, page[chosen], digits), *beside])


def confidence_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Whether confidence equals accuracy, and how accuracy rises as more answers are rejected."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Accuracy by confidence**")
        evaluation_charts.reliability_chart(judged)
    with right:
        st.markdown("**Accuracy by share of accepted answers**")
        chart, first = st.container(), judged[0].bundle
        threshold = st.slider(
            "Rejection threshold",
            0.0,
            1.0,
            first.rejection_threshold,
            0.001,
            format="%.3f",
            key=f"evaluate_threshold_{first.name}",
            help=THRESHOLD_HELP,
        )
        with chart:
            evaluation_charts.coverage_chart(judged, threshold)
        for model in judged:
            st.caption(_at_threshold(model, threshold))


def robustness_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Accuracy on distorted pictures."""
    kind = choose_one(
        "Distortion", list(robustness.DISTORTIONS), "evaluate_distortion", format_func=lambda kind: kind.capitalize()
    )
    with st.spinner(DISTORTING):
        read = {model.display_name: distorted(model, digits, kind) for model in judged}
    classic = {name: kinds[kind] for name, kinds in classic_robustness(digits.name).items()}
    accuracies = {name: robustness.accuracies(by_strength) for name, by_strength in read.items()}
    evaluation_charts.robustness_chart(kind, accuracies | classic)
    for model in judged:
        explanation = robustness_summary.describe(kind, read[model.display_name], model.bundle.card.get("recipe", {}))
        st.markdown(f"**{plain(model.display_name)}**: {explanation}")
    count = f"{min(len(digits.labels), robustness.DIGITS):,} of the digits, distorted after preprocessing"
    corrected = ", which would correct this distortion" if kind in robustness.CORRECTED_BY_PREPROCESSING else ""
    st.caption(f"{count}{corrected}.{f' {ABOUT_CLASSIC}' if classic else ''}")


def map_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Embeddings on a plane, with the current drawing among them."""
    model = _choose_model(judged)
    if not model.predictions.embeddings.shape[1]:
        st.caption(EARLIER_VERSION)
        return
    if len(digits.labels) < LEAST:
        st.caption(f"A map needs at least {LEAST} digits.")
        return
    method = choose_one("Map by", list(MAP_DIGITS), "evaluate_map")
    shown = robustness.spread(len(digits.labels), MAP_DIGITS[method])
    drawn = _drawing()
    places = _placed(method, model.predictions.embeddings[shown], _embedding(model, drawn))
    clicked = evaluation_charts.map_chart(_points(model.predictions, shown, places, drawn))
    tiles([_tile(model.predictions, index, digits) for index in clicked])
    if drawn is None:
        st.caption("What you draw on the drawing page appears here, too.")
    else:
        st.caption("◆ Your drawing")


def differences_view(judged: Sequence[Judged], digits: Digits) -> None:
    """The digits that only one of two models reads right."""
    first, second = judged
    comparison = compare(first.predictions.right, second.predictions.right)
    st.caption(f"{comparison.verdict()}.")
    for right, wrong, only in (
        (first, second, comparison.only_first),
        (second, first, comparison.only_second),
    ):
        indices = np.flatnonzero(only)
        if len(indices):
            st.markdown(f"**{len(indices):,} that only {plain(right.display_name)} reads right**")
            page = choose_page(len(indices), f"evaluate_only_{right.bundle.name}")
            tiles([_tile(wrong.predictions, index, digits) for index in indices[page]])


def _choose_model(judged: Sequence[Judged]) -> Judged:
    """The model to show, of those that are evaluated."""
    if len(judged) == 1:
        return judged[0]
    places = range(len(judged))
    settle("evaluate_of", places, 0)
    return judged[
        choose_one("Model", places, "evaluate_of", format_func=lambda place: plain(judged[place].display_name))
    ]


def _tile(predictions: Predictions, index: int, digits: Digits, marked: bool = False) -> Tile:
    answer, label = predictions.answers[index], predictions.labels[index]
    heading = f"{label} read as {answer}" if answer != label else f"{answer}"
    figures = f"{predictions.confidences[index]:.0%} confident\nnext: {predictions.runners_up[index]}"
    return Tile(predictions.pictures[index], heading, f"{figures}\n{digits.name_of(index)}", marked)


def _description(predictions: Predictions, index: int, digits: Digits) -> str:
    return f"{digits.name_of(index)}: {predictions.labels[index]} read as {predictions.answers[index]}"


def _at_threshold(judged: Judged, threshold: float) -> str:
    accepted = judged.predictions.support >= threshold
    accuracy = f"; {judged.predictions.right[accepted].mean():.2%} of those are right" if accepted.any() else ""
    own = f" (own threshold {judged.bundle.rejection_threshold:.3f})"
    return f"{plain(judged.display_name)}{own}: {accepted.mean():.2%} of the answers are accepted{accuracy}."


def _embedding(judged: Judged, drawn: np.ndarray | None) -> np.ndarray:
    """(1, E) of the drawing, or (0, E) where there is none."""
    if drawn is None:
        return judged.predictions.embeddings[:0]
    return judged.engine.answers(drawn[None]).embeddings


def _placed(method: str, embeddings: np.ndarray, more: np.ndarray) -> np.ndarray:
    """The places of both; t-SNE takes seconds, so that a drawing is placed among the digits that have their places."""
    if method == "PCA":
        return principal(embeddings, more)
    places = _neighbourhoods(embeddings)
    return np.concatenate([places, place_among(places, embeddings, more)])


@st.cache_data(show_spinner="Placing the digits", max_entries=16)
def _neighbourhoods(embeddings: np.ndarray) -> np.ndarray:
    return neighbourhoods(embeddings)


@st.cache_data(show_spinner=False, max_entries=16)
def _images(pictures: np.ndarray) -> list[str]:
    """The pictures as data URLs; thousands take longer to make than a click should."""
    return [png(picture) for picture in pictures]


def _points(predictions: Predictions, shown: np.ndarray, places: np.ndarray, drawn: np.ndarray | None) -> pd.DataFrame:
    labels = [str(label) for label in predictions.labels[shown]]
    names = [f"{predictions.labels[index]}, read as {predictions.answers[index]}" for index in shown]
    images = _images(predictions.pictures[shown])
    rows = [int(index) for index in shown]
    if drawn is not None:
        labels, names, rows = [*labels, evaluation_charts.DRAWING], [*names, ""], [*rows, -1]
        images = [*images, png(drawn)]
    columns = {"x": places[:, 0], "y": places[:, 1], "digit": labels, "name": names, "image": images, "row": rows}
    return pd.DataFrame(columns)


def _drawing() -> np.ndarray | None:
    """What is on the canvas, as networks read it."""
    picture = drawing.of_session().picture
    normalised = None if picture is None else normalise(find_ink(picture))
    return None if normalised is None else normalised.pixels


VIEWS: dict[str, tuple[str, Callable[[Sequence[Judged], Digits], None]]] = {
    "Mistakes": ("error", mistakes_view),
    "Confusion": ("grid_on", confusion_view),
    "Digits": ("table_rows", digits_view),
    "Contributors": ("groups", contributors_view),
    "Confidence": ("speed", confidence_view),
    "Robustness": ("blur_on", robustness_view),
    "Map": ("scatter_plot", map_view),
    "Differences": ("difference", differences_view),
}
"""Each view's icon, and the function that shows it."""


def offered(judged: Sequence[Judged], digits: Digits) -> list[str]:
    """The views that make sense: differences of two models, and contributors where the digits have some."""
    without = set()
    if len(judged) < 2:
        without.add("Differences")
    if digits.contributors is None:
        without.add("Contributors")
    return [name for name in VIEWS if name not in without]
