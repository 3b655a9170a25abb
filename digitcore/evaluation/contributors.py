"""How well the digits of each contributor are read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.evaluation.metrics import wilson_interval


@dataclass(frozen=True)
class ContributorScore:
    """A contributor's digits: their number, how many are read wrong, the accuracy and its 95% interval."""

    contributor: str
    count: int
    mistakes: int
    accuracy: float
    interval: tuple[float, float]

    @property
    def interval_text(self) -> str:
        """The interval as people read it."""
        low, high = self.interval
        return f"{low:.2%} to {high:.2%}"

    def as_texts(self) -> tuple[str, str, str, str]:
        """All figures as people read them."""
        return f"{self.count:,}", f"{self.mistakes:,}", f"{self.accuracy:.2%}", self.interval_text


def score_contributors(contributors: NDArray[np.str_] | None, right: NDArray[np.bool_]) -> list[ContributorScore]:
    """The scores in the contributors' order, of (N,) contributors and whether each digit is read right.

    Digits whose contributor is not known, "", are left out; with None, all are.
    """
    if contributors is None:
        return []
    return [_score(name, right[contributors == name]) for name in names_of(contributors)]


def names_of(contributors: NDArray[np.str_]) -> list[str]:
    """Every contributor once, in order."""
    return [name for name in np.unique(contributors).tolist() if name]


def _score(contributor: str, right: NDArray[np.bool_]) -> ContributorScore:
    count, successes = len(right), int(right.sum())
    interval = wilson_interval(successes, count)
    return ContributorScore(contributor, count, count - successes, successes / count, interval)
