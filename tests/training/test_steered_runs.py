"""Real runs, steered while they train: pause, resume, another rate, another end."""

import time

import keras
import numpy as np
import pytest

from digitcore.errors import RunError
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, launch, metrics
from digitcore.runs.remedies import Trouble
from digitcore.runs.steering import CommandName, Event
from tests.conftest import tiny, wait_for

pytestmark = pytest.mark.usefixtures("no_worker_left")


def _training(**changes: object) -> Run:
    run = launch.start(tiny(filters="8,16", **changes))
    wait_for(lambda: run.status().stage == "training", run)
    return run


def _ask(run: Run, name: CommandName, value: float | None = None) -> Event:
    """Asks, and waits for what takes effect: in the epoch that the run is in, or the next where that ends just now."""
    epoch, before = run.status().epoch, len(run.events())
    run.ask(name, value)
    wait_for(lambda: len(run.events()) > before, run)
    event = run.events()[-1]
    assert event.name == name and event.epoch <= epoch + 1
    return event


def _names(run: Run) -> list[str]:
    return [event.name for event in run.events()]


def _batches(run: Run) -> int:
    return sum(row.kind == "batch" for row in metrics.read(run.metrics_file))


def test_a_run_is_steered_and_each_command_takes_effect_within_an_epoch():
    run = _training(epochs=300)
    _ask(run, CommandName.PAUSE)
    wait_for(lambda: run.status().state == "paused", run)
    paused = run.status()
    time.sleep(1.5)
    assert run.status() == paused
    # Asked twice, as by two browsers, it is one pause.
    run.ask(CommandName.PAUSE)
    rate = _ask(run, CommandName.RATE, 0.0002)
    resumed = time.monotonic()
    _ask(run, CommandName.RESUME)
    wait_for(lambda: run.status().state == "running", run)
    # The pause does not count: the fit cannot have lasted longer than since it was resumed.
    assert run.status().fit_seconds - paused.fit_seconds < time.monotonic() - resumed
    assert _names(run) == ["begin", "pause", "rate", "resume"]
    wait_for(lambda: _batches(run) > rate.step + 5, run)
    rates = {row.step: row.learning_rate for row in metrics.read(run.metrics_file)}
    assert rates[rate.step] != pytest.approx(0.0002) and rates[rate.step + 1] == pytest.approx(0.0002)
    assert _ask(run, CommandName.RATE, None).value == ""
    _ask(run, CommandName.EPOCHS, run.status().epoch)
    wait_for(lambda: not run.is_alive(), run)
    ended = run.status()
    assert (ended.state, ended.epoch) == ("finished", ended.epochs) and ended.epochs < 300
    assert metrics.epochs(metrics.read(run.metrics_file))[-1].epoch == ended.epoch
    with pytest.raises(RunError, match="is finished; it can be steered only while it trains"):
        run.ask(CommandName.PAUSE)
    launch.extend(run, 100)
    wait_for(lambda: run.status().stage == "training" and run.status().epoch > ended.epoch, run)
    assert _names(run)[-2:] == ["epochs", "resume"]
    _ask(run, CommandName.PAUSE)
    launch.stop(run)
    wait_for(lambda: not run.is_alive(), run)
    assert run.status().state == "stopped" and run.status().test_accuracy is not None


def test_a_loss_that_is_not_a_number_is_reported_and_a_lower_rate_helps(finished_run):
    sound = finished_run.last_checkpoint.read_bytes()
    model = keras.models.load_model(finished_run.last_checkpoint)
    # The small networks here do not diverge by themselves, whatever the rate.
    model.set_weights([np.full_like(weights, np.inf) for weights in model.get_weights()])
    model.save(finished_run.last_checkpoint)
    launch.extend(finished_run, 1)
    wait_for(lambda: not finished_run.is_alive(), finished_run)
    failed = finished_run.status()
    assert (failed.state, failed.trouble) == ("failed", Trouble.NAN), finished_run.log_tail()
    assert failed.error == "the loss is no longer a number, in epoch 3; use a lower learning rate"
    finished_run.last_checkpoint.write_bytes(sound)
    remedy = launch.remedy_for(finished_run)
    assert remedy.epoch == 2 and remedy.rate < 0.004
    launch.apply_remedy(finished_run, remedy)
    wait_for(lambda: metrics.epochs(metrics.read(finished_run.metrics_file))[-1].epoch == 3, finished_run)
    assert finished_run.status().trouble == ""
    assert metrics.read(finished_run.metrics_file)[-1].learning_rate == pytest.approx(remedy.rate)


def test_accuracy_that_stays_at_chance_is_reported_after_two_epochs_and_another_start_helps():
    run = launch.start(tiny(filters="8", network="classic", learning_rate=1, schedule="constant", epochs=300))
    wait_for(lambda: run.status().trouble or not run.is_alive(), run)
    assert run.status().trouble == Trouble.CHANCE, run.log_tail()
    assert len(metrics.epochs(metrics.read(run.metrics_file))) == 2
    remedy = launch.remedy_for(run)
    assert remedy == (0.1, 0)
    fresh = launch.apply_remedy(run, remedy._replace(rate=0.005))
    wait_for(lambda: fresh.status().best_epoch, fresh)
    assert fresh.config.learning_rate == 0.005
    assert fresh.status().trouble == ""
    assert run.status().state == "stopped"


def test_the_warm_up_of_a_long_run_is_no_trouble():
    changes = {"data": "sample", "epochs": 80, "learning_rate": 0.003}
    run = launch.start(TrainingConfig.of(changes, presets.preset("fast")))
    troubles = set()
    wait_for(lambda: troubles.add(run.status().trouble) or run.status().epoch > 4, run)
    assert metrics.epochs(metrics.read(run.metrics_file))[0].val_accuracy < 0.2
    assert troubles == {""}
