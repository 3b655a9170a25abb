"""What happens beside the fit: the rate is set, rows are written, checkpoints kept, the status told, a stop heard."""

import os
import time
from dataclasses import replace
from math import isfinite
from typing import Any, TextIO

import keras
import numpy as np

from digitcore.errors import RunError
from digitcore.training import metrics
from digitcore.training.checkpoints import copy_whole, save_whole
from digitcore.training.config import TrainingConfig
from digitcore.training.feed import Feed
from digitcore.training.runs import Run, Status
from digitcore.training.schedules import learning_rate
from digitcore.training.stop import STOP_CHECK_SECONDS, Stop

REPORT_SECONDS = 0.25
RATE_MEMORY = 0.9
"""The weight of the past in the rate that time left is reckoned from."""


class StopRequested(Exception):
    """Someone asked the run to stop."""


class Pace(keras.callbacks.Callback):
    """Gives each epoch its order and its dropout, and each step its learning rate.

    All three depend on the recipe and the epoch alone. Keras does not save how far dropout's random numbers have come
    (3.15), so a run that goes on from a checkpoint could not be the same run otherwise.
    """

    def __init__(self, config: TrainingConfig, feed: Feed) -> None:
        super().__init__()
        self.config, self.feed, self.steps = config, feed, config.epochs * len(feed)
        self.epoch = 0

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
        """Sets the rate where the schedule moves it."""
        if self.config.schedule != "constant":
            step = self.epoch * len(self.feed) + batch
            self.model.optimizer.learning_rate = learning_rate(self.config, step, self.steps)


class Recorder(keras.callbacks.Callback):
    """Writes metrics.csv: each batch's own figures, and each epoch's."""

    def __init__(self, stream: TextIO, feed: Feed, history: list[metrics.Row]) -> None:
        super().__init__()
        self.stream, self.feed = stream, feed
        self.best = metrics.best(history)
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
        if not isfinite(loss):
            raise RunError(f"the loss is no longer a number, in epoch {self.epoch + 1}; use a lower learning rate")
        self.seen, self.sums = seen, sums
        self._write("batch", batch + 1, loss, round(accuracy * size) / size)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Closes the epoch with validation's figures, and keeps the best."""
        validation = float(logs["val_loss"]), float(logs["val_accuracy"])
        row = self._write("epoch", len(self.feed), float(logs["loss"]), float(logs["accuracy"]), *validation)
        self.best = metrics.best([each for each in (self.best, row) if each])
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def _write(self, kind: str, batch: int, loss: float, accuracy: float, *validation: float) -> metrics.Row:
        step = self.epoch * len(self.feed) + batch
        rate = float(self.model.optimizer.learning_rate)
        figures = (float(f"{figure:.7g}") for figure in (loss, accuracy, rate, *validation))
        self.last = metrics.Row(kind, step, self.epoch + 1, *figures)
        metrics.append(self.stream, self.last)
        return self.last


class Checkpointer(keras.callbacks.Callback):
    """Keeps the last and the best model, each written whole or not at all.

    Which epoch a checkpoint closes is told by its optimizer's step count, so the two files need no third beside them.
    """

    def __init__(self, run: Run, recorder: Recorder) -> None:
        super().__init__()
        self.run, self.recorder = run, recorder

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves the epoch's model, also as the best where it is."""
        save_whole(self.model, self.run.last_checkpoint)
        if self.recorder.best == self.recorder.last:
            copy_whole(self.run.last_checkpoint, self.run.best_checkpoint)


class Reporter(keras.callbacks.Callback):
    """Tells status.json where the fit is, a few times a second."""

    def __init__(self, run: Run, status: Status, feed: Feed, recorder: Recorder) -> None:
        super().__init__()
        self.run, self.feed, self.recorder = run, feed, recorder
        self.status = replace(status, state="running", stage="training", batches=len(feed))
        self.began = time.monotonic() - status.fit_seconds
        self.validation_seconds = 0.0
        self.reported, self.images, self.rate = time.monotonic(), 0, None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """A new epoch begins."""
        self._tell(stage="training", epoch=epoch + 1, batch=0)
        self.reported, self.images = time.monotonic(), 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tells the batch, where the last word is old enough."""
        self.images += self.feed.size_of(batch)
        elapsed = time.monotonic() - self.reported
        if elapsed < REPORT_SECONDS:
            return
        current = self.images / elapsed
        self.rate = current if self.rate is None else RATE_MEMORY * self.rate + (1 - RATE_MEMORY) * current
        self.recorder.stream.flush()
        self._tell(
            batch=batch + 1,
            learning_rate=self.recorder.last.learning_rate,
            images_per_second=round(self.rate, 1),
            seconds_left=round(self._seconds_left(batch + 1), 1),
        )
        self.reported, self.images = time.monotonic(), 0

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The epoch's batches are done; validation begins."""
        self.validation_began = time.monotonic()
        self.recorder.stream.flush()
        self._tell(stage="validating", batch=len(self.feed))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """The epoch is whole."""
        self.validation_seconds = time.monotonic() - self.validation_began
        best = self.recorder.best
        self._tell(best_epoch=best.epoch, best_accuracy=best.val_accuracy)
        print(metrics.in_words(self.recorder.last, self.status.epochs))

    def _seconds_left(self, batch: int) -> float:
        epochs_left = self.status.epochs - self.status.epoch
        images_left = (epochs_left + 1 - batch / len(self.feed)) * len(self.feed.labels)
        return images_left / self.rate + (epochs_left + 1) * self.validation_seconds

    def _tell(self, **changes: Any) -> None:
        self.status = replace(self.status, fit_seconds=round(time.monotonic() - self.began, 2), **changes)
        self.run.write_status(self.status)


class StopListener(keras.callbacks.Callback):
    """Leaves the fit, within a batch, when the run's stop file appears."""

    def __init__(self, run: Run, stop: Stop) -> None:
        super().__init__()
        self.run, self.stop, self.looked = run, stop, 0.0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Begins to time the step."""
        self.began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tells what the step took, and looks for a stop."""
        self.stop.step_took(time.monotonic() - self.began)
        self._look()

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Looks for a stop."""
        self._look()

    def _look(self) -> None:
        if time.monotonic() - self.looked >= STOP_CHECK_SECONDS:
            self.looked = time.monotonic()
            if self.run.stop_file.exists():
                raise StopRequested
