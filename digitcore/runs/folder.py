"""A training run is a folder of plain files. Their names stand here and nowhere else.

HOME/runs/ID/
  config.json         the recipe, written once
  status.json         where the run is, replaced whole
  metrics.csv         a row for each batch and each epoch, appended
  observations.jsonl  what validation showed after each epoch, appended
  watched.npz         the validation digits that are watched one by one
  commands.jsonl      what was asked of the worker, appended
  events.csv          what took effect at which step
  next.json           the command that takes effect when a queued run starts again
  about.json          the display name and the note
  log.txt             the worker's output
  stop                its presence asks the worker to stop
  reserve             space on the disk while the worker lives, freed to report that the disk is full
  checkpoints/        best.keras, last.keras, previous.keras
  export/             the files of a model bundle of the best checkpoint; export-last/ of the last
  downloads/          files for other programs
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from digitcore import __version__, naming, settings
from digitcore.errors import ConfigError, RunError
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import lock, log, queue, steering
from digitcore.runs.disk import flush, write_whole
from digitcore.runs.status import ACTIVE, Stage, State, Status, status_of
from digitcore.runs.steering import Command, CommandName, Event

CONFIG, STATUS = "config.json", "status.json"
CHECKPOINTS = ("best", "last")
"""That of the best epoch, and that of the last finished one."""


@dataclass(frozen=True)
class Run:
    """One run's folder. Its files are described at the top of this module."""

    folder: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def name(self) -> str:
        """The display name: the id, where nobody gave another."""
        return naming.display_name(self.folder)

    @property
    def config_file(self) -> Path:
        """The recipe, with when and by which version the run was made."""
        return self.folder / CONFIG

    @property
    def status_file(self) -> Path:
        """Where the run is."""
        return self.folder / STATUS

    @property
    def metrics_file(self) -> Path:
        """A row for each batch and each epoch."""
        return self.folder / "metrics.csv"

    @property
    def observations_file(self) -> Path:
        """What validation showed after each epoch."""
        return self.folder / "observations.jsonl"

    @property
    def watched_file(self) -> Path:
        """The validation digits that are watched one by one."""
        return self.folder / "watched.npz"

    @property
    def commands_file(self) -> Path:
        """What was asked of the worker."""
        return self.folder / "commands.jsonl"

    @property
    def events_file(self) -> Path:
        """What took effect, and at which step."""
        return self.folder / "events.csv"

    @property
    def next_file(self) -> Path:
        """The command that takes effect when a queued run starts again."""
        return self.folder / "next.json"

    @property
    def about_file(self) -> Path:
        """The display name and the note."""
        return self.folder / naming.ABOUT

    @property
    def log_file(self) -> Path:
        """The worker's output."""
        return self.folder / "log.txt"

    @property
    def stop_file(self) -> Path:
        """Its presence asks the worker to stop."""
        return self.folder / "stop"

    @property
    def reserve_file(self) -> Path:
        """Space on the disk, kept so that a worker can still report that the disk is full."""
        return self.folder / "reserve"

    @property
    def checkpoints_folder(self) -> Path:
        """The models after the best epoch, the last and the one before the last."""
        return self.folder / "checkpoints"

    @property
    def best_checkpoint(self) -> Path:
        """The model after the best epoch, which is that of `metrics.best`."""
        return self.checkpoints_folder / "best.keras"

    @property
    def last_checkpoint(self) -> Path:
        """The model and its optimizer after the last finished epoch."""
        return self.checkpoints_folder / "last.keras"

    @property
    def previous_checkpoint(self) -> Path:
        """The last checkpoint's predecessor, used where that one is damaged."""
        return self.checkpoints_folder / "previous.keras"

    def checkpoint(self, name: str) -> Path:
        """The file of the checkpoint "best" or "last". Raises RunError for another name."""
        if name not in CHECKPOINTS:
            raise RunError(f"unknown checkpoint '{name}'; there are {', '.join(CHECKPOINTS)}")
        return self.best_checkpoint if name == "best" else self.last_checkpoint

    def export_folder(self, checkpoint: str = "best") -> Path:
        """The files of a model bundle of the checkpoint, once that has been scored."""
        return self.folder / ("export" if checkpoint == "best" else f"export-{checkpoint}")

    @property
    def downloads_folder(self) -> Path:
        """The models and figures as files for other programs."""
        return self.folder / "downloads"

    @cached_property
    def config(self) -> TrainingConfig:
        """The recipe. Raises RunError where it cannot be read."""
        names = {field.name for field in fields(TrainingConfig)}
        try:
            values = json.loads(self.config_file.read_text())
            # A recipe of an earlier version lacks what was added since; the defaults are what it was trained with.
            recipe = {name: value for name, value in values.items() if name in names}
            return TrainingConfig.of({"preset": values["preset"]} | recipe)
        except (OSError, ValueError, KeyError, AttributeError, TypeError, ConfigError) as error:
            raise RunError(f"run '{self.name}' has no readable {CONFIG} ({error})") from error

    def written_status(self) -> Status:
        """The status as the worker last wrote it."""
        try:
            values = json.loads(self.status_file.read_text())
            return status_of(values)
        except (OSError, ValueError, TypeError):
            return Status(state=State.FAILED, error=f"{STATUS} is missing or damaged")

    def status(self) -> Status:
        """The status as it is now: a run whose worker has died is interrupted, or stopped if it was asked to stop."""
        # The queue first: a run is named as the lock's holder before it leaves the queue.
        is_waiting = self.id in queue.waiting()
        status, is_alive = self.written_status(), True
        if not is_waiting and status.state in ACTIVE and not self.is_alive():
            # The worker may have ended between reading the status and asking for the lock.
            status, is_alive = self.written_status(), False
        return status.corrected(is_waiting, is_alive, self.stop_file.exists())

    def condition(self) -> str:
        """The state in a word; "scoring", where that is all that is left to do."""
        status = self.status()
        return status.stage if status.stage is Stage.SCORING else status.state

    def is_alive(self) -> bool:
        """Whether a worker is running for it, even if only to score what it trained."""
        return lock.holder() == self.id

    def is_training(self) -> bool:
        """Whether a worker trains it or is about to; false once it only scores what it trained."""
        return self.is_alive() and self.status().can_be_stopped()

    def write_status(self, status: Status) -> None:
        """Replaces status.json whole."""
        write_whole(self.status_file, json.dumps(asdict(status), indent=1))

    def request_stop(self) -> None:
        """Asks the worker to stop; the best checkpoint is kept."""
        self.stop_file.touch()

    def ask(self, name: CommandName, value: float | None = None) -> None:
        """Asks the worker to pause, to resume, for a rate (None: the schedule's) or for a total number of epochs.

        Raises RunError where no worker trains the run, ConfigError for an invalid value.
        """
        if not self.is_training():
            raise RunError(f"run '{self.name}' is {self.condition()}; it can be steered only while it trains")
        steering.ask(self.commands_file, Command(name, value))

    def events(self) -> list[Event]:
        """What took effect, in the order in which it did."""
        return steering.events(self.events_file)

    def record(self, event: Event, durable: bool = False) -> list[Event]:
        """Records what took effect, and returns all events. Unless `durable`, a power cut may lose it."""
        return steering.record(self.events_file, event, durable)

    def flush_events(self) -> None:
        """Makes the events survive a power cut, as the checkpoint that follows from them does."""
        if self.events_file.exists():
            flush(self.events_file)
            flush(self.folder)

    def log_tail(self, lines: int = 20) -> str:
        """The last lines that the run itself logged, with tracebacks whole; TensorFlow's, where there are no others."""
        messages = log.read(self.log_file)
        return "\n".join(log.tail(messages.own or messages.library, lines))

    def library_log(self) -> str:
        """What TensorFlow logged about the machine."""
        return "\n".join(log.read(self.log_file).library)


