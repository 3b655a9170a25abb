"""What happens beside the fit: the rate is set, the epoch validated, metrics and checkpoints saved, progress reported.

The order in which Keras calls them is that of fit.callbacks_in_order.
"""

import os
import time
from dataclasses import replace
from math import isfinite
from typing import Any, TextIO

import keras
import numpy as np
from numpy.typing import NDArray

from digitcore import data
from digitcore.errors import NotANumberError
from digitcore.model_format import as_input
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, Stage, State, Status, metrics, observations, pinned_drawing, remedies, steering
from digitcore.runs.disk import copy_whole
from digitcore.runs.observations import Observation
from digitcore.runs.remedies import Trouble
from digitcore.training import averaging, checkpoints
from digitcore.training.averaging import averaged
from digitcore.training.calibration import calibrated_loss, digits_of
from digitcore.training.feed import Feed

REPORT_SECONDS = 0.25
RATE_MEMORY = 0.9
"""The weight of earlier values in the images per second, from which the time left is estimated."""
VALIDATION_BATCH = 500
LEAST_PROBABILITY = 1e-7
"""Keras's own bound, which keeps the loss finite if the probability of the right digit is 0."""


class Callback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras comes without types.
    """The base of all callbacks here."""


class Pace(Callback):
    """Gives each epoch its order and its dropout, and each step its learning rate.

    They depend only on the recipe, the epoch, and the events of steering. Keras (3.15) does not save the state of
    dropout's random numbers, so a resumed run could not repeat the run without a pause otherwise.
    """

    def __init__(self, run: Run, feed: Feed) -> None:
        super().__init__()
        self.config, self.feed, self.events = run.config, feed, run.events()
        self.epoch = 0
        self.rate: float | None = None

    @property
    def epochs(self) -> int:
        """The run's total number of epochs, which steering may change."""
        return steering.total_epochs(self.config, self.events)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Shuffles for this epoch, and seeds each layer's random numbers."""
        self.epoch = epoch
        self.feed.shuffle(epoch)
        for index, layer in enumerate(self.model.layers):
            generator = getattr(layer, "seed_generator", None)
            if generator is not None:
                start = np.random.SeedSequence((self.config.seed, epoch, index)).generate_state(2)
                generator.state.assign(start)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Sets the rate if it changes."""
        step = self.epoch * len(self.feed) + batch
        rate = steering.rate_at(self.config, self.events, step, len(self.feed))
        if rate != self.rate:
            self.model.optimizer.learning_rate = self.rate = rate


class Averager(Callback):
    """Averages the weights, if the recipe asks for it."""

    def __init__(self, config: TrainingConfig) -> None:
        super().__init__()
        self.config = config

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Moves the averages towards the step's weights."""
        averaging.move(self.model, self.config.averaging)


class Validator(Callback):
    """Reads all validation digits once after each epoch, for the scores and for the observation.

    `listeners` are called for each batch of validation.
    """

    def __init__(self, run: Run, dataset: data.Dataset, feed: Feed) -> None:
        super().__init__()
        self.run, self.feed = run, feed
        self.inputs, self.labels = as_input(dataset.validation_images), dataset.validation_labels
        self.watched = observations.choose_watched(self.labels)
        observations.save_watched(run.watched_file, dataset.validation_images[self.watched], self.labels[self.watched])
        self.listeners: list[Callback] = []
        self.loss = self.calibrated_loss = self.accuracy = 0.0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Computes the epoch's scores, and saves its observation."""
        probabilities = self.score()
        answers = probabilities.argmax(axis=1)
        confusion = np.bincount(10 * self.labels.astype(int) + answers, minlength=100).reshape(10, 10)
        watched = _rounded(probabilities[self.watched])
        step, pinned = (epoch + 1) * len(self.feed), self._read_pinned()
        observation = Observation(step, epoch + 1, confusion.tolist(), watched, **pinned)
        observations.append(self.run.observations_file, observation)

    def score(self) -> NDArray[np.float32]:
        """The model's (N, 10) probabilities for the validation digits; sets the scores."""
        # A listener may end the run from here.
        with averaged(self.model):
            answers = self.model.predict(self.inputs, batch_size=VALIDATION_BATCH, verbose=0, callbacks=self.listeners)
        probabilities = digits_of(answers)
        likelihoods = probabilities[np.arange(len(self.labels)), self.labels].astype(np.float64)
        self.loss = -float(np.log(np.maximum(likelihoods, LEAST_PROBABILITY)).mean())
        self.calibrated_loss = calibrated_loss(probabilities, self.labels)
        self.accuracy = float((probabilities.argmax(axis=1) == self.labels).mean())
        return probabilities

    def _read_pinned(self) -> dict[str, Any]:
        pinned = pinned_drawing.pinned()
        if pinned is None:
            return {}
        with averaged(self.model):
            (probabilities,) = digits_of(self.model(as_input(pinned.pixels[None]), training=False).numpy())
        return {"pin": pinned.name, "pinned": _rounded(probabilities)}


