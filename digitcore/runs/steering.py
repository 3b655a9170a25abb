"""Steering a run while it trains: the commands that people give, and the events that took effect at which step.

Commands are lines of JSON, appended whole by a page or the command line and read by the worker. Events are rows of CSV,
appended by the worker, shown as marks on the curves and replayed by a resumed run.
"""

import errno
import json
import os
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from digitcore.errors import ConfigError
from digitcore.recipes import schedules
from digitcore.recipes.config import SETTINGS, TrainingConfig
from digitcore.runs.disk import write_whole

MOST_EPOCHS = 100_000


class CommandName(StrEnum):
    """What can be asked of a run while it trains."""

    PAUSE = "pause"
    RESUME = "resume"
    RATE = "rate"
    EPOCHS = "epochs"

    @classmethod
    def _missing_(cls, value: object) -> "CommandName | None":
        """Version 0.2.0 wrote "go on" where a paused run was resumed."""
        return cls.RESUME if value == "go on" else None


class EventName(StrEnum):
    """What can take effect on a run."""

    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    RATE = "rate"
    EPOCHS = "epochs"
    STOP = "stop"
    DAMAGED = "damaged"

    @classmethod
    def _missing_(cls, value: object) -> "EventName | None":
        """Version 0.2.0 wrote "go on" where a paused run was resumed."""
        return cls.RESUME if value == "go on" else None


class Command(NamedTuple):
    """Something asked of a run.

    A rate has a number, or None to follow the schedule; epochs has the run's new total; the others have none.
    """

    name: CommandName
    value: float | None = None


class Event(NamedTuple):
    """Something that took effect after `step` batches of the run, in `epoch`.

    Begin has the data's name for a value, rate the new rate (empty where the schedule is followed again), epochs the
    new total, damaged the checkpoint's name; pause, resume and stop have none.
    """

    step: int
    epoch: int
    name: EventName
    value: str = ""


HEADER = ",".join(Event._fields) + "\n"


def ask(path: Path, command: Command) -> None:
    """Appends a command to the file. Raises ConfigError for an invalid rate or number of epochs."""
    check(command)
    # Begins on a new line, as the file may end within one.
    line = f"\n{json.dumps(command._asdict())}\n".encode()
    # One write to a file opened for appending: lines of two browsers do not mix.
    with path.open("ab", buffering=0) as stream:
        if stream.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def check(command: Command) -> None:
    """Raises ConfigError for an invalid rate or number of epochs."""
    rate = SETTINGS["learning_rate"]
    if command.name is CommandName.RATE and command.value is not None:
        _check_range("a learning rate", command.value, rate.low, rate.high)
    if command.name is CommandName.EPOCHS:
        if command.value is None:
            raise ConfigError("the number of epochs is missing")
        _check_range("the number of epochs", command.value, 1, MOST_EPOCHS)
        if command.value % 1:
            raise ConfigError(f"the number of epochs must be a whole number, not '{command.value:g}'")


