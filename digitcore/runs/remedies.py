"""What a fit may suffer from, and the learning rate that may help."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from digitcore.recipes.config import SETTINGS, TrainingConfig
from digitcore.recipes.presets import preset
from digitcore.runs import steering
from digitcore.runs.metrics import Row
from digitcore.runs.steering import Event


class Trouble(StrEnum):
    """What a fit may suffer from."""

    NONE = ""
    NAN = "nan"
    CHANCE = "chance"


MESSAGES = {
    Trouble.NAN: "The loss is no longer a number: the learning rate was too high, and the weights diverged.",
    Trouble.CHANCE: "The network is no better than chance: the learning rate is too high, or far too low, to learn.",
}
STUCK_EPOCHS = 2
"""How many finished epochs must be no better than chance: one alone may be an unlucky start."""
LOWER = 0.1
"""The factor for a rate that was too high."""


class Remedy(NamedTuple):
    """What may help: another learning rate, from the end of `epoch` on, or from the beginning where that is 0."""

    rate: float
    epoch: int


def chance_level(labels: np.ndarray) -> float:
    """The accuracy up to which answers may be chance: the share of the most common label, plus 3 standard deviations.

    `labels` (N,) are the digits of validation.
    """
    share = np.bincount(labels).max() / len(labels)
    return float(share + 3 * np.sqrt(share * (1 - share) / len(labels)))


def is_stuck(config: TrainingConfig, events: list[Event], finished: Sequence[Row], batches: int, chance: float) -> bool:
    """Whether the last epochs were no better than `chance` though their learning rate was past its warm-up.

    `finished` are the rows of the epochs so far, `batches` is how many batches an epoch has.
    """
    last = finished[-STUCK_EPOCHS:]
    if last[-1].epoch - last[0].epoch != STUCK_EPOCHS - 1:
        return False
    best = max(max(row.accuracy, row.val_accuracy or 0.0) for row in last)
    return best <= chance and all(steering.is_past_peak(config, events, row.step - 1, batches) for row in last)


def remedy_for(trouble: Trouble, config: TrainingConfig, events: list[Event], finished: Sequence[Row]) -> Remedy:
    """What may help: a better rate, from the last finished epoch on where the loss is no number, or from the beginning.

    `finished` has the rows of the epochs after which the run can be resumed; none where it has no checkpoint.
    """
    if trouble is Trouble.NAN and finished:
        return Remedy(lower(steering.rate_by_hand(events) or config.learning_rate), finished[-1].epoch)
    return Remedy(better_rate(config), 0)


def better_rate(config: TrainingConfig) -> float:
    """The preset's learning rate where the recipe's is far below it; else a tenth of the recipe's."""
    usual = preset(config.preset).learning_rate
    if config.learning_rate <= usual * LOWER:
        return usual
    return lower(config.learning_rate)


def lower(rate: float) -> float:
    """A tenth of the rate, rounded to one digit, but not below what a recipe allows."""
    return max(float(f"{rate * LOWER:.1g}"), SETTINGS["learning_rate"].low)
