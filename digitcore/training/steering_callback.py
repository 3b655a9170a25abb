"""Does what people ask of a run, within a batch: pause and go on, another rate, another end, a stop."""

import time
from typing import Any

import keras

from digitcore.runs import Run
from digitcore.runs.steering import Command, CommandName, Event, EventName, Inbox
from digitcore.training.callbacks import Pace, Reporter
from digitcore.training.stop_signal import POLL_SECONDS, Stop

PAUSE_POLL_SECONDS = 0.1


class StopRequested(Exception):
    """Someone asked the run to stop."""


class SteeringCallback(keras.callbacks.Callback):
    """Looks a few times a second for what is asked, and records with its step what takes effect."""

    def __init__(self, run: Run, stop: Stop, pace: Pace, reporter: Reporter) -> None:
        super().__init__()
        self.run, self.stop, self.pace, self.reporter = run, stop, pace, reporter
        self.inbox, self.looked, self.paused, self.step = Inbox(run.folder), 0.0, False, 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Begins to time the step."""
        self.began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tells what the step took, and looks."""
        self.stop.step_took(time.monotonic() - self.began)
        self.step = self.pace.epoch * len(self.pace.feed) + batch + 1
        self._look()

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Looks between validation's batches too."""
        self._look()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Ends the fit after the last epoch, which may have been moved meanwhile."""
        if epoch + 1 < self.pace.epochs:
            self._obey()
        self.model.stop_training = epoch + 1 >= self.pace.epochs

    def _look(self) -> None:
        if time.monotonic() - self.looked < POLL_SECONDS:
            return
        self._obey()
        if self.paused:
            self._wait()
        self.looked = time.monotonic()

    def _obey(self) -> None:
        if self.run.stop_file.exists():
            self._record(EventName.STOP)
            raise StopRequested
        actions = {
            CommandName.PAUSE: self._pause,
            CommandName.RESUME: self._resume,
            CommandName.RATE: self._rate,
            CommandName.EPOCHS: self._epochs,
        }
        for command in self.inbox.new():
            actions[command.name](command)

    def _wait(self) -> None:
        """Stands still until told to go on, or to stop."""
        self.reporter.hold()
        try:
            while self.paused:
                time.sleep(PAUSE_POLL_SECONDS)
                self._obey()
        finally:
            self.reporter.release()

    def _pause(self, command: Command) -> None:
        if not self.paused:
            self.paused = True
            self._record(EventName.PAUSE)

    def _resume(self, command: Command) -> None:
        if self.paused:
            self.paused = False
            self._record(EventName.RESUME)

    def _rate(self, command: Command) -> None:
        self._record(EventName.RATE, "" if command.value is None else f"{command.value:g}")

    def _epochs(self, command: Command) -> None:
        """The epoch that is being trained is the earliest that can be the last."""
        self._record(EventName.EPOCHS, str(max(int(command.value), self.pace.epoch + 1)))

    def _record(self, name: EventName, value: str = "") -> None:
        self.pace.events = self.run.record(Event(self.step, self.pace.epoch + 1, name, value))
        # A word to those who look: the new end or rate is seen at once.
        self.reporter.tell()
