"""Averaged weights, in real small runs: what is scored, saved and exported is compared with averages made by hand."""

from collections.abc import Callable

import keras
import numpy as np
import pytest

from digitcore import data, runs
from digitcore.model_format import KERAS, as_input
from digitcore.runs import Run, metrics
from digitcore.training import averaging, checkpoints, convert, fit, keras_model, steering_callback
from digitcore.training.callbacks import Callback, Validator
from digitcore.training.feed import Feed
from digitcore.training.steering_callback import StopRequested
from digitcore.training.stop_signal import Stop
from tests.conftest import tiny

SAMPLE = data.load("sample")
LIMIT = 0.9
BATCHES = 29
Weights = list[np.ndarray]


class Notebook(Callback):
    """Notes the weights after each step, and then does what is to be done after that step."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Weights] = []
        self.after_step: dict[int, Callable[[], None]] = {}

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.steps.append([weights.copy() for weights in self.model.get_weights()])
        self.after_step.get(len(self.steps), lambda: None)()


@pytest.fixture
def run() -> Run:
    return runs.create(tiny(filters="4,8", averaging=LIMIT, epochs=2), "averaged")


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """What the steps of a run in this process leave."""
    notebook, in_order = Notebook(), fit.callbacks_in_order
    monkeypatch.setattr(fit, "callbacks_in_order", lambda *callbacks: [*in_order(*callbacks), notebook])
    return notebook


def _by_hand(steps: list[Weights]) -> Weights:
    """The moving averages after those steps, in float64, by their definition: a weight for each step."""
    shares = np.ones(len(steps))
    for step in range(1, len(steps)):
        momentum = min(LIMIT, step / (step + 10))
        shares[:step] *= momentum
        shares[step] = 1 - momentum
    assert shares.sum() == pytest.approx(1)
    return [np.average(of_one_variable, axis=0, weights=shares) for of_one_variable in zip(*steps, strict=True)]


def _expect(weights: Weights, expected: Weights) -> None:
    for one, other in zip(weights, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_what_is_scored_saved_exported_and_converted_has_the_averages(run, notebook, tmp_path):
    fit.train(run, Stop())
    assert len(notebook.steps) == 2 * BATCHES
    first, last = _by_hand(notebook.steps[:BATCHES]), _by_hand(notebook.steps)
    # The last step's weights are others, so that one cannot be taken for the other.
    assert max(np.abs(one - other).max() for one, other in zip(last, notebook.steps[-1], strict=True)) > 1e-3
    _expect(keras_model.load_to_read(run.previous_checkpoint).get_weights(), first)
    _expect(keras_model.load_to_read(run.last_checkpoint).get_weights(), last)
    best = last if run.written_status().best_epoch == 2 else first
    _expect(keras_model.load_to_read(run.best_checkpoint).get_weights(), best)
    _expect(keras.models.load_model(run.export_folder() / KERAS).get_weights(), best)
    convert.convert("h5", run.last_checkpoint, tmp_path / "last.h5")
    _expect(keras.models.load_model(tmp_path / "last.h5").get_weights(), last)
    model = keras_model.build(run.config)
    for row, weights in zip(metrics.epochs(metrics.read(run.metrics_file)), (first, last), strict=True):
        model.set_weights(weights)
        pictures, labels = as_input(SAMPLE.validation_images), SAMPLE.validation_labels
        loss, accuracy = model.evaluate(pictures, labels, verbose=0)
        assert (row.val_loss, row.val_accuracy) == pytest.approx((loss, accuracy), rel=1e-4)


def test_a_run_is_resumed_with_the_last_steps_weights(run, notebook):
    fit.train(run, Stop())
    resumed = checkpoints.find_latest(run, BATCHES).model
    for weights, expected in zip(resumed.get_weights(), notebook.steps[-1], strict=True):
        np.testing.assert_array_equal(weights, expected)
    averaging.swap(resumed)
    _expect(resumed.get_weights(), _by_hand(notebook.steps))


def test_a_stop_while_the_first_epoch_is_validated_keeps_the_averages(run, notebook, monkeypatch):
    # The steering callback reads the request for the first time while validating.
    monkeypatch.setattr(steering_callback, "POLL_SECONDS", 0)
    notebook.after_step[BATCHES] = run.stop_file.touch
    assert fit.train(run, Stop()).state == "stopped"
    assert metrics.epochs(metrics.read(run.metrics_file)) == [] and not run.last_checkpoint.exists()
    _expect(keras_model.load_to_read(run.best_checkpoint).get_weights(), _by_hand(notebook.steps))


def test_the_weights_are_back_however_validation_ends(run):
    class Stopping(Callback):
        def on_predict_batch_end(self, batch: int, logs: dict | None = None) -> None:
            raise StopRequested

    model = keras_model.build(run.config)
    model.fit(as_input(SAMPLE.train_images[:300]), SAMPLE.train_labels[:300].astype(np.int32), verbose=0, epochs=2)
    # At its end, the fit gave the model its averages.
    model.set_weights([weights + 1 for weights in model.get_weights()])
    before = model.get_weights()
    validator = Validator(run, SAMPLE, Feed(SAMPLE.train_images, SAMPLE.train_labels, run.config))
    validator.set_model(model)
    validator.listeners = [Stopping()]
    with pytest.raises(StopRequested):
        validator.score()
    for weights, expected in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, expected)


def test_the_averages_of_rounded_weights_are_not_rounded(run, monkeypatch):
    monkeypatch.setattr(keras_model, "has_bfloat16", lambda: True)
    model = keras_model.build(tiny(filters="4,8", averaging=LIMIT, precision="bfloat16"))
    model.optimizer.build(model.trainable_variables)
    assert {average.dtype for _, average in averaging._pairs(model)} == {"float32"}
