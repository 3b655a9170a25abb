import numpy as np
import pytest
from scipy.stats import binom

from digitcore.evaluation.comparison import compare
from digitcore.evaluation.coverage import coverage


def _right(*spans: tuple[bool, int]) -> np.ndarray:
    return np.concatenate([np.full(count, value) for value, count in spans])


def test_mcnemars_test_is_the_binomials():
    first = _right((True, 90), (True, 8), (False, 2))
    second = _right((True, 90), (False, 8), (True, 2))
    found = compare(first, second)
    assert found.only_first.sum() == 8 and found.only_second.sum() == 2
    assert found.p_value == pytest.approx(2 * binom.cdf(2, 10, 0.5))


def test_models_that_never_differ_differ_by_chance():
    right = _right((True, 5), (False, 5))
    assert compare(right, right).p_value == 1


def test_coverage_is_what_counting_gives():
    random = np.random.default_rng(0)
    support = random.integers(0, 50, 400) / 50
    right = random.random(400) < support
    found = coverage(support, right)
    assert found.kept[-1] == 1 and found.accuracy[-1] == pytest.approx(right.mean())
    assert (np.diff(found.kept) > 0).all() and (np.diff(found.thresholds) < 0).all()
    for threshold, kept, accuracy in zip(*found, strict=True):
        reach = support >= threshold
        assert kept == pytest.approx(reach.mean()) and accuracy == pytest.approx(right[reach].mean())
