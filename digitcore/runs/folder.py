"""A training run is a folder of plain files; this module names them, and reads and writes them.

HOME/runs/ID/
  config.json         the recipe, written once
  status.json         where the run is, replaced whole
  metrics.csv         a row for each batch and each epoch, appended
  observations.jsonl  what validation showed after each epoch, appended
  watched.npz         the validation digits that are watched one by one
  commands.jsonl      what was asked while it trains, appended
  events.csv          what took effect at which step
  next.json           what a run that waits shall do other than before
  about.json          the name and the note that someone gave it
  log.txt             what the worker said
  stop                its presence asks the worker to stop
  reserve             room on the disk while the worker lives, to say that the disk is full
  checkpoints/        last.keras, previous.keras, best.keras
  export/             what a model bundle of the best is made of; export-last/ of the last
  downloads/          files for other programs
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, get_type_hints

from digitcore import __version__, naming, settings
from digitcore.errors import ConfigError, RunError
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import lock, log, queue, steering
from digitcore.runs.disk import flush, write_whole
from digitcore.runs.remedies import Trouble
from digitcore.runs.steering import Command, CommandName, Event

CHECKPOINTS = ("best", "last")
"""The best by validation, and that of the last finished epoch."""


class State(StrEnum):
    """Whether a run waits, trains or has ended, and how it ended."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ACTIVE = (State.QUEUED, State.RUNNING, State.PAUSED)


class Stage(StrEnum):
    """What a run's worker is doing."""

    STARTING = "starting"
    WAITING = "waiting"
    LOADING = "loading the digits"
    DOWNLOADING = "downloading"
    BUILDING = "building the network"
    COMPILING = "compiling the network"
    TRAINING = "training"
    VALIDATING = "validating"
    SCORING = "scoring"
    DONE = "done"
    WITHDRAWN = "taken out of the queue"

    @classmethod
    def _missing_(cls, value: object) -> "Stage | None":
        """The stage that version 0.2.0 wrote in other words."""
        if value == "taken out of the line":
            return cls.WITHDRAWN
        return cls.DOWNLOADING if str(value).startswith("downloading ") else None


@dataclass(frozen=True)
class Status:
    """Where a run is.

    `downloading` is the name of the file that is being downloaded, `downloaded` the share of it that has arrived, None
    where none is. Best is by validation. Times are ISO 8601 in UTC.
    """

    state: State = State.QUEUED
    stage: Stage = Stage.STARTING
    downloading: str = ""
    downloaded: float | None = None
    data: str = ""
    note: str = ""
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    learning_rate: float | None = None
    images_per_second: float | None = None
    seconds_left: float | None = None
    best_epoch: int | None = None
    best_accuracy: float | None = None
    test_accuracy: float | None = None
    fit_seconds: float = 0.0
    error: str = ""
    trouble: Trouble = Trouble.NONE
    started: str = ""
    ended: str = ""

    def span(self) -> int:
        """How many epochs its curves span, at least 1: those planned, or once it has ended, those it had."""
        return max(self.epochs if self.state in ACTIVE else self.epoch, 1)

    def can_be_stopped(self) -> bool:
        """Whether there is training left to stop; what was trained may still be scored."""
        return self.state in ACTIVE and self.stage is not Stage.SCORING

    def activity(self) -> str:
        """What the worker is doing, with the name of a file that is being downloaded."""
        return f"{self.stage} {self.downloading}".strip()


STATUS_TYPES = get_type_hints(Status)


