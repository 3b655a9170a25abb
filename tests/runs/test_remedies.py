import numpy as np
import pytest

from digitcore.recipes import presets
from digitcore.runs import remedies
from digitcore.runs.metrics import Row
from digitcore.runs.steering import Event, EventName
from tests.conftest import tiny

BATCHES = 10
ONE_CYCLE = tiny(epochs=40, schedule="one-cycle")
"""Its rate is highest in step 100 (counted from 0), in the 11th epoch."""


def _finished(*accuracies: float, first: int = 1) -> list[Row]:
    return [
        Row("epoch", epoch * BATCHES, epoch, 2.3, accuracy, 0.001, 2.3, accuracy)
        for epoch, accuracy in enumerate(accuracies, first)
    ]


def _stuck(config, finished: list[Row], *events: Event) -> bool:
    return remedies.is_stuck(config, list(events), finished, BATCHES, chance=0.15)


def test_two_epochs_at_chance_are_trouble_and_one_is_not():
    config = tiny(schedule="constant")
    assert not _stuck(config, _finished(0.1))
    assert _stuck(config, _finished(0.1, 0.1))
    assert not _stuck(config, _finished(0.1, 0.3, 0.1))
    assert not _stuck(config, _finished(0.1, 0.3))


def test_nothing_is_trouble_before_two_epochs_have_ended_after_the_peak():
    assert not _stuck(ONE_CYCLE, _finished(*[0.1] * 11))
    assert _stuck(ONE_CYCLE, _finished(*[0.1] * 12))


def test_a_rate_set_by_hand_has_no_peak_to_wait_for():
    by_hand = Event(15, 2, EventName.RATE, "0.5")
    assert not _stuck(ONE_CYCLE, _finished(0.1, 0.1), by_hand)
    assert _stuck(ONE_CYCLE, _finished(0.1, 0.1, 0.1), by_hand)
    assert not _stuck(ONE_CYCLE, _finished(0.1, 0.1, 0.1), by_hand, Event(25, 3, EventName.RATE, ""))


def test_added_epochs_have_a_peak_of_their_own():
    assert not _stuck(ONE_CYCLE, _finished(0.1, 0.1, first=41), Event(400, 40, EventName.EPOCHS, "80"))
    assert _stuck(ONE_CYCLE, _finished(0.1, 0.1, first=51), Event(400, 40, EventName.EPOCHS, "80"))


def test_a_resumed_run_is_judged_by_the_epochs_before_too_but_not_across_a_gap():
    config = tiny(schedule="constant")
    assert _stuck(config, _finished(0.1, first=4) + _finished(0.1, first=5))
    assert not _stuck(config, _finished(0.1, first=3) + _finished(0.1, first=5))


@pytest.mark.parametrize("count", [333, 5_000])
def test_chance_is_the_share_of_the_most_common_digit_and_its_deviation(count):
    level = remedies.chance_level(np.arange(count) % 10)
    assert 0.1 < level < 0.16


def test_the_rate_that_may_help():
    assert remedies.better_rate(tiny(learning_rate=0.05)) == 0.005
    assert remedies.better_rate(tiny(learning_rate=1e-6)) == presets.preset("fast").learning_rate
