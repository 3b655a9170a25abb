from itertools import combinations

import numpy as np
import pytest

from digitcore.prediction.paths import SHARED, Span, best_path

NEVER = float("-inf")


def test_the_higher_score_wins_whether_joined_or_apart():
    apart = [Span(0, 1, 2.0), Span(1, 2, 2.0)]
    assert best_path([*apart, Span(0, 2, 3.0)], [NEVER] * 2).chosen == (0, 1)
    assert best_path([*apart, Span(0, 2, 5.0)], [NEVER] * 2).chosen == (2,)


def test_a_piece_is_left_out_where_that_is_better():
    spans = [Span(0, 1, 1.0), Span(1, 2, -3.0), Span(2, 3, 1.0)]
    assert best_path(spans, [NEVER, 0, NEVER]) == (2.0, (0, 2))
    assert best_path(spans, [NEVER, -5, NEVER]) == (-1.0, (0, 1, 2))


def test_neighbours_of_several_pieces_may_share_one():
    spans = [Span(0, 2, 3.0), Span(1, 3, 3.0), Span(2, 3, 0.5), Span(0, 1, 0.5)]
    path = best_path(spans, [NEVER] * 3)
    assert path.chosen == (0, 1) and path.score == pytest.approx(6 - SHARED)


def test_nothing_is_nothing():
    assert best_path([], []) == (0, ())
    assert best_path([], [0, 0]) == (0, ())


def test_no_other_path_is_better():
    random = np.random.default_rng(0)
    for _ in range(20):
        spans = [Span(begin, end, random.normal()) for begin, end in combinations(range(6), 2)]
        path = best_path(spans, [NEVER] * 5)
        apart = [
            sum(spans[index].score for index in chosen)
            for count in range(1, 6)
            for chosen in combinations(range(len(spans)), count)
            if _is_path([spans[index] for index in chosen], 5)
        ]
        assert path.score >= max(apart) - 1e-9
        assert path.score >= sum(spans[index].score for index in path.chosen) - SHARED * len(path.chosen)


def _is_path(spans: list[Span], count: int) -> bool:
    ends = [0, *(span.end for span in spans)]
    return ends[-1] == count and all(span.begin == end for span, end in zip(spans, ends, strict=False))
