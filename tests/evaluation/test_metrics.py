import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score

from digitcore.evaluation import evaluate
from digitcore.evaluation.metrics import calibration_error, reliability, wilson_interval


def _answers(count: int = 500) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, count)
    shares = random.random((count, 10))
    shares[np.arange(count), labels] += 0.5
    return shares / shares.sum(axis=1, keepdims=True), labels


def test_the_figures_are_scikit_learns():
    shares, labels = _answers()
    answers, found = shares.argmax(axis=1), evaluate(shares, labels)
    assert found.accuracy == accuracy_score(labels, answers)
    np.testing.assert_array_equal(found.confusion, confusion_matrix(labels, answers))
    np.testing.assert_allclose(found.precision, precision_score(labels, answers, average=None))
    np.testing.assert_allclose(found.recall, recall_score(labels, answers, average=None))


def test_a_digit_that_is_not_there_has_no_recall():
    shares, labels = _answers()
    found = evaluate(shares[labels != 3], labels[labels != 3])
    assert np.isnan(found.recall[3]) and not np.isnan(found.recall[[0, 9]]).any()


@pytest.mark.parametrize(
    ("right", "count", "low", "high"), [(9, 10, 0.5958, 0.9821), (0, 20, 0, 0.1611), (5, 5, 0.5655, 1)]
)
def test_the_interval_is_wilsons(right, count, low, high):
    assert wilson_interval(right, count) == pytest.approx((low, high), abs=1e-4)


def test_calibration_error():
    confidences = np.array([0.95] * 10 + [0.65] * 10)
    right = np.array([True] * 9 + [False] + [True] * 4 + [False] * 6)
    bins = reliability(confidences, right)
    assert [(each.count, each.accuracy) for each in bins] == [(10, 0.4), (10, 0.9)]
    assert [each.confidence for each in bins] == pytest.approx([0.65, 0.95])
    assert calibration_error(bins) == pytest.approx(0.5 * 0.05 + 0.5 * 0.25)
    assert calibration_error(reliability(np.ones(5), np.ones(5, bool))) == 0
