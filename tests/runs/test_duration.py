from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digitcore import data, runs
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, duration, workload
from digitcore.runs.steering import Event, EventName
from digitcore.runs.workload import Speed
from tests import run_folders
from tests.conftest import tiny

SLOW, QUICK = Speed(2e-11, 1.0), Speed(1e-11, 0.5)
CLASSIC, FAST = presets.preset("classic"), presets.preset("fast")


def _made(name: str, config: TrainingConfig, fit: float, rest: float = 10.0) -> Run:
    """A finished run of the recipe on the sample, whose fit took `fit` seconds and all else `rest`."""
    run = run_folders.make(name, **{key: value for key, value in config.to_dict().items() if key != "preset"})
    ended = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(seconds=fit + rest)
    finished = {"data": "sample", "fit_seconds": fit, "batch": run.written_status().batches}
    run.write_status(replace(run.written_status(), **finished, ended=ended.isoformat()))
    return run


def test_more_work_takes_longer():
    def took(base: TrainingConfig, **changes: object) -> float:
        return workload.fit_seconds(TrainingConfig.of(changes, base), 5, SLOW)

    base = took(FAST, data="mnist")
    assert took(FAST, data="sample") < base < took(FAST, data="mnist", batch_size=8)
    assert took(FAST, data="mnist", filters="64,96,128") > base
    assert took(FAST, data="mnist", rotation=10) > base
    assert workload.fit_seconds(replace(FAST, data="mnist"), 10, SLOW) > 1.8 * base
    assert workload.fit_seconds(replace(FAST, data="mnist"), 5, QUICK) < 0.7 * base


def test_the_machines_speed_is_measured_once():
    assert workload.machine_speed() is workload.machine_speed()
    assert all(figure > 0 for figure in workload.machine_speed())


def test_a_run_of_the_same_recipe_predicts_the_next():
    config = tiny(epochs=2)
    _made("before", config, fit=120.0, rest=15.0)
    assert duration.seconds(config) == pytest.approx(135, rel=0.02)
    speed = workload.machine_speed()
    slower = 120 / workload.fit_seconds(config, 2, speed)
    expected = 15 + slower * workload.fit_seconds(config, 4, speed)
    assert duration.seconds(replace(config, epochs=4)) == pytest.approx(expected, rel=0.02)


def test_the_run_with_the_most_similar_recipe_counts_most():
    wanted, other = tiny(epochs=2), tiny(epochs=2, network="classic", filters="32,64", batch_size=64, dense_units=64)
    slow = workload.fit_seconds(wanted, 2, workload.machine_speed())
    _made("alike", wanted, fit=3 * slow)
    _made("unlike", other, fit=workload.fit_seconds(other, 2, workload.machine_speed()) / 3)
    assert duration.seconds(wanted) - 10 == pytest.approx(3 * slow, rel=0.05)
    assert duration.seconds(other) - 10 < workload.fit_seconds(other, 2, workload.machine_speed())


@pytest.mark.parametrize("name", [EventName.RESUME, EventName.DAMAGED])
def test_a_run_that_was_resumed_from_a_checkpoint_does_not_count(name):
    config = tiny(epochs=2)
    fresh = duration.seconds(config)
    run = _made("before", config, fit=500.0)
    run.record(Event(10, 1, name))
    assert duration.seconds(config) == fresh


def test_a_run_that_was_paused_counts_by_its_fit():
    config = tiny(epochs=2)
    fresh = duration.seconds(config)
    run = _made("before", config, fit=500.0)
    for name in (EventName.PAUSE, EventName.RATE, EventName.RESUME):
        run.record(Event(10, 1, name))
    assert duration.seconds(config) > 10 * fresh


def test_damaged_and_unfinished_runs_do_not_count():
    config = tiny()
    fresh = duration.seconds(config)
    runs.create(config, "queued")
    for index, (file, text) in enumerate((("config.json", "{}"), ("status.json", "{"), ("status.json", "[]"))):
        (_made(f"damaged-{index}", config, fit=500.0).folder / file).write_text(text)
    odd = _made("odd", config, fit=500.0)
    odd.write_status(replace(odd.written_status(), data="unheard-of"))
    assert duration.seconds(config) == fresh


def test_the_sizes_of_the_data_are_known_before_it_is_loaded():
    assert data.sizes("sample") == data.load("sample").counts()
    assert data.sizes("mnist+pen+scribbles") == {"train": 107_976, "validation": 5_750, "test": 11_248}
    assert data.sizes("auto") == data.sizes("mnist")


def test_a_real_run_predicts_the_next(finished_run):
    past = duration.earlier()[0]
    assert past.epochs == 2 and past.fit == finished_run.status().fit_seconds and past.rest > 0
    assert duration.seconds(finished_run.config) == pytest.approx(past.fit + past.rest, rel=0.01)
