"""What happens beside the fit: rates are set, digits validated, rows written, checkpoints kept, the status told."""

import os
import time
from dataclasses import replace
from math import isfinite
from typing import Any, TextIO

import keras
import numpy as np

from digitcore import data
from digitcore.errors import NotANumberError
from digitcore.model_format import as_input
from digitcore.runs import Run, Stage, State, Status, metrics, observations, pinned_drawing, remedies, steering
from digitcore.runs.disk import copy_whole
from digitcore.runs.observations import Observation
from digitcore.runs.remedies import Trouble
from digitcore.training import checkpoints
from digitcore.training.calibration import digits_of
from digitcore.training.feed import Feed

REPORT_SECONDS = 0.25
RATE_MEMORY = 0.9
"""The weight of the past in the rate that time left is reckoned from."""
VALIDATION_BATCH = 500
LEAST_PROBABILITY = 1e-7
"""Keras's own bound, which keeps the loss of a wrong and certain answer finite."""


class Pace(keras.callbacks.Callback):
    """Gives each epoch its order and its dropout, and each step its learning rate.

    All depend on the recipe, on what was steered, and on the epoch alone. Keras does not save how far dropout's random
    numbers have come (3.15), so a run that goes on from a checkpoint could not be the same run otherwise.
    """

    def __init__(self, run: Run, feed: Feed) -> None:
        super().__init__()
        self.config, self.feed, self.events = run.config, feed, run.events()
        self.epoch, self.rate = 0, None

    @property
    def epochs(self) -> int:
        """How many epochs the run shall have, as things stand."""
        return steering.total_epochs(self.config, self.events)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Shuffles for this epoch, and sets where each layer's random numbers begin."""
        self.epoch = epoch
        self.feed.shuffle(epoch)
        for index, layer in enumerate(self.model.layers):
            generator = getattr(layer, "seed_generator", None)
            if generator is not None:
                start = np.random.SeedSequence((self.config.seed, epoch, index)).generate_state(2)
                generator.state.assign(start)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Sets the rate where it moves."""
        step = self.epoch * len(self.feed) + batch
        rate = steering.rate_at(self.config, self.events, step, len(self.feed))
        if rate != self.rate:
            self.model.optimizer.learning_rate = self.rate = rate


class Validator(keras.callbacks.Callback):
    """Reads all validation digits after each epoch, once, for the scores and for what is watched.

    `listeners` are told of each batch that has been read.
    """

    def __init__(self, run: Run, dataset: data.Dataset, feed: Feed) -> None:
        super().__init__()
        self.run, self.feed = run, feed
        self.inputs, self.labels = as_input(dataset.validation_images), dataset.validation_labels
        self.watched = observations.choose_watched(self.labels)
        observations.save_watched(run.watched_file, dataset.validation_images[self.watched], self.labels[self.watched])
        self.listeners: list[keras.callbacks.Callback] = []
        self.loss = self.accuracy = 0.0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Takes the epoch's figures, and writes down what was seen."""
        probabilities = self.score()
        answers = probabilities.argmax(axis=1)
        confusion = np.bincount(10 * self.labels.astype(int) + answers, minlength=100).reshape(10, 10)
        seen = Observation(
            (epoch + 1) * len(self.feed),
            epoch + 1,
            confusion.tolist(),
            _rounded(probabilities[self.watched]),
            **self._read_pinned(),
        )
        observations.append(self.run.observations_file, seen)

    def score(self) -> np.ndarray:
        """Validation's (N, 10) probabilities under the model as it is; sets `loss` and `accuracy`."""
        answers = self.model.predict(self.inputs, batch_size=VALIDATION_BATCH, verbose=0, callbacks=self.listeners)
        probabilities = digits_of(answers)
        likelihoods = probabilities[np.arange(len(self.labels)), self.labels].astype(np.float64)
        self.loss = -float(np.log(np.maximum(likelihoods, LEAST_PROBABILITY)).mean())
        self.accuracy = float((probabilities.argmax(axis=1) == self.labels).mean())
        return probabilities

    def _read_pinned(self) -> dict[str, Any]:
        pinned = pinned_drawing.pinned()
        if pinned is None:
            return {}
        (shares,) = digits_of(self.model(as_input(pinned.pixels[None]), training=False).numpy())
        return {"pin": pinned.name, "pinned": _rounded(shares)}