def create(config: TrainingConfig, name: str = "") -> Run:
    """Makes the folder of a new run. Its id is made from `name`, or from date and preset where that gives none.

    Raises RunError where another run has that name, or the name is too long or not one line.
    """
    name = naming.valid_name(name)
    # Under the queue's lock, so that nobody else can take the name meanwhile.
    with queue.changing():
        if name and any(run.name == name for run in _folders()):
            raise RunError(f"there is a run '{name}' already; choose another name")
        return _create(config, name)


def _create(config: TrainingConfig, name: str) -> Run:
    run = Run(_new_folder(naming.folder_name(name) or f"{datetime.now():%Y%m%d-%H%M%S}-{config.preset}"))
    try:
        run.checkpoints_folder.mkdir()
        run.write_status(Status(epochs=config.epochs))
        if name and name != run.id:
            write_whole(run.about_file, json.dumps({"name": name}, indent=1))
        # Last, as a folder counts as a run once it has this file.
        created = {"created": now(), "version": __version__}
        write_whole(run.config_file, json.dumps(created | config.to_dict(), indent=1), durable=True)
    except OSError:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return run


def find(text: str) -> Run:
    """The run whose name or id is `text`, or whose id begins with it. Raises RunError unless exactly one matches."""
    candidates, wanted = every(), naming.normalised(text)
    matches = [run for run in candidates if wanted in (run.id, run.name)]
    matches = matches or [run for run in candidates if wanted and run.id.startswith(wanted)]
    if len(matches) == 1:
        return matches[0]
    ids = ", ".join(run.id for run in matches or candidates)
    if matches:
        raise RunError(f"'{text}' could be any of {ids}")
    raise RunError(f"unknown run '{text}'; there are {ids or 'none yet'}")


def every() -> list[Run]:
    """All runs, newest first."""
    return sorted(_folders(), key=_created_at, reverse=True)


def by_id(run_id: str) -> Run:
    """The run with this id, whether or not its folder exists."""
    return Run(settings.runs_folder() / run_id)


def active() -> Run | None:
    """The run whose worker is running, or None."""
    holder = lock.holder()
    return by_id(holder) if holder else None


def now() -> str:
    """The time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _folders() -> Iterator[Run]:
    for config in settings.runs_folder().glob(f"*/{CONFIG}"):
        if naming.is_folder_name(config.parent.name):
            yield Run(config.parent)


def _created_at(run: Run) -> int:
    """When the run was created, in nanoseconds; 0 where it has just been deleted."""
    try:
        return run.config_file.stat().st_mtime_ns
    except OSError:
        return 0


def _new_folder(stem: str) -> Path:
    """A new folder of that name, numbered where there is one already."""
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    while True:
        folder = settings.runs_folder() / next(names)
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            return folder
