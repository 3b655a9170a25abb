"""Steering a run while it trains: what people ask, and what took effect at which step.

commands.jsonl  asked; a line is appended whole by a page or the command line, and read by the worker
events.csv      took effect; appended by the worker, shown as marks on the curves, replayed by a resumed run
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

COMMANDS, EVENTS = "commands.jsonl", "events.csv"
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


def ask(folder: Path, command: Command) -> None:
    """Asks something of the run in `folder`. Raises ConfigError for a rate or a number of epochs that cannot be."""
    check(command)
    # Begun on a new line, as what was there may end amid one.
    line = f"\n{json.dumps(command._asdict())}\n".encode()
    # One write to a file opened for appending: lines of two browsers do not mix.
    with (folder / COMMANDS).open("ab", buffering=0) as stream:
        if stream.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def check(command: Command) -> None:
    """Raises ConfigError for a rate or a number of epochs that cannot be."""
    rate = SETTINGS["learning_rate"]
    if command.name is CommandName.RATE and command.value is not None:
        _check_range("a learning rate", command.value, rate.low, rate.high)
    if command.name is CommandName.EPOCHS:
        if command.value is None:
            raise ConfigError("the number of epochs is missing")
        _check_range("the number of epochs", command.value, 1, MOST_EPOCHS)


def _check_range(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ConfigError(f"{what} must be from {low:g} to {high:g}, not '{value:g}'")


class Inbox:
    """The commands of one run, each given once."""

    def __init__(self, folder: Path) -> None:
        self.path, self.read = folder / COMMANDS, 0

    def new(self) -> list[Command]:
        """What has been asked since the last look; a damaged line is passed over."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as stream:
            stream.seek(self.read)
            text = stream.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.read += len(whole)
        return [command for line in whole.splitlines() if (command := parse(line))]


def parse(line: bytes) -> Command | None:
    """The command that a line holds; None for one that is damaged, or asks what cannot be."""
    try:
        command = Command(**json.loads(line))
        command = command._replace(name=CommandName(command.name))
        check(command)
        return command
    except (ValueError, TypeError, ConfigError):
        return None


def events(folder: Path) -> list[Event]:
    """What took effect on the run in `folder`, in the order in which it did; damaged lines are passed over."""
    path = folder / EVENTS
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


def record(folder: Path, event: Event, settled: bool = False) -> list[Event]:
    """Adds an event and gives all there are; `settled`, once it would outlast a power cut, which may take a while.

    A new rate does away with what was recorded for later steps: those are still to come in a run that goes on from
    a checkpoint, and the last word counts.
    """
    known = events(folder)
    if event.name is EventName.RATE:
        known = [each for each in known if not (each.name is EventName.RATE and each.step > event.step)]
    known.append(event)
    lines = (",".join(map(str, each)) + "\n" for each in known)
    write_whole(folder / EVENTS, HEADER + "".join(lines), settled)
    return known


def total_epochs(config: TrainingConfig, events: list[Event]) -> int:
    """How many epochs the run shall have: the recipe's, or what it was told since."""
    return [config.epochs, *_totals(events)][-1]


def rate_at(config: TrainingConfig, events: list[Event], step: int, batches: int) -> float:
    """The learning rate of `step`, counted from 0, in a run of `batches` an epoch.

    A rate set by hand stays. Epochs beyond those of the recipe go through its schedule anew (warm restarts,
    Loshchilov and Hutter, 2017); a run that ended early goes on in the schedule that it was in.
    """
    by_hand = rate_by_hand([event for event in events if event.step <= step])
    if by_hand is not None:
        return by_hand
    start, end = _span(config, events, step // batches)
    return schedules.learning_rate(config, step - start * batches, (end - start) * batches)


def is_past_peak(config: TrainingConfig, events: list[Event], step: int, batches: int) -> bool:
    """Whether the rate of `step`, counted from 0, is at its schedule's peak or behind it, or set by hand."""
    if rate_by_hand([event for event in events if event.step <= step]) is not None:
        return True
    start, end = _span(config, events, step // batches)
    return step - start * batches >= schedules.peak(config, (end - start) * batches)


def rate_by_hand(events: list[Event]) -> float | None:
    """The rate that was last set by hand; None where the schedule is followed."""
    told = [event.value for event in events if event.name is EventName.RATE]
    return float(told[-1]) if told and told[-1] else None


def describe_rates(events: list[Event], batches: int) -> str:
    """Which learning rates were set by hand, and from which epoch of `batches` on; nothing where none was."""
    # The last word of an epoch counts; a slider says many.
    told = {_epoch_after(event, batches): event.value for event in events if event.name is EventName.RATE}
    words = (f"{rate or 'as scheduled'} from epoch {epoch} on" for epoch, rate in sorted(told.items()))
    return ", ".join(words)


def describe_epochs(config: TrainingConfig, events: list[Event]) -> str:
    """How many epochs the run was told to have, one after the other; nothing where that is what its recipe says."""
    totals = _totals(events)
    return f"{', then '.join(map(str, totals))} instead of {config.epochs}" if {*totals} - {config.epochs} else ""


def _epoch_after(event: Event, batches: int) -> int:
    """The epoch that the batch after the event is in."""
    return event.step // batches + 1 if batches else max(event.epoch, 1)


def _span(config: TrainingConfig, events: list[Event], epoch: int) -> tuple[int, int]:
    """The epochs, from first to behind the last, that share a schedule with `epoch`."""
    spans = [(0, config.epochs)]
    for total in _totals(events):
        if total > spans[-1][1]:
            spans.append((spans[-1][1], total))
    return next((span for span in spans if span[1] > epoch), spans[-1])


def _totals(events: list[Event]) -> list[int]:
    return [int(float(event.value)) for event in events if event.name is EventName.EPOCHS]