class Recorder(keras.callbacks.Callback):
    """Writes metrics.csv: each batch's own figures, and each epoch's, which it adds to those `closed` before."""

    def __init__(
        self, stream: TextIO, feed: Feed, validator: Validator, best: metrics.Row | None, closed: list[metrics.Row]
    ) -> None:
        super().__init__()
        self.stream, self.feed, self.validator = stream, feed, validator
        self.best, self.closed = best, closed.copy()
        self.last: metrics.Row | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts the sums anew."""
        self.epoch, self.seen, self.sums = epoch, 0, (0.0, 0.0)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras gives the epoch's means so far; the batch's own figures are what the sums grew by."""
        size = self.feed.size_of(batch)
        seen, before = self.seen + size, self.sums
        sums = float(logs["loss"]) * seen, float(logs["accuracy"]) * seen
        loss, accuracy = ((now - then) / size for now, then in zip(sums, before, strict=True))
        self._require_number(loss)
        self.seen, self.sums = seen, sums
        self._write("batch", batch + 1, loss, round(accuracy * size) / size)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Closes the epoch with validation's figures, and keeps the best."""
        self._require_number(self.validator.loss)
        validation = self.validator.loss, self.validator.accuracy
        row = self._write("epoch", len(self.feed), float(logs["loss"]), float(logs["accuracy"]), *validation)
        self.best = metrics.best([each for each in (self.best, row) if each])
        self.closed.append(row)
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
        self.last = metrics.Row(kind, step, self.epoch + 1, *figures)
        metrics.append(self.stream, self.last)
        return self.last


class Checkpointer(keras.callbacks.Callback):
    """Keeps the last model, the one before it, and the best."""

    def __init__(self, run: Run, recorder: Recorder) -> None:
        super().__init__()
        self.run, self.recorder = run, recorder

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves the epoch's model, also as the best where it is."""
        self.run.flush_events()
        checkpoints.keep_last(self.run, self.model)
        if self.recorder.best == self.recorder.last:
            copy_whole(self.run.last_checkpoint, self.run.best_checkpoint)


class Reporter(keras.callbacks.Callback):
    """Tells status.json where the fit is, a few times a second."""

    def __init__(self, run: Run, status: Status, pace: Pace, validator: Validator, recorder: Recorder) -> None:
        super().__init__()
        self.run, self.pace, self.feed = run, pace, pace.feed
        self.validator, self.recorder = validator, recorder
        self.status = replace(status, state=State.RUNNING, batches=len(self.feed))
        self.began = time.monotonic() - status.fit_seconds
        self.validation_began, self.validation_seconds = 0.0, 0.0
        self.reported, self.images, self.rate = time.monotonic(), 0, None
        self.stage, self.held_at = Stage.COMPILING, None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """A new epoch begins; the first batch takes seconds, in which nothing that is asked is heard."""
        self.tell(stage=self.stage, epoch=epoch + 1, batch=0)
        self.reported, self.images = time.monotonic(), 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tells the batch, where the last word is old enough or the epoch's batches end."""
        self.images += self.feed.size_of(batch)
        elapsed = time.monotonic() - self.reported
        if elapsed < REPORT_SECONDS and self.stage is Stage.TRAINING and batch + 1 < len(self.feed):
            return
        self.stage = Stage.TRAINING
        current = self.images / elapsed
        self.rate = current if self.rate is None else RATE_MEMORY * self.rate + (1 - RATE_MEMORY) * current
        self.recorder.stream.flush()
        self.tell(
            stage=self.stage,
            batch=batch + 1,
            learning_rate=self.recorder.last.learning_rate,
            images_per_second=round(self.rate, 1),
            seconds_left=round(self._seconds_left(batch + 1), 1),
        )
        self.reported, self.images = time.monotonic(), 0

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The epoch's batches are done; validation begins."""
        self.validation_began = time.monotonic()
        self.recorder.stream.flush()
        self.tell(stage=Stage.VALIDATING, batch=len(self.feed))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """The epoch is whole."""
        self.validation_seconds = time.monotonic() - self.validation_began
        best, last = self.recorder.best, self.recorder.last
        suffers = Trouble.CHANCE if self._is_stuck() else Trouble.NONE
        self.tell(best_epoch=best.epoch, best_accuracy=best.val_accuracy, trouble=suffers)
        print(metrics.epoch_line(last, self.status.epochs))

    def tell(self, **changes: Any) -> None:
        """Writes the status anew, with these changes."""
        seconds = round((self.held_at or time.monotonic()) - self.began, 2)
        self.status = replace(self.status, fit_seconds=seconds, epochs=self.pace.epochs, **changes)
        self.run.write_status(self.status)

    def hold(self) -> None:
        """A pause begins, which does not count as time that the fit takes."""
        self.held_at = time.monotonic()
        self.recorder.stream.flush()
        self.tell(state=State.PAUSED, seconds_left=None)

    def release(self) -> None:
        """The pause is over."""
        seconds, self.held_at = time.monotonic() - self.held_at, None
        self.began += seconds
        self.reported += seconds
        self.validation_began += seconds
        self.tell(state=State.RUNNING)

    def _is_stuck(self) -> bool:
        chance = remedies.chance_level(self.validator.labels)
        return remedies.is_stuck(self.run.config, self.pace.events, self.recorder.closed, len(self.feed), chance)

    def _seconds_left(self, batch: int) -> float:
        epochs_left = self.pace.epochs - self.status.epoch
        images_left = (epochs_left + 1 - batch / len(self.feed)) * len(self.feed.labels)
        return images_left / self.rate + (epochs_left + 1) * self.validation_seconds


def _rounded(shares: np.ndarray) -> Any:
    return np.round(shares.astype(np.float64), 4).tolist()
