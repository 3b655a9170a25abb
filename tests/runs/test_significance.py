import pytest

from digitcore.runs import significance


@pytest.mark.parametrize(
    ("best", "other", "count", "words"),
    [
        (0.985, 0.979, 333, "2 digits of 333: within chance"),
        (328 / 333, 327 / 333, 333, "1 digit of 333: within chance"),
        (0.985, 0.9, 333, "28 digits of 333: more than chance"),
        (0.9931, 0.9871, 5_000, "30 digits of 5,000: more than chance"),
        (1.0, 327 / 333, 333, "6 digits of 333: more than chance"),
        (1.0, 328 / 333, 333, "5 digits of 333: within chance"),
        (0.90004, 0.9, 333, ""),
    ],
)
def test_a_difference_in_digits_and_whether_it_is_chance(best, other, count, words):
    assert significance.describe_difference(best, other, count) == words


def test_no_other_pairing_of_the_mistakes_has_a_higher_p_value():
    known = [significance.p_value(5 - both, 13 - both) for both in range(6)]
    assert known[0] == max(known)
