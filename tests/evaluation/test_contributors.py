import numpy as np
import pytest

from digitcore.evaluation.contributors import names_of, score_contributors

CONTRIBUTORS = np.array(["b", "a", "", "b", "b", "b"])
RIGHT = np.array([True, False, False, True, False, True])


def test_each_contributors_digits_are_counted_and_those_of_nobody_are_left_out():
    a, b = score_contributors(CONTRIBUTORS, RIGHT)
    assert (a.contributor, a.count, a.mistakes, a.accuracy) == ("a", 1, 1, 0)
    assert (b.contributor, b.count, b.mistakes, b.accuracy) == ("b", 4, 1, 0.75)
    # Wilson's interval of three of four, by hand.
    assert b.interval == pytest.approx((0.3006, 0.9544), abs=1e-4)
    assert b.as_texts() == ("4", "1", "75.00%", "30.06% to 95.44%")


def test_digits_without_contributors_have_no_scores():
    assert score_contributors(None, RIGHT) == []
    assert score_contributors(np.full(6, ""), RIGHT) == [] and names_of(np.full(6, "")) == []
