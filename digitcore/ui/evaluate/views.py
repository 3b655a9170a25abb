"""Ways of looking at what models read, one of which is open at a time."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.evaluation import robustness, robustness_summary
from digitcore.evaluation.comparison import compare
from digitcore.evaluation.maps import LEAST, neighbourhoods, place_among, principal
from digitcore.evaluation.mistakes import most_confident_first, suspects
from digitcore.evaluation.predictions import Predictions
from digitcore.evaluation.references import classic_robustness
from digitcore.prediction.neighbours import Neighbours, nearest, unfamiliar_note
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.pictures import png
from digitcore.ui import charts, drawing
from digitcore.ui.choices import settle
from digitcore.ui.evaluate import charts as evaluation_charts
from digitcore.ui.judging import Judged, worse
from digitcore.ui.known_digits import Digits
from digitcore.ui.tiles import Tile, choose_page, tiles
from digitcore.ui.wording import plain

MAP_DIGITS = {"PCA": 2_000, "t-SNE": 1_000}
ABOUT_CLASSIC = "The classic recipe is the well-known tutorial's network, trained on MNIST."
ABOUT_MARKS = "Orange: the label may be wrong, as the model is sure of another and the nearest training digits agree."
THRESHOLD_HELP = (
    "An answer with less support is called a guess: its confidence, 'no digit' being counted as an answer too. "
    "It starts at the model's own."
)


def digits_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Precision, recall and F1 of each digit."""
    columns = {}
    for each in judged:
        suffix = f" ({each.title})" if len(judged) > 1 else ""
        found = each.evaluation
        columns |= {f"Precision{suffix}": found.precision, f"Recall{suffix}": found.recall, f"F1{suffix}": found.f1}
    table = 100 * pd.DataFrame(columns, index=pd.Index(range(10), name="Digit"))
    form = st.column_config.NumberColumn(format="%.2f%%")
    st.dataframe(
        table, key="evaluate_digits", placeholder="–", column_config=dict.fromkeys(columns, form), width="stretch"
    )


def confusion_view(judged: Sequence[Judged], digits: Digits) -> None:
    """What is read as what, and the pictures behind the cells that are clicked."""
    found = _one_of(judged)
    cells = charts.confusion_choice(found.evaluation.confusion.tolist(), f"evaluate_confusion_{found.bundle.name}")
    if not cells:
        st.caption("Click a cell to see the digits behind it.")
        return
    pairs = np.stack([found.predictions.labels, found.predictions.answers], axis=1)
    behind = np.flatnonzero([tuple(pair) in cells for pair in pairs.tolist()])
    if not len(behind):
        st.caption("No digit is behind that cell.")
    least_sure_first = behind[np.argsort(found.predictions.confidences[behind])]
    page = choose_page(len(behind), "evaluate_cell_page")
    tiles([_tile(found.predictions, at, digits) for at in least_sure_first[page]])


def mistakes_view(judged: Sequence[Judged], digits: Digits) -> None:
    """What is read wrong, the surest first; beside one of them the nearest training digits."""
    found = _one_of(judged)
    wrong = most_confident_first(found.predictions)
    if not len(wrong):
        st.caption("Nothing is read wrong.")
        return
    page = wrong[choose_page(len(wrong), "evaluate_mistakes_page")]
    marks = suspects(found.engine, found.predictions, page, digits.name)
    count = f"Read wrong: {len(wrong):,} of {len(found.predictions.labels):,}, the surest first."
    st.caption(f"{count} {ABOUT_MARKS}" if marks.any() else count)
    tiles([_tile(found.predictions, at, digits, marked) for at, marked in zip(page, marks, strict=True)])
    near = nearest(found.engine, found.predictions.embeddings[page])
    if near:
        _nearest_to_one(found.predictions, page, near, digits)
        if note := unfamiliar_note(found.engine):
            st.caption(note)