@dataclass(frozen=True)
class Run:
    """One run's folder."""

    folder: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def name(self) -> str:
        """What it is called: its id where nobody gave it another name."""
        return naming.name_of(self.folder)

    @property
    def metrics_file(self) -> Path:
        """One row for each batch and each epoch."""
        return self.folder / "metrics.csv"

    @property
    def log_file(self) -> Path:
        """What the worker said."""
        return self.folder / "log.txt"

    @property
    def stop_file(self) -> Path:
        """Its presence asks the worker to stop."""
        return self.folder / "stop"

    @property
    def observations_file(self) -> Path:
        """What validation showed after each epoch."""
        return self.folder / "observations.jsonl"

    @property
    def watched_file(self) -> Path:
        """The validation digits that are watched one by one."""
        return self.folder / "watched.npz"

    @property
    def events_file(self) -> Path:
        """What took effect on it, and at which step."""
        return self.folder / steering.EVENTS

    @property
    def commands_file(self) -> Path:
        """What was asked of its worker."""
        return self.folder / steering.COMMANDS

    @property
    def next_file(self) -> Path:
        """What a run that waits shall do other than before, once its turn comes."""
        return self.folder / "next.json"

    @property
    def best_checkpoint(self) -> Path:
        """The model of the best epoch by validation."""
        return self.folder / "checkpoints" / "best.keras"

    @property
    def last_checkpoint(self) -> Path:
        """The model and optimizer after the last whole epoch."""
        return self.folder / "checkpoints" / "last.keras"

    @property
    def previous_checkpoint(self) -> Path:
        """The last checkpoint's predecessor, for where that one is damaged."""
        return self.folder / "checkpoints" / "previous.keras"

    def checkpoint(self, name: str) -> Path:
        """The file of the checkpoint "best" or "last". Raises RunError for another name."""
        if name not in CHECKPOINTS:
            raise RunError(f"unknown checkpoint '{name}'; there are {', '.join(CHECKPOINTS)}")
        return self.best_checkpoint if name == "best" else self.last_checkpoint

    def export_folder(self, checkpoint: str = "best") -> Path:
        """What a model bundle of the checkpoint is made of, once that has been scored."""
        return self.folder / ("export" if checkpoint == "best" else f"export-{checkpoint}")

    @property
    def downloads_folder(self) -> Path:
        """Its models and figures as files for other programs."""
        return self.folder / "downloads"

    @property
    def reserve_file(self) -> Path:
        """Room on the disk while a worker lives, so that it can say that the disk is full."""
        return self.folder / "reserve"

    @cached_property
    def config(self) -> TrainingConfig:
        """The recipe. Raises RunError where it cannot be read."""
        known = {each.name for each in fields(TrainingConfig)}
        try:
            values = json.loads((self.folder / "config.json").read_text())
            # A recipe of an earlier version lacks what was added since; the defaults are what it was trained with.
            recipe = {name: value for name, value in values.items() if name in known}
            return TrainingConfig.of({"preset": values["preset"]} | recipe)
        except (OSError, ValueError, KeyError, AttributeError, TypeError, ConfigError) as error:
            raise RunError(f"run '{self.name}' has no readable config.json ({error})") from error

    def written_status(self) -> Status:
        """The status as the worker last wrote it."""
        try:
            values = json.loads((self.folder / "status.json").read_text())
            return _status_of(values)
        except (OSError, ValueError, TypeError):
            return Status(state=State.FAILED, error="status.json is missing or damaged")

    def status(self) -> Status:
        """The status. Where the worker is gone with the run not ended, that is interrupted; stopped, if asked to."""
        # The line first: a run is named as the lock's holder before it leaves the line.
        waits = self.id in queue.waiting()
        status = self.written_status()
        if waits:
            return replace(status, state=State.QUEUED, stage=Stage.WAITING, seconds_left=None)
        if status.state in ACTIVE and not self.is_alive():
            # The worker may have ended between the two looks.
            status = self.written_status()
            if status.state in ACTIVE:
                state = State.STOPPED if self.stop_file.exists() else State.INTERRUPTED
                return replace(status, state=state, stage=Stage.DONE, seconds_left=None)
        return status

    def condition(self) -> str:
        """Its state in a word; scoring, where that is all that is left to do."""
        status = self.status()
        return status.stage if status.stage is Stage.SCORING else status.state

    def is_alive(self) -> bool:
        """Whether a worker is at this run, be it only to score what it trained."""
        return lock.holder() == self.id

    def is_training(self) -> bool:
        """Whether a worker trains it, or is about to; no longer where it only scores what it trained."""
        return self.is_alive() and self.status().can_be_stopped()

    def write_status(self, status: Status) -> None:
        """Replaces status.json whole."""
        write_whole(self.folder / "status.json", json.dumps(asdict(status), indent=1))

    def request_stop(self) -> None:
        """Asks the worker to stop; the best checkpoint is kept."""
        self.stop_file.touch()

    def ask(self, name: CommandName, value: float | None = None) -> None:
        """Asks the worker to pause, to resume, for a rate (None: the schedule's) or for a total number of epochs.

        Raises RunError where no worker is at the run, ConfigError for an invalid value.
        """
        if not self.is_training():
            raise RunError(f"run '{self.name}' is {self.condition()}; it can be steered only while it trains")
        steering.ask(self.folder, Command(name, value))

    def events(self) -> list[Event]:
        """What took effect on it, and at which step."""
        return steering.events(self.folder)

    def record(self, event: Event, settled: bool = False) -> list[Event]:
        """Writes down what took effect; gives all events. Unless `settled`, a power cut may take it."""
        return steering.record(self.folder, event, settled)

    def settle_events(self) -> None:
        """Lets what took effect outlast a power cut, as the checkpoint that comes of it does."""
        if self.events_file.exists():
            flush(self.events_file)
            flush(self.folder)

    def log_tail(self, lines: int = 20) -> str:
        """The log's last lines of the run's own, and all of a traceback; TensorFlow's, where there are no others."""
        found = log.read(self.log_file)
        return "\n".join(log.tail(found.own or found.library, lines))

    def library_log(self) -> str:
        """What TensorFlow said of the machine meanwhile."""
        return "\n".join(log.read(self.log_file).library)


