"""Where a run is: what status.json holds."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, get_type_hints

from digitcore.runs.remedies import Trouble


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
    where none is. The best epoch is that of `metrics.best`. Times are ISO 8601 in UTC.
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
        """How many epochs the curves span, at least 1: those planned; once the run has ended, those it had."""
        return max(self.epochs if self.state in ACTIVE else self.epoch, 1)

    def can_be_stopped(self) -> bool:
        """Whether there is training left to stop; scoring is not stopped."""
        return self.state in ACTIVE and self.stage is not Stage.SCORING

    def corrected(self, is_waiting: bool, is_alive: bool, stop_requested: bool) -> "Status":
        """This written status as it is now: a run in the queue waits, and a worker that died wrote no last status."""
        if is_waiting:
            return replace(self, state=State.QUEUED, stage=Stage.WAITING, seconds_left=None)
        if self.state in ACTIVE and not is_alive:
            state = State.STOPPED if stop_requested else State.INTERRUPTED
            return replace(self, state=state, stage=Stage.DONE, seconds_left=None)
        return self

    def activity(self) -> str:
        """What the worker is doing, with the name of a file that is being downloaded."""
        return f"{self.stage} {self.downloading}".strip()


STATUS_TYPES = get_type_hints(Status)


def status_of(values: dict[str, Any]) -> Status:
    """The status that status.json holds. Raises ValueError or TypeError for an invalid value."""
    status = Status(**values)
    status = replace(status, state=State(status.state), stage=Stage(status.stage), trouble=Trouble(status.trouble))
    for name, kind in STATUS_TYPES.items():
        value = getattr(status, name)
        # JSON writes a whole float as an int.
        if not isinstance(value, kind) and not (isinstance(value, int) and isinstance(0.0, kind)):
            raise TypeError(f"{name} is {value!r}")
    return status
