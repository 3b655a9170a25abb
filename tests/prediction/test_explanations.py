"""The explanations, each against a direct computation."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from digitcore import data
from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Engine, open_bundle, read
from digitcore.prediction.change import smallest_change
from digitcore.prediction.engine import BATCH, _Network
from digitcore.prediction.evidence import activation_map, erasure_map, evidence
from digitcore.prediction.neighbours import nearest, unfamiliar_note
from digitcore.prediction.units import open_unit
from digitcore.preprocessing import find_ink, normalise
from digitcore.runs import publish


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_bundle("default"))


@pytest.fixture
def places_engine(finished_run) -> Engine:
    """A network whose last layer is given the features' places."""
    return Engine(open_bundle(publish.publish_once(finished_run)))


@pytest.fixture(scope="module")
def digits() -> data.Dataset:
    return data.load("sample")


def _logits(engine: Engine, pictures: np.ndarray) -> np.ndarray:
    """Up to what is common to all ten."""
    return np.log(engine.probabilities(pictures).astype(float)) * engine.bundle.temperature


def _lead(engine: Engine, pictures: np.ndarray, digit: int) -> np.ndarray:
    logits = _logits(engine, pictures)
    return logits[:, digit] - np.delete(logits, digit, axis=1).mean(axis=1)


@pytest.mark.parametrize("digit", [0, 3, 9])
def test_the_activation_map_adds_up_to_the_logits_lead(engine, digits, digit):
    bias = engine.bundle.weights["answer_bias"][:10]
    of_biases = bias[digit] - np.delete(bias, digit).mean()
    for picture in digits.test_images[::250]:
        total = activation_map(engine.bundle, engine.forward(picture), digit).sum() + of_biases
        assert total == pytest.approx(_lead(engine, picture[None], digit)[0], abs=0.05)


@pytest.fixture(scope="module")
def scribble() -> np.ndarray:
    """Six short lines that are no digit, as networks read it."""
    picture = np.zeros((280, 280), np.uint8)
    for x, y in ((60, 30), (140, 170), (220, 30), (98, 180), (180, 84), (28, 170)):
        picture[y : y + 84, x : x + 18] = 255
    return normalise(find_ink(picture)).pixels


def test_the_activation_map_of_no_digit_adds_up_to_its_lead(engine, scribble):
    answers, bias = engine.answers(scribble[None]), engine.bundle.weights["answer_bias"]
    assert answers.no_digit[0] > 0.5
    logits = engine.bundle.temperature * np.log(answers.shares[0].astype(float))
    total = activation_map(engine.bundle, engine.forward(scribble), NO_DIGIT).sum() + bias[NO_DIGIT] - bias[:10].mean()
    assert total == pytest.approx(logits[NO_DIGIT] - logits[:10].mean(), abs=0.05)


def test_by_erasing_the_same_ink_speaks_for_no_digit(engine, scribble):
    exact = activation_map(engine.bundle, engine.forward(scribble), NO_DIGIT)[scribble > 0]
    erased = erasure_map(engine, scribble, NO_DIGIT)[scribble > 0]
    assert erased.sum() > 0 and np.corrcoef(exact, erased)[0, 1] > 0.2


def test_the_smallest_change_of_what_is_no_digit_makes_it_one(engine):
    picture = np.zeros((280, 280), np.uint8)
    picture[60:200, 100:118] = picture[60:118, 190:208] = 255
    pixels = normalise(find_ink(picture)).pixels
    assert engine.answers(pixels[None]).shares[0].argmax() == NO_DIGIT
    change = smallest_change(engine, engine.forward(pixels), seconds=30)
    assert engine.answers(change.picture[None]).shares[0].argmax() == change.digit < NO_DIGIT


def test_the_shipped_models_evidence_is_the_exact_map(engine, digits):
    """Fails where the card and model_format name what the answers are made from differently."""
    forward = engine.forward(digits.test_images[300])
    for digit in (3, NO_DIGIT):
        exact = activation_map(engine.bundle, forward, digit)
        np.testing.assert_array_equal(evidence(engine, forward, digit), exact)
        assert not np.allclose(exact, erasure_map(engine, forward.pixels, digit), atol=0.1)