def _status_of(values: dict[str, Any]) -> Status:
    """The status that status.json holds. Raises ValueError or TypeError for an invalid value."""
    status = Status(**values)
    status = replace(status, state=State(status.state), stage=Stage(status.stage), trouble=Trouble(status.trouble))
    for name, kind in STATUS_TYPES.items():
        value = getattr(status, name)
        # JSON writes a whole float as an int.
        if not isinstance(value, kind) and not (isinstance(value, int) and isinstance(0.0, kind)):
            raise TypeError(f"{name} is {value!r}")
    return status


def create(config: TrainingConfig, name: str = "") -> Run:
    """Makes the folder of a new run, queued. Its id is made of `name`; of date and preset where nothing is left of it.

    Raises RunError where another run has that name, or it is too long or not one line.
    """
    name = naming.checked(name)
    # While nobody else can take the name.
    with queue.changing():
        if name and any(run.name == name for run in _folders()):
            raise RunError(f"there is a run '{name}' already; choose another name")
        return _create(config, name)


def _create(config: TrainingConfig, name: str) -> Run:
    run = Run(_new_folder(naming.folder_name(name) or f"{datetime.now():%Y%m%d-%H%M%S}-{config.preset}"))
    try:
        (run.folder / "checkpoints").mkdir()
        run.write_status(Status(epochs=config.epochs))
        if name and name != run.id:
            write_whole(run.folder / naming.ABOUT, json.dumps({"name": name}, indent=1))
        # Last, as a folder with a config.json is what counts as a run.
        created = {"created": now(), "version": __version__}
        write_whole(run.folder / "config.json", json.dumps(created | config.to_dict(), indent=1), settled=True)
    except OSError:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


def find(text: str) -> Run:
    """The run that has `text` as its name or its id, or whose id begins with it. Raises RunError unless it is one."""
    known, wanted = every(), naming.same(text)
    found = [run for run in known if wanted in (run.id, run.name)]
    found = found or [run for run in known if wanted and run.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(run.id for run in found or known)
    if found:
        raise RunError(f"'{text}' could be any of {ids}")
    raise RunError(f"unknown run '{text}'; there are {ids or 'none yet'}")


def every() -> list[Run]:
    """All runs, newest first."""
    return sorted(_folders(), key=_made, reverse=True)


def by_id(run_id: str) -> Run:
    """The run with this id, be its folder there or not."""
    return Run(settings.runs_folder() / run_id)


def active() -> Run | None:
    """The run that a worker is at, or None."""
    holder = lock.holder()
    return by_id(holder) if holder else None


def now() -> str:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _folders() -> Iterator[Run]:
    for config in settings.runs_folder().glob("*/config.json"):
        if naming.is_folder_name(config.parent.name):
            yield Run(config.parent)


def _made(run: Run) -> int:
    """When the run was made, in nanoseconds; 0 where it has just been deleted."""
    try:
        return (run.folder / "config.json").stat().st_mtime_ns
    except OSError:
        return 0


def _new_folder(stem: str) -> Path:
    """Numbered where there is one of that name."""
    for number in count(1):
        folder = settings.runs_folder() / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            continue
