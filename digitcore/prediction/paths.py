"""The best way to read a line: which of its candidates, side by side, are its digits."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

SHARED = 0.95
"""What it costs two digits to have a piece in common: a line that both were written over."""


class Span(NamedTuple):
    """A candidate made of the pieces from `begin` up to `end`, and the evidence that it is a digit: log odds."""

    begin: int
    end: int
    score: float


class Path(NamedTuple):
    """The sum of the spans' scores, and the spans' places in the sequence that was given."""

    score: float
    chosen: tuple[int, ...]


NO_PATH = Path(float("-inf"), ())


def best_path(spans: Sequence[Span], left_out: Sequence[float], shared: float = SHARED) -> Path:
    """The path from the first piece to the last with the highest score, by dynamic programming.

    `left_out` is the score of each piece if a path passes it by. Two neighbours that have several pieces each may share
    one, at the cost `shared`. Each candidate's score being the log odds that it is a digit of the line, the path is the
    most probable one if candidates are independent. Section VIII of LeCun, Bottou, Bengio and Haffner (1998) calls it a
    Viterbi search of the segmentation graph.
    """
    count = len(left_out)
    best = [Path(0, ())] + [NO_PATH] * count
    best_wide = [NO_PATH] * (count + 1)
    by_end = sorted(range(len(spans)), key=lambda index: spans[index].end)
    ending = {end: list(group) for end, group in groupby(by_end, key=lambda index: spans[index].end)}
    for end in range(1, count + 1):
        best[end] = Path(best[end - 1].score + left_out[end - 1], best[end - 1].chosen)
        for index in ending.get(end, ()):
            begin, _, score = spans[index]
            before, is_wide = best[begin], end - begin > 1
            if is_wide and best_wide[begin + 1].score - shared > before.score:
                before = Path(best_wide[begin + 1].score - shared, best_wide[begin + 1].chosen)
            path = Path(before.score + score, (*before.chosen, index))
            best[end] = max(best[end], path)
            if is_wide:
                best_wide[end] = max(best_wide[end], path)
    return best[count]
