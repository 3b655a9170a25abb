"""What a fit may suffer from, and the rate that may cure it."""

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
    Trouble.NAN: "The loss is no longer a number: the steps were too long, and the weights ran away.",
    Trouble.CHANCE: "It answers no better than chance: the steps are too long, or far too short, to learn anything.",
}
STUCK_EPOCHS = 2
"""How many whole epochs must have taught nothing: one alone may be an unlucky beginning."""
LOWER = 0.1
"""What a rate that was too high is multiplied with."""


class Remedy(NamedTuple):
    """What may help: another rate, from the end of `epoch` on, or from the beginning where that is 0."""

    rate: float
    epoch: int


def chance_level(labels: np.ndarray) -> float:
    """The accuracy up to which answers may be chance: always naming the commonest of `labels`, and 3 deviations."""
    share = np.bincount(labels).max() / len(labels)
    return float(share + 3 * np.sqrt(share * (1 - share) / len(labels)))


def is_stuck(config: TrainingConfig, events: list[Event], closed: Sequence[Row], batches: int, chance: float) -> bool:
    """Whether the last epochs taught nothing: accuracies up to `chance`, each epoch ended with the rate's warm-up over.

    `closed` are the rows of the epochs so far, `batches` is how many an epoch has.
    """
    last = closed[-STUCK_EPOCHS:]
    return last[-1].epoch - last[0].epoch == STUCK_EPOCHS - 1 and all(
        max(row.accuracy, row.val_accuracy) <= chance and steering.is_past_peak(config, events, row.step - 1, batches)
        for row in last
    )


def better_rate(config: TrainingConfig) -> float:
    """The preset's rate where the recipe's is far below it; else a tenth of the recipe's, as far as may be."""
    usual = preset(config.preset).learning_rate
    if config.learning_rate <= usual * LOWER:
        return usual
    return lower(config.learning_rate)


def lower(rate: float) -> float:
    """A tenth of the rate, to one digit, as far as a recipe allows it."""
    return max(float(f"{rate * LOWER:.1g}"), SETTINGS["learning_rate"].low)