def _check_range(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{what} must be from {low:g} to {high:g}, not '{value:g}'")


class Inbox:
    """Reads a file of commands as it grows; each command is returned once."""

    def __init__(self, path: Path) -> None:
        self.path, self.position = path, 0

    def new(self) -> list[Command]:
        """The commands since the last call; a damaged line is skipped."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as stream:
            stream.seek(self.position)
            text = stream.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.position += len(whole)
        return [command for line in whole.splitlines() if (command := parse(line))]


def parse(line: bytes) -> Command | None:
    """The command on a line; None for a damaged or invalid one."""
    try:
        command = Command(**json.loads(line))
        command = command._replace(name=CommandName(command.name))
        check(command)
        return command
    except (ValueError, TypeError, ConfigError):
        return None


def events(path: Path) -> list[Event]:
    """The events in the file, in the order in which they took effect; damaged lines are skipped."""
    lines = path.read_text(errors="replace").split("\n")[1:-1] if path.exists() else []
    return [event for line in lines if (event := _event(line))]


def _event(line: str) -> Event | None:
    try:
        step, epoch, text, value = line.split(",")
        name = EventName(text)
        if name is EventName.EPOCHS or (name is EventName.RATE and value):
            check(Command(CommandName(name), float(value)))
        return Event(int(step), int(epoch), name, value)
    except (ValueError, ConfigError):
        return None


def record(path: Path, event: Event, durable: bool = False) -> list[Event]:
    """Adds an event to the file and returns all; `durable`, once they would survive a power cut, which takes longer.

    A new rate removes the rates recorded for later steps: a run that was resumed from a checkpoint has yet to reach
    those steps, and the latest rate counts.
    """
    recorded = events(path)
    if event.name is EventName.RATE:
        recorded = [
            earlier for earlier in recorded if not (earlier.name is EventName.RATE and earlier.step > event.step)
        ]
    recorded.append(event)
    lines = (",".join(map(str, row)) + "\n" for row in recorded)
    write_whole(path, HEADER + "".join(lines), durable)
    return recorded


def total_epochs(config: TrainingConfig, events: list[Event]) -> int:
    """How many epochs the run shall have: the recipe's number, or the last that was asked for since."""
    return [config.epochs, *_totals(events)][-1]


def rate_at(config: TrainingConfig, events: list[Event], step: int, batches: int) -> float:
    """The learning rate of `step`, counted from 0, in a run with `batches` batches in an epoch.

    A rate set by hand stays. Epochs beyond those of the recipe follow its schedule once more from its start (warm
    restarts, Loshchilov and Hutter, 2017); a run that ended early continues the schedule that it was in.
    """
    by_hand = rate_by_hand([event for event in events if event.step <= step])
    if by_hand is not None:
        return by_hand
    start, end = _span(config, events, step // batches)
    return schedules.learning_rate(config, step - start * batches, (end - start) * batches)


def is_past_peak(config: TrainingConfig, events: list[Event], step: int, batches: int) -> bool:
    """Whether the rate of `step`, counted from 0, has reached its schedule's peak, or is set by hand."""
    if rate_by_hand([event for event in events if event.step <= step]) is not None:
        return True
    start, end = _span(config, events, step // batches)
    return step - start * batches >= schedules.peak(config, (end - start) * batches)


def rate_by_hand(events: list[Event]) -> float | None:
    """The rate that was last set by hand; None where the schedule is followed."""
    rates = [event.value for event in events if event.name is EventName.RATE]
    return float(rates[-1]) if rates and rates[-1] else None


def describe_rates(events: list[Event], batches: int) -> str:
    """Which learning rates were set by hand, and from which epoch of `batches` batches on; empty where none was."""
    # The last rate of an epoch counts: someone may try many.
    rates = {_epoch_after(event, batches): event.value for event in events if event.name is EventName.RATE}
    return ", ".join(f"{rate or 'as scheduled'} from epoch {epoch} on" for epoch, rate in sorted(rates.items()))


def describe_epochs(config: TrainingConfig, events: list[Event]) -> str:
    """The totals of epochs that were asked for, in order; empty where they are those of the recipe."""
    totals = _totals(events)
    return f"{', then '.join(map(str, totals))} instead of {config.epochs}" if {*totals} - {config.epochs} else ""


def _epoch_after(event: Event, batches: int) -> int:
    """The epoch that the batch after the event is in."""
    return event.step // batches + 1 if batches else max(event.epoch, 1)


def _span(config: TrainingConfig, events: list[Event], epoch: int) -> tuple[int, int]:
    """The epochs that share a schedule with `epoch`: the first of them, and the first after them."""
    spans = [(0, config.epochs)]
    for total in _totals(events):
        if total > spans[-1][1]:
            spans.append((spans[-1][1], total))
    return next((span for span in spans if span[1] > epoch), spans[-1])


def _totals(events: list[Event]) -> list[int]:
    return [int(float(event.value)) for event in events if event.name is EventName.EPOCHS]
