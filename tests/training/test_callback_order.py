"""What is saved and reported of an epoch at whose end a run is stopped: each callback uses what others did before."""

import numpy as np
import pytest

from digitcore import data, runs
from digitcore.runs import State, Status, metrics
from digitcore.runs.disk import copy_whole
from digitcore.runs.steering import EventName
from digitcore.training import callbacks, checkpoints, keras_model
from digitcore.training.callbacks import Checkpointer, Pace, Recorder, Reporter, Validator
from digitcore.training.feed import Feed, as_dataset
from digitcore.training.fit import callbacks_in_order
from digitcore.training.steering_callback import SteeringCallback, StopRequested
from digitcore.training.stop_signal import Stop
from tests.conftest import tiny

SAMPLE = data.load("sample")


def test_a_stop_at_an_epochs_end_comes_after_all_else_of_the_epoch(monkeypatch):
    run = runs.create(tiny(filters="4"), "stopped")
    feed = Feed(SAMPLE.train_images[:300], SAMPLE.train_labels[:300], run.config)
    model = keras_model.build(run.config)

    best_reported = []

    def save_and_ask_for_a_stop(source, target) -> None:
        best_reported.append(run.written_status().best_epoch)
        copy_whole(source, target)
        run.stop_file.touch()

    monkeypatch.setattr(callbacks, "copy_whole", save_and_ask_for_a_stop)
    with metrics.open_to_append(run.metrics_file) as stream:
        pace, validator = Pace(run, feed), Validator(run, SAMPLE, feed)
        recorder = Recorder(stream, feed, validator, None, [])
        reporter = Reporter(run, Status(), pace, validator, recorder)
        steering = SteeringCallback(run, Stop(), pace, reporter)
        ordered = callbacks_in_order(pace, validator, recorder, Checkpointer(run, recorder), reporter, steering)
        with pytest.raises(StopRequested):
            model.fit(as_dataset(feed), epochs=9, callbacks=ordered, verbose=0, shuffle=False)
    (epoch,) = metrics.epochs(metrics.read(run.metrics_file))
    assert (epoch.val_loss, epoch.val_accuracy) == pytest.approx((validator.loss, validator.accuracy), rel=1e-5)
    assert epoch.val_calibrated_loss == pytest.approx(validator.calibrated_loss, rel=1e-5)
    assert validator.loss > 0
    for path in (run.last_checkpoint, run.best_checkpoint):
        assert checkpoints.step_of(path) == epoch.step == len(feed)
    assert best_reported == [None], "nothing is reported as the best before it is saved"
    status = run.written_status()
    assert (status.state, status.epoch, status.best_epoch) == (State.RUNNING, 1, 1)
    assert status.best_accuracy == pytest.approx(validator.accuracy)
    last_event = run.events()[-1]
    assert (last_event.name, last_event.step, last_event.epoch) == (EventName.STOP, len(feed), 1)
    assert np.isclose(float(model.optimizer.learning_rate), epoch.learning_rate)
