"""Pause, go on, another rate, another end: real runs, steered while they train."""

import time

import keras
import numpy as np
import pytest

from digitcore.errors import RunError
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, launch, metrics
from digitcore.runs.remedies import Trouble
from digitcore.runs.steering import CommandName
from tests.conftest import tiny, wait_for

pytestmark = pytest.mark.usefixtures("no_worker_left")


def _training(**changes: object) -> Run:
    run = launch.start(tiny(filters="8,16", **changes))
    wait_for(lambda: run.status().stage == "training", run)
    return run


def _within_a_second(run: Run, happened) -> None:
    asked = time.monotonic()
    wait_for(happened, run)
    assert time.monotonic() - asked < 1


def _names(run: Run) -> list[str]:
    return [event.name for event in run.events()]


def _batches(run: Run) -> int:
    return sum(row.kind == "batch" for row in metrics.read(run.metrics_file))


def test_a_run_is_steered_and_each_word_takes_effect_within_a_second():
    run = _training(epochs=300)
    run.ask(CommandName.PAUSE)
    _within_a_second(run, lambda: run.status().state == "paused")
    paused = run.status()
    time.sleep(1.5)
    assert run.status() == paused
    # The same asked twice, as by two browsers, is one pause.
    run.ask(CommandName.PAUSE)
    run.ask(CommandName.RATE, 0.0002)
    _within_a_second(run, lambda: "rate" in _names(run))
    run.ask(CommandName.RESUME)
    _within_a_second(run, lambda: run.status().state == "running")
    # The pause is not counted.
    assert run.status().fit_seconds < paused.fit_seconds + 1
    assert _names(run) == ["begin", "pause", "rate", "resume"]
    (rate,) = (event for event in run.events() if event.name == "rate")
    wait_for(lambda: _batches(run) > rate.step + 5, run)
    rates = {row.step: row.learning_rate for row in metrics.read(run.metrics_file)}
    assert rates[rate.step] != pytest.approx(0.0002) and rates[rate.step + 1] == pytest.approx(0.0002)
    run.ask(CommandName.RATE, None)
    _within_a_second(run, lambda: _names(run)[-1] == "rate" and run.events()[-1].value == "")
    epoch = run.status().epoch
    run.ask(CommandName.EPOCHS, epoch)
    _within_a_second(run, lambda: run.status().epochs in (epoch, epoch + 1))
    wait_for(lambda: not run.is_alive(), run)
    ended = run.status()
    assert (ended.state, ended.epoch) == ("finished", ended.epochs)
    assert metrics.epochs(metrics.read(run.metrics_file))[-1].epoch == ended.epoch
    with pytest.raises(RunError, match="is finished; it can be steered only while it trains"):
        run.ask(CommandName.PAUSE)
    launch.extend(run, 100)
    wait_for(lambda: run.status().stage == "training" and run.status().epoch > ended.epoch, run)
    assert _names(run)[-2:] == ["epochs", "resume"]
    run.ask(CommandName.PAUSE)
    _within_a_second(run, lambda: run.status().state == "paused")
    launch.stop(run)
    _within_a_second(run, lambda: run.status().state == "stopped")
    wait_for(lambda: not run.is_alive(), run)
    assert run.status().state == "stopped" and run.status().test_accuracy is not None


def test_a_loss_that_is_no_number_is_told_and_cured_by_a_lower_rate(finished_run):
    sound = finished_run.last_checkpoint.read_bytes()
    model = keras.models.load_model(finished_run.last_checkpoint)
    # The small networks here do not run away by themselves, whatever the rate.
    model.set_weights([np.full_like(weights, np.inf) for weights in model.get_weights()])
    model.save(finished_run.last_checkpoint)
    launch.extend(finished_run, 1)
    wait_for(lambda: not finished_run.is_alive(), finished_run)
    failed = finished_run.status()
    assert (failed.state, failed.trouble) == ("failed", Trouble.NAN), finished_run.log_tail()
    assert failed.error == "the loss is no longer a number, in epoch 3; use a lower learning rate"
    finished_run.last_checkpoint.write_bytes(sound)
    cure = launch.remedy_for(finished_run)
    assert cure.epoch == 2 and cure.rate < 0.004
    launch.apply_remedy(finished_run, cure)
    wait_for(lambda: metrics.epochs(metrics.read(finished_run.metrics_file))[-1].epoch == 3, finished_run)
    assert finished_run.status().trouble == ""
    assert metrics.read(finished_run.metrics_file)[-1].learning_rate == pytest.approx(cure.rate)


def test_accuracy_that_stays_at_chance_is_told_after_two_epochs_and_cured_by_beginning_again():
    run = launch.start(tiny(filters="8", network="classic", learning_rate=1, schedule="constant", epochs=300))
    wait_for(lambda: run.status().trouble or not run.is_alive(), run)
    assert run.status().trouble == Trouble.CHANCE, run.log_tail()
    assert len(metrics.epochs(metrics.read(run.metrics_file))) == 2
    cure = launch.remedy_for(run)
    assert cure == (0.1, 0)
    fresh = launch.apply_remedy(run, cure._replace(rate=0.005))
    wait_for(lambda: fresh.status().best_epoch, fresh)
    assert fresh.config.learning_rate == 0.005
    assert fresh.status().trouble == ""
    assert run.status().state == "stopped"


def test_the_warm_up_of_a_long_run_is_no_trouble():
    run = launch.start(TrainingConfig.of({"data": "sample", "epochs": 80}, presets.preset("fast")))
    told = set()
    wait_for(lambda: told.add(run.status().trouble) or run.status().epoch > 4, run)
    assert metrics.epochs(metrics.read(run.metrics_file))[0].val_accuracy < 0.2
    assert told == {""}