class Recorder(Callback):
    """Writes metrics.csv: a row for each batch and for each epoch; `finished` has the rows of all finished epochs."""

    def __init__(
        self, stream: TextIO, feed: Feed, validator: Validator, best: metrics.Row | None, finished: list[metrics.Row]
    ) -> None:
        super().__init__()
        self.stream, self.feed, self.validator = stream, feed, validator
        self.best, self.finished = best, finished.copy()
        self.last: metrics.Row | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Resets the sums."""
        self.epoch, self.digits, self.sums = epoch, 0, (0.0, 0.0)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
        """Computes the batch's own metrics, by which the sums grew: Keras gives the means of the epoch so far."""
        size = self.feed.size_of(batch)
        digits, before = self.digits + size, self.sums
        sums = float(logs["loss"]) * digits, float(logs["accuracy"]) * digits
        loss, accuracy = ((now - then) / size for now, then in zip(sums, before, strict=True))
        self._require_number(loss)
        self.digits, self.sums = digits, sums
        self._write("batch", batch + 1, loss, round(accuracy * size) / size)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """Writes the epoch's row with validation's scores, and remembers the best."""
        self._require_number(self.validator.loss)
        validation = [self.validator.loss, self.validator.accuracy]
        # A run that version 0.2.0 began is judged by its accuracy to its end.
        if metrics.is_calibrated(self.finished):
            validation.append(self.validator.calibrated_loss)
        row = self._write("epoch", len(self.feed), float(logs["loss"]), float(logs["accuracy"]), *validation)
        self.best = metrics.best([*([self.best] if self.best else []), row])
        self.finished.append(row)
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def _require_number(self, loss: float) -> None:
        if not isfinite(loss):
            where = f"in epoch {self.epoch + 1}"
            raise NotANumberError(f"the loss is no longer a number, {where}; use a lower learning rate")

    def _write(self, kind: str, batch: int, loss: float, accuracy: float, *validation: float) -> metrics.Row:
        step = self.epoch * len(self.feed) + batch
        rate = float(self.model.optimizer.learning_rate)
        figures = (float(f"{figure:.7g}") for figure in (loss, accuracy, rate, *validation))
        row = self.last = metrics.Row(kind, step, self.epoch + 1, *figures)
        metrics.append(self.stream, row)
        return row


class Checkpointer(Callback):
    """Saves the last model, the previous one, and the best."""

    def __init__(self, run: Run, recorder: Recorder) -> None:
        super().__init__()
        self.run, self.recorder = run, recorder

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves the epoch's model as the last, and as the best if it is."""
        self.run.flush_events()
        checkpoints.keep_last(self.run, self.model)
        if self.recorder.best == self.recorder.last:
            copy_whole(self.run.last_checkpoint, self.run.best_checkpoint)