def _nearest_to_one(predictions: Predictions, page: np.ndarray, near: Sequence[Neighbours], digits: Digits) -> None:
    """One of the digits of a page beside its nearest training digits."""
    chosen = st.selectbox(
        "Nearest training digits of",
        range(len(page)),
        key="evaluate_nearest",
        format_func=lambda at: _title(predictions, page[at], digits),
    )
    beside = (
        Tile(pixels, f"is {label}", f"{similarity:.0%} alike")
        for pixels, label, similarity in zip(*near[chosen], strict=True)
    )
    tiles([_tile(predictions, page[chosen], digits), *beside])


def confidence_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Whether confidence means something, and what rejection costs."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Confidence and how often it is right**")
        evaluation_charts.reliability_chart(judged)
    with right:
        st.markdown("**Accuracy as less is kept**")
        chart, first = st.container(), judged[0].bundle
        words = {"format": "%.3f", "key": f"evaluate_threshold_{first.name}", "help": THRESHOLD_HELP}
        threshold = st.slider("Threshold", 0.0, 1.0, first.rejection_threshold, 0.001, **words)
        with chart:
            evaluation_charts.coverage_chart(judged, threshold)
        for each in judged:
            st.caption(_at_threshold(each, threshold))


def robustness_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Accuracy as pictures get worse."""
    words = {"required": True, "format_func": str.capitalize, "wrap": True, "persist_state": "session"}
    kind = st.segmented_control("Distortion", list(robustness.DISTORTIONS), key="evaluate_distortion", **words)
    with st.spinner("Making digits worse"):
        levels = {each.title: worse(each, digits, kind) for each in judged}
    classic = {name: kinds[kind] for name, kinds in classic_robustness(digits.name).items()}
    found = {name: robustness.accuracies(each) for name, each in levels.items()}
    evaluation_charts.robustness_chart(kind, found | classic)
    for each in judged:
        line = robustness_summary.describe(kind, levels[each.title], each.bundle.card.get("recipe", {}))
        st.markdown(f"**{plain(each.title)}**: {line}")
    read = f"{min(len(digits.labels), robustness.DIGITS):,} of the digits, changed after preprocessing"
    about = f" {ABOUT_CLASSIC}" if classic else ""
    st.caption(f"{read}{', which would mend this' if kind in robustness.CORRECTED_BY_PREPROCESSING else ''}.{about}")


def map_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Embeddings on a plane, with the current drawing among them."""
    found = _one_of(judged)
    if not found.predictions.embeddings.shape[1]:
        st.caption("This model was made by an earlier version, and lacks what this view needs.")
        return
    if len(digits.labels) < LEAST:
        st.caption(f"A map needs {LEAST} digits at the least.")
        return
    how = st.segmented_control("Map by", list(MAP_DIGITS), key="evaluate_map", required=True, persist_state="session")
    chosen = robustness.spread(len(digits.labels), MAP_DIGITS[how])
    drawing = _drawing()
    embeddings = found.predictions.embeddings[chosen]
    places = _placed(how, embeddings, _embedding(found, drawing))
    points = _points(found.predictions, chosen, places, drawing)
    clicked = evaluation_charts.map_chart(points)
    tiles([_tile(found.predictions, at, digits) for at in clicked])
    if drawing is None:
        st.caption("What you draw on the drawing page appears here, too.")
    else:
        st.caption("◆ Your drawing")


def differences_view(judged: Sequence[Judged], digits: Digits) -> None:
    """Where two models differ."""
    first, second = judged
    found = compare(first.predictions.right, second.predictions.right)
    st.caption(f"They differ {found.verdict()}.")
    for each, other, only in ((first, second, found.only_first), (second, first, found.only_second)):
        at = np.flatnonzero(only)
        if len(at):
            st.markdown(f"**{len(at):,} that {plain(each.title)} alone reads right**")
            page = choose_page(len(at), f"evaluate_only_{each.bundle.name}")
            tiles([_tile(other.predictions, index, digits) for index in at[page]])


