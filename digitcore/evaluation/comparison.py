"""Whether two models differ by more than chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIGNIFICANT, LEAST_SHOWN = 0.05, 0.001


@dataclass(frozen=True)
class Comparison:
    """Two models on the same digits: (N,) which only the first and only the second reads right, and McNemar's p."""

    only_first: NDArray[np.bool_]
    only_second: NDArray[np.bool_]
    p_value: float

    def verdict(self) -> str:
        """The test's result as a sentence."""
        if not (self.only_first | self.only_second).any():
            return "Both read the same digits right"
        extent = "more than chance" if self.p_value < SIGNIFICANT else "within chance"
        p_value = f"p = {self.p_value:.2g}" if self.p_value >= LEAST_SHOWN else f"p < {LEAST_SHOWN:g}"
        return f"The difference is {extent} (McNemar's test, {p_value})"


def compare(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> Comparison:
    """McNemar's exact test (1947): how probable so uneven a split is if both models are equally good.

    Takes for each model (N,) whether each digit was read right.
    """
    from scipy.stats import binomtest  # most of a second to import, which only two models need

    only_first, only_second = first_right & ~second_right, ~first_right & second_right
    differing = int(only_first.sum() + only_second.sum())
    p_value = binomtest(int(only_first.sum()), differing).pvalue if differing else 1.0
    return Comparison(only_first, only_second, float(p_value))
