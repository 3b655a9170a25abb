"""Carries out the commands that people give a run, within a batch: pause, resume, another rate, another end, stop."""

import time
from typing import Any

from digitcore.runs import Run
from digitcore.runs.steering import Command, CommandName, Event, EventName, Inbox
from digitcore.training.callbacks import Callback, Pace, Reporter
from digitcore.training.stop_signal import POLL_SECONDS, Stop

PAUSE_POLL_SECONDS = 0.1


class StopRequested(Exception):
    """Someone asked the run to stop."""


class SteeringCallback(Callback):
    """Reads the run's commands a few times a second, and records what takes effect at which step."""

    def __init__(self, run: Run, stop: Stop, pace: Pace, reporter: Reporter) -> None:
        super().__init__()
        self.run, self.stop, self.pace, self.reporter = run, stop, pace, reporter
        self.inbox, self.polled_at, self.paused, self.step = Inbox(run.commands_file), 0.0, False, 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts to time the step."""
        self.began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Reports how long the step took, and polls."""
        self.stop.step_took(time.monotonic() - self.began)
        self.step = self.pace.epoch * len(self.pace.feed) + batch + 1
        self._poll()

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Polls between the batches of validation too."""
        self._poll()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Ends the fit after the last epoch; which one that is may have changed meanwhile."""
        if epoch + 1 < self.pace.epochs:
            self._obey()
        self.model.stop_training = epoch + 1 >= self.pace.epochs

    def _poll(self) -> None:
        if time.monotonic() - self.polled_at < POLL_SECONDS:
            return
        self._obey()
        if self.paused:
            self._wait()
        self.polled_at = time.monotonic()

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
        """Waits until someone resumes the run or stops it."""
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
        self._record(EventName.EPOCHS, str(max(int(command.value or 0), self.pace.epoch + 1)))

    def _record(self, name: EventName, value: str = "") -> None:
        self.pace.events = self.run.record(Event(self.step, self.pace.epoch + 1, name, value))
        # At once, so that pages show the new end or rate.
        self.reporter.report()
