"""Whether two models differ by more than chance."""

from dataclasses import dataclass

import numpy as np

SIGNIFICANT, LEAST_SHOWN = 0.05, 0.001


@dataclass(frozen=True)
class Comparison:
    """Two models on the same digits: (N,) which only the first, and only the second, reads right, and McNemar's p."""

    only_first: np.ndarray
    only_second: np.ndarray
    p_value: float

    def verdict(self) -> str:
        """What the test says, in words."""
        if not (self.only_first | self.only_second).any():
            return "not at all: both read the same digits right"
        better = "more than chance explains" if self.p_value < SIGNIFICANT else "no more than chance may explain"
        p_value = f"p = {self.p_value:.2g}" if self.p_value >= LEAST_SHOWN else f"p < {LEAST_SHOWN:g}"
        return f"by {better} (McNemar's test, {p_value})"


def compare(first_right: np.ndarray, second_right: np.ndarray) -> Comparison:
    """McNemar's test (1947), exact: how likely so uneven a split is, were both models equally good.

    Takes (N,) whether each digit was read right by either model.
    """
    from scipy.stats import binomtest  # most of a second, which only two models need

    only_first, only_second = first_right & ~second_right, ~first_right & second_right
    differ = int(only_first.sum() + only_second.sum())
    p_value = binomtest(int(only_first.sum()), differ).pvalue if differ else 1.0
    return Comparison(only_first, only_second, float(p_value))