def _one_of(judged: Sequence[Judged]) -> Judged:
    """The model to look at, of those that are judged."""
    if len(judged) == 1:
        return judged[0]
    settle("evaluate_of", range(len(judged)), 0)
    words = {"format_func": lambda at: plain(judged[at].title), "required": True}
    return judged[st.segmented_control("Model", range(len(judged)), key="evaluate_of", **words)]


def _tile(predictions: Predictions, at: int, digits: Digits, marked: bool = False) -> Tile:
    answer, label = predictions.answers[at], predictions.labels[at]
    word = f"{label} read {answer}" if answer != label else f"{answer}"
    line = f"{predictions.confidences[at]:.0%} sure\nnext: {predictions.runners_up[at]}"
    return Tile(predictions.pictures[at], word, f"{line}\n{_name(at, digits)}", marked)


def _title(predictions: Predictions, at: int, digits: Digits) -> str:
    return f"{_name(at, digits)}: {predictions.labels[at]} read as {predictions.answers[at]}"


def _name(at: int, digits: Digits) -> str:
    return digits.names[at] if digits.names else f"#{at}"


def _at_threshold(judged: Judged, threshold: float) -> str:
    kept = judged.predictions.support >= threshold
    right = f"{judged.predictions.right[kept].mean():.2%} of those right" if kept.any() else "none of them"
    own = f" (its own is {judged.bundle.rejection_threshold:.3f})"
    return f"{plain(judged.title)}{own}: {kept.mean():.2%} are kept, {right}."


def _embedding(judged: Judged, drawing: np.ndarray | None) -> np.ndarray:
    """(1, E) of the drawing, or (0, E) where there is none."""
    if drawing is None:
        return judged.predictions.embeddings[:0]
    return judged.engine.answers(drawing[None]).embeddings


def _placed(how: str, embeddings: np.ndarray, more: np.ndarray) -> np.ndarray:
    """The places of both; t-SNE's take seconds, so that a drawing is put among what lies already."""
    if how == "PCA":
        return principal(embeddings, more)
    places = _neighbourhoods(embeddings)
    return np.concatenate([places, place_among(places, embeddings, more)])


@st.cache_data(show_spinner="Placing the digits", max_entries=16)
def _neighbourhoods(embeddings: np.ndarray) -> np.ndarray:
    return neighbourhoods(embeddings)


@st.cache_data(show_spinner=False, max_entries=16)
def _images(pictures: np.ndarray) -> list[str]:
    """Their addresses, thousands of which take longer to make than a click should."""
    return [png(each) for each in pictures]


def _points(
    predictions: Predictions, chosen: np.ndarray, places: np.ndarray, drawing: np.ndarray | None
) -> pd.DataFrame:
    labels = [str(label) for label in predictions.labels[chosen]]
    names = [f"{predictions.labels[at]}, read as {predictions.answers[at]}" for at in chosen]
    images = _images(predictions.pictures[chosen])
    rows = [int(at) for at in chosen]
    if drawing is not None:
        labels, names, rows = [*labels, evaluation_charts.DRAWING], [*names, ""], [*rows, -1]
        images = [*images, png(drawing)]
    columns = {"x": places[:, 0], "y": places[:, 1], "digit": labels, "name": names, "image": images, "row": rows}
    return pd.DataFrame(columns)


def _drawing() -> np.ndarray | None:
    """What is on the canvas, as networks read it."""
    picture = drawing.of_session().picture
    made = None if picture is None else normalise(find_ink(picture))
    return None if made is None else made.pixels


VIEWS: dict[str, tuple[str, Callable[[Sequence[Judged], Digits], None]]] = {
    "Mistakes": ("error", mistakes_view),
    "Confusion": ("grid_on", confusion_view),
    "Digits": ("table_rows", digits_view),
    "Confidence": ("speed", confidence_view),
    "Robustness": ("blur_on", robustness_view),
    "Map": ("scatter_plot", map_view),
    "Differences": ("difference", differences_view),
}
"""Each way's icon, and what shows it. The last needs two models."""
