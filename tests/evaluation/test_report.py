import csv
import io
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from digitcore.data import label_errors, load
from digitcore.evaluation import evaluate
from digitcore.evaluation.contributors import score_contributors
from digitcore.evaluation.maps import neighbourhoods, place_among, principal
from digitcore.evaluation.mistakes import is_suspect, most_confident_first, suspects
from digitcore.evaluation.predictions import Predictions, predict
from digitcore.evaluation.references import classic_robustness
from digitcore.evaluation.report import ReportedModel, predictions_csv, report_html
from digitcore.evaluation.robustness import DISTORTIONS, LevelResult
from digitcore.prediction import Engine, open_bundle
from digitcore.prediction.neighbours import Neighbours


@pytest.fixture(scope="module")
def found() -> Predictions:
    sample = load("sample")
    labels = sample.test_labels.copy()
    labels[::50] = (labels[::50] + 1) % 10
    return predict(Engine(open_bundle("default")), sample.test_images, labels)


def test_predictions_are_the_engines_and_progress_is_told():
    sample, shares = load("sample"), []
    engine = Engine(open_bundle("default"))
    found = predict(engine, sample.test_images, sample.test_labels, shares.append)
    np.testing.assert_allclose(found.probabilities, engine.probabilities(sample.test_images), atol=1e-6)
    assert shares == sorted(shares) and shares[-1] == 1
    assert found.embeddings.shape == (1_000, 128)


def test_mistakes_are_the_wrong_ones_and_the_most_confident_comes_first(found):
    order = most_confident_first(found)
    assert set(order) == set(np.flatnonzero(found.answers != found.labels)) and len(order) >= 20
    assert (np.diff(found.confidences[order]) <= 0).all()
    assert (found.runners_up != found.answers).all()


def test_a_label_is_suspected_where_the_model_and_the_neighbours_agree_on_another():
    threes = Neighbours(np.zeros((5, 28, 28)), np.array([3, 3, 3, 3, 5]), np.ones(5))
    assert is_suspect(3, 5, 0.99, threes)
    assert not is_suspect(3, 3, 0.99, threes)
    assert not is_suspect(3, 5, 0.5, threes)
    assert not is_suspect(5, 3, 0.99, threes)


def test_labels_that_were_changed_are_suspected_and_those_known_to_be_errors(found):
    engine = Engine(open_bundle("default"))
    changed = np.arange(0, 1_000, 50)
    assert suspects(engine, found, changed, "sample").mean() > 0.9
    right = np.flatnonzero(found.right)
    assert not suspects(engine, found, right, "sample").any()
    assert set(right[suspects(engine, found, right, "mnist")]) == set(label_errors.SUGGESTED) & set(right)
    worse = {"blur": {0.0: LevelResult(0.9, 0.9, (0,) * 10), 2.0: LevelResult(0.5, 0.9, (5,) * 10)}}
    subject = ReportedModel.of(engine, found, evaluate(found.probabilities, found.labels), worse, "sample")
    assert subject.robustness == {"blur": {0.0: 0.9, 2.0: 0.5}}
    assert subject.summaries["blur"].endswith("Its recipe blurs no digits while training.")
    assert len(subject.suspects & set(changed.tolist())) > 18


def test_the_csv_has_a_line_for_each_digit(found):
    rows = list(csv.DictReader(io.StringIO(predictions_csv(found, [], 0.5))))
    assert len(rows) == 1_000
    for at in (0, 50, 999):
        row = rows[at]
        assert (int(row["label"]), int(row["answer"])) == (found.labels[at], found.answers[at])
        assert float(row["confidence"]) == pytest.approx(found.confidences[at], abs=1e-6)
        assert [float(row[f"p{digit}"]) for digit in range(10)] == pytest.approx(found.probabilities[at], abs=1e-6)
        assert row["accepted"] == str(bool(found.support[at] >= 0.5)).lower()


def test_names_with_commas_are_quoted(found):
    rows = list(csv.DictReader(io.StringIO(predictions_csv(found, ["a, b.png"] * 1_000, 0.5))))
    assert rows[0]["name"] == "a, b.png"


def test_names_are_no_formulas(found):
    rows = list(csv.DictReader(io.StringIO(predictions_csv(found, ["=1+1.png"] * 1_000, 0.5))))
    assert rows[0]["name"] == "'=1+1.png"