class Reporter(Callback):
    """Writes the progress of the fit to status.json, a few times a second."""

    def __init__(self, run: Run, status: Status, pace: Pace, validator: Validator, recorder: Recorder) -> None:
        super().__init__()
        self.run, self.pace, self.feed = run, pace, pace.feed
        self.validator, self.recorder = validator, recorder
        self.status = replace(status, state=State.RUNNING, batches=len(self.feed))
        self.began = time.monotonic() - status.fit_seconds
        self.validation_began, self.validation_seconds = 0.0, 0.0
        self.reported, self.images = time.monotonic(), 0
        self.rate: float | None = None
        self.paused_at: float | None = None
        self.stage = Stage.COMPILING

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Reports the epoch; its first batch may take seconds, in which no command is read."""
        self.report(stage=self.stage, epoch=epoch + 1, batch=0)
        self.reported, self.images = time.monotonic(), 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Reports the batch, if the last report is old enough or it is the epoch's last batch."""
        self.images += self.feed.size_of(batch)
        elapsed = time.monotonic() - self.reported
        if elapsed < REPORT_SECONDS and self.stage is Stage.TRAINING and batch + 1 < len(self.feed):
            return
        self.stage = Stage.TRAINING
        current = self.images / elapsed
        rate = current if self.rate is None else RATE_MEMORY * self.rate + (1 - RATE_MEMORY) * current
        self.rate = rate
        last = self.recorder.last
        assert last is not None, "the recorder is called before the reporter"
        self.recorder.stream.flush()
        self.report(
            stage=self.stage,
            batch=batch + 1,
            learning_rate=last.learning_rate,
            images_per_second=round(rate, 1),
            seconds_left=round(self._seconds_left(batch + 1, rate), 1),
        )
        self.reported, self.images = time.monotonic(), 0

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Reports that the epoch's batches are done and validation begins."""
        self.validation_began = time.monotonic()
        self.recorder.stream.flush()
        self.report(stage=Stage.VALIDATING, batch=len(self.feed))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Reports the finished epoch."""
        self.validation_seconds = time.monotonic() - self.validation_began
        best, last = self.recorder.best, self.recorder.last
        assert best is not None and last is not None, "the recorder is called before the reporter"
        trouble = Trouble.CHANCE if self._is_stuck() else Trouble.NONE
        self.report(best_epoch=best.epoch, best_accuracy=best.val_accuracy, trouble=trouble)
        print(metrics.epoch_line(last, self.status.epochs))

    def report(self, **changes: Any) -> None:
        """Writes the status with these changes."""
        seconds = round((self.paused_at or time.monotonic()) - self.began, 2)
        self.status = replace(self.status, fit_seconds=seconds, epochs=self.pace.epochs, **changes)
        self.run.write_status(self.status)

    def hold(self) -> None:
        """Reports the beginning of a pause, which does not count as time of the fit."""
        self.paused_at = time.monotonic()
        self.recorder.stream.flush()
        self.report(state=State.PAUSED, seconds_left=None)

    def release(self) -> None:
        """Reports the end of the pause."""
        assert self.paused_at is not None, "it is called after `hold`"
        seconds, self.paused_at = time.monotonic() - self.paused_at, None
        self.began += seconds
        self.reported += seconds
        self.validation_began += seconds
        self.report(state=State.RUNNING)

    def _is_stuck(self) -> bool:
        chance = remedies.chance_level(self.validator.labels)
        return remedies.is_stuck(self.run.config, self.pace.events, self.recorder.finished, len(self.feed), chance)

    def _seconds_left(self, batch: int, rate: float) -> float:
        epochs_left = self.pace.epochs - self.status.epoch
        images_left = (epochs_left + 1 - batch / len(self.feed)) * self.feed.digits
        return images_left / rate + (epochs_left + 1) * self.validation_seconds


def _rounded(probabilities: NDArray[np.float32]) -> Any:
    return np.round(probabilities.astype(np.float64), 4).tolist()
