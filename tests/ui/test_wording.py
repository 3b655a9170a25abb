import pytest

from digitcore.ui.wording import about, plain


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "about 5 s"),
        (18, "about 20 s"),
        (44, "about 40 s"),
        (56, "about 1 min"),
        (311, "about 5 min"),
        (1_400, "about 25 min"),
        (3_500, "about 1 h"),
        (4_230, "about 1 h 10 min"),
        (7_190, "about 2 h"),
    ],
)
def test_seconds_are_rounded_as_an_estimate_is(seconds, text):
    assert about(seconds) == text


def test_what_someone_typed_is_shown_as_it_is():
    assert plain("8;*16]*") == r"8\;\*16\]\*"