def test_a_reading_is_explained_without_another_run_of_the_network(engine, digits, monkeypatch):
    pictures_run = []
    run = _Network.run
    monkeypatch.setattr(_Network, "run", lambda self, inputs: pictures_run.append(len(inputs)) or run(self, inputs))
    reading = read(engine, digits.test_images[300])
    assert pictures_run == [1]
    evidence(engine, reading.forward, reading.answer)
    assert nearest(engine, reading.embedding[None])
    open_unit(engine.bundle, reading.forward, 1, 0).at(3, 3)
    assert pictures_run == [1]
    assert smallest_change(engine, reading.forward, seconds=30) is not None
    assert pictures_run[1] == BATCH, "changed pictures, and not the reading's own again"


def test_the_erasure_map_is_what_the_lead_loses(places_engine, digits):
    picture = digits.test_images[300]
    digit = int(places_engine.probabilities(picture[None])[0].argmax())
    found = evidence(places_engine, places_engine.forward(picture), digit)
    np.testing.assert_array_equal(found, erasure_map(places_engine, picture, digit))
    lost, covered = np.zeros((28, 28)), np.zeros((28, 28))
    whole = _lead(places_engine, picture[None], digit)[0]
    for y in range(0, 24, 2):
        for x in range(0, 24, 2):
            without = picture.copy()
            without[y : y + 5, x : x + 5] = 0
            if (without != picture).any():
                lost[y : y + 5, x : x + 5] += whole - _lead(places_engine, without[None], digit)[0]
                covered[y : y + 5, x : x + 5] += 1
    np.testing.assert_allclose(found, lost / np.maximum(covered, 1), atol=1e-3)


def test_the_nearest_are_those_of_the_least_angle(engine, digits):
    pictures = digits.test_images[::400]
    embeddings = engine.answers(pictures).embeddings
    known = engine.answers(digits.train_images).embeddings
    for picture, found in zip(embeddings, nearest(engine, embeddings), strict=True):
        cosines = known @ picture / np.linalg.norm(known, axis=1) / np.linalg.norm(picture)
        np.testing.assert_allclose(found.similarity, np.sort(cosines)[:-6:-1], atol=1e-3)
        assert len(found.pictures) == len(found.labels) == 5


def test_a_training_digit_is_its_own_nearest(engine, digits):
    (found,) = nearest(engine, engine.answers(digits.train_images[7:8]).embeddings)
    np.testing.assert_array_equal(found.pictures[0], digits.train_images[7])
    assert found.labels[0] == digits.train_labels[7] and found.similarity[0] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("which", ["engine", pytest.param("places_engine", marks=pytest.mark.slow)])
def test_a_units_steps_are_what_the_layer_answers(which, request, digits):
    engine = request.getfixturevalue(which)
    forward = engine.forward(digits.test_images[500])
    for layer, told in enumerate(engine.bundle.layers):
        if told["kind"] == "convolution":
            for feature in (0, 5):
                unit = open_unit(engine.bundle, forward, layer, feature)
                rows, columns = unit.answers.shape
                again = [[unit.at(row, column).answer for column in range(columns)] for row in range(rows)]
                np.testing.assert_allclose(again, unit.answers, atol=1e-3)


def test_the_smallest_change_changes_the_mind(engine, digits):
    for picture in digits.test_images[::100]:
        before = engine.probabilities(picture[None])[0].argmax()
        change = smallest_change(engine, engine.forward(picture), seconds=30)
        assert change.digit != before
        assert engine.probabilities(change.picture[None])[0].argmax() == change.digit
        less, more = change.picture.astype(int) < picture, change.picture.astype(int) > picture
        assert (less.any(), more.any()) == (change.kind == "erasure", change.kind == "stroke")


def test_no_change_is_found_in_no_time(engine, digits):
    (sure,) = [digits.test_images[np.argmax(engine.probabilities(digits.test_images).max(axis=1))]]
    assert smallest_change(engine, engine.forward(sure), seconds=0) is None


@pytest.mark.parametrize("learnt, own", [("mnist+pen+scribbles", True), ("sample", True), ("pen", False)])
def test_a_model_trained_on_other_digits_says_so_beside_the_nearest(engine, learnt, own):
    card = engine.bundle.card | {"data": {"name": learnt}}
    other = SimpleNamespace(bundle=replace(engine.bundle, card=card))
    assert (unfamiliar_note(other) == "") is own