class _Read(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources, self.words, self.tags, self.suspects = [], "", [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.suspects += ("class", "suspect") in attrs
        self.sources += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.words += data


def _subject(name: str, found: Predictions) -> ReportedModel:
    robustness = {kind: {0.0: 0.9, 1.0: 0.5} for kind in DISTORTIONS}
    summaries = {"noise": f"{name} falls"}
    return ReportedModel(name, 0.5, found, evaluate(found.probabilities, found.labels), robustness, {50}, summaries)


def test_the_report_stands_alone_and_says_what_was_found(found):
    subject = _subject("<mine>", found)
    page = _Read(report_html("sample", [subject], {}))
    assert page.words.count("<mine>: <mine> falls") == 1
    assert "<mine> on sample" in page.words and f"{subject.evaluation.accuracy:.2%}" in page.words
    pictures = [source for source in page.sources if not source.startswith("#")]
    assert pictures and all(source.startswith("data:image/png") for source in pictures)
    assert page.tags.count("img") == min(300, len(most_confident_first(found)))
    assert "Orange: the label itself may be wrong" in page.words and page.suspects == 1
    assert page.tags.count("svg") == 2 + len(DISTORTIONS) and "script" not in page.tags
    assert all(f"{kind.capitalize()} ({each.unit})" in page.words for kind, each in DISTORTIONS.items())


def test_the_report_on_two_models_says_where_they_differ(found):
    perfect = replace(found, labels=found.answers)
    labels = found.answers.copy()
    labels[:20] = (labels[:20] + 1) % 10
    classic = classic_robustness("mnist")
    page = _Read(
        report_html("sample", [_subject("one", perfect), _subject("two", replace(found, labels=labels))], classic)
    )
    assert "Only one reads 20 right, only two reads 0 right. The difference is more than chance" in page.words
    assert page.words.count("classic recipe") == len(DISTORTIONS)
    alike = _Read(report_html("sample", [_subject("one", found), _subject("two", found)], {}))
    assert "Both read the same digits right." in alike.words
    assert "By digit · one" in page.words and "By digit · two" in page.words


def test_the_report_has_each_contributors_accuracy_where_there_are_contributors(found):
    contributors = np.array(["<apa>", "ibm"])[np.arange(1_000) % 2]
    scores = score_contributors(contributors, found.right)
    subject = _subject("mine", found)
    text = report_html("sample", [subject._replace(contributors=scores)], {})
    assert "<h2>By contributor</h2>" in text and "<th>&lt;apa&gt;</th><td>500</td>" in text
    for score in scores:
        assert f"<td>{score.mistakes}</td><td>{score.accuracy:.2%}</td><td>{score.interval_text}</td>" in text
    assert "By contributor" not in report_html("sample", [subject], {})


def test_the_classic_recipes_figures_are_there_at_every_level():
    levels = {kind: {*distortion.levels, distortion.none} for kind, distortion in DISTORTIONS.items()}
    for data in ("mnist", "pen"):
        (measured,) = classic_robustness(data).values()
        assert {kind: set(accuracies) for kind, accuracies in measured.items()} == levels
    assert classic_robustness("sample") == {}


def test_nothing_wrong_is_said_so(found):
    right = found.right
    parts = (found.pictures, found.labels, found.probabilities, found.support, found.embeddings)
    text = report_html("sample", [_subject("mine", Predictions(*(each[right] for each in parts)))], {})
    assert "Every digit is read right." in text and "<img" not in text


def test_the_map_is_scikit_learns_and_keeps_kinds_together(found):
    from sklearn.decomposition import PCA

    some = found.embeddings[::5]
    known, more = some[:150], some[150:]
    ours, theirs = principal(known, more), PCA(2).fit(known).transform(some)
    for axis in (0, 1):
        assert abs(np.corrcoef(ours[:, axis], theirs[:, axis])[0, 1]) > 0.999
    places, answers = neighbourhoods(some), found.answers[::5]
    assert places.shape == (200, 2)
    far = np.linalg.norm(places[:, None] - places[None], axis=-1) + np.eye(200) * 1e9
    assert (answers[far.argmin(axis=1)] == answers).mean() > 0.9
    # What is on the map already belongs near to where it is.
    placed = place_among(places[:150], some[:150], some[:3])
    assert (np.linalg.norm(placed - places[:3], axis=1) < 0.2 * np.ptp(places, axis=0).max()).all()
