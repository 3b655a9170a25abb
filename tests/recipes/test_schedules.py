import pytest

from digitcore.recipes.config import TrainingConfig
from digitcore.recipes.schedules import learning_rate, peak


def _rates(schedule: str, steps: int = 101) -> list[float]:
    config = TrainingConfig(schedule=schedule, learning_rate=0.1)
    return [learning_rate(config, step, steps) for step in range(steps)]


def test_constant_stays():
    assert set(_rates("constant")) == {0.1}


def test_cosine_falls_to_a_hundredth():
    rates = _rates("cosine")
    assert rates == sorted(rates, reverse=True)
    assert (rates[0], rates[50], rates[-1]) == pytest.approx((0.1, 0.0505, 0.001))


def test_one_cycle_rises_and_falls():
    rates = _rates("one-cycle")
    assert rates[:26] == sorted(rates[:26])
    assert rates[25:] == sorted(rates[25:], reverse=True)
    assert (rates[0], max(rates), rates[-1]) == pytest.approx((0.001, 0.1, 0.001))
    assert rates.index(max(rates)) == peak(TrainingConfig(schedule="one-cycle"), 101) == 25


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one-cycle"])
def test_a_run_of_one_step_has_a_rate(schedule):
    assert 0 < _rates(schedule, 1)[0] <= 0.1


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one-cycle"])
@pytest.mark.parametrize("steps", [1, 2, 3, 100, 101])
def test_the_rate_rises_no_more_from_its_peak_on(schedule, steps):
    config = TrainingConfig(schedule=schedule)
    rates = [learning_rate(config, step, steps) for step in range(steps)]
    later = rates[peak(config, steps) :]
    assert later and later == sorted(later, reverse=True)
