"""Schedules: how the learning rate changes over a run."""

from math import ceil, cos, pi

from digitcore.recipes.config import TrainingConfig

WARM_UP_SHARE = 0.25
"""The share of a one-cycle run in which the rate rises."""
LOWEST_SHARE = 0.01
"""The last rate, as a share of the highest."""


def learning_rate(config: TrainingConfig, step: int, steps: int) -> float:
    """The rate for `step` of `steps`, counted from 0.

    `cosine` falls from the recipe's rate (Loshchilov and Hutter, 2017); `one-cycle` first rises to it (Smith, 2018).
    """
    progress = step / max(steps - 1, 1)
    share = {"constant": _constant, "cosine": _cosine, "one-cycle": _one_cycle}[config.schedule](progress)
    return config.learning_rate * share


def peak(config: TrainingConfig, steps: int) -> int:
    """The step, counted from 0, at which the rate is highest; it does not rise afterwards."""
    return ceil(WARM_UP_SHARE * (steps - 1)) if config.schedule == "one-cycle" else 0


def _constant(progress: float) -> float:
    return 1.0


def _cosine(progress: float) -> float:
    return LOWEST_SHARE + (1 - LOWEST_SHARE) * (1 + cos(pi * progress)) / 2


def _one_cycle(progress: float) -> float:
    if progress < WARM_UP_SHARE:
        return _cosine(1 - progress / WARM_UP_SHARE)
    return _cosine((progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))
