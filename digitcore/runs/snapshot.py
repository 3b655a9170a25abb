"""A run as it is at one moment, each of its files read once: what a page shows, without opening a file itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from digitcore import runs
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import (
    Run,
    Stage,
    State,
    Status,
    lock,
    log,
    metrics,
    observations,
    pinned_drawing,
    queue,
    remedies,
    steering,
)
from digitcore.runs.log import Log
from digitcore.runs.metrics import Row
from digitcore.runs.observations import Observation
from digitcore.runs.pinned_drawing import Pin
from digitcore.runs.remedies import Remedy
from digitcore.runs.steering import Event

STEERED = (Stage.TRAINING, Stage.VALIDATING)
"""The stages in which a worker obeys more than a request to stop."""


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment.

    `queue_place` counts from 1 and is None for a run that does not wait. `is_alive` says whether a worker is running
    for it. The larger files are read when they are first asked for, once: rows, observations, digits, log, drawing.
    """

    run: Run
    status: Status
    events: list[Event]
    is_alive: bool
    stop_requested: bool
    queue_place: int | None
    has_best: bool
    has_last: bool
    read_rows: Callable[[Run], list[Row]]

    @property
    def config(self) -> TrainingConfig:
        """The recipe, which never changes."""
        return self.run.config

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of metrics.csv."""
        return self.read_rows(self.run)

    @cached_property
    def finished_epochs(self) -> list[Row]:
        """The rows of finished epochs."""
        return metrics.epochs(self.rows)

    @cached_property
    def observations(self) -> list[Observation]:
        """What validation showed after each epoch."""
        return observations.read(self.run.observations_file)

    @cached_property
    def watched(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The validation digits that are watched one by one: pictures and labels."""
        return observations.read_watched(self.run.watched_file)

    @cached_property
    def log(self) -> Log:
        """The end of what the worker logged."""
        return log.read(self.run.log_file)

    @cached_property
    def pinned(self) -> Pin | None:
        """The pinned drawing."""
        return pinned_drawing.pinned()

    @property
    def rate_by_hand(self) -> float | None:
        """The learning rate that someone set; None where the schedule is followed."""
        return steering.rate_by_hand(self.events)

    @property
    def can_be_steered(self) -> bool:
        """Whether the worker obeys more than a request to stop."""
        is_training = self.status.stage in STEERED and self.status.state in (State.RUNNING, State.PAUSED)
        return is_training and not self.stop_requested

    @property
    def can_be_stopped(self) -> bool:
        """Whether a worker trains it that was not asked to stop yet."""
        return self.status.can_be_stopped() and not self.stop_requested

    @property
    def is_in_last_epoch(self) -> bool:
        """Whether no epoch is to follow the present one."""
        return self.status.epoch >= self.status.epochs

    def remedy(self) -> Remedy:
        """What may help a run in trouble."""
        return remedies.remedy_for(
            self.status.trouble, self.config, self.events, self.finished_epochs if self.has_last else []
        )


def take(run: Run, read_rows: Callable[[Run], list[Row]] = lambda run: metrics.read(run.metrics_file)) -> Snapshot:
    """The run as it is now. `read_rows` gives the rows of its metrics; it may remember those that it gave before."""
    # The queue first: a run is named as the lock's holder before it leaves the queue. And the lock before the status,
    # as a worker writes its last status before it lets go of the lock.
    waiting = queue.waiting()
    is_waiting, is_alive = run.id in waiting, run.is_alive()
    status = run.written_status()
    if status.state in runs.ACTIVE and not is_alive and not is_waiting:
        # It may have been started between the two.
        is_alive = run.is_alive()
    stop_requested = run.stop_file.exists()
    return Snapshot(
        run=run,
        status=status.corrected(is_waiting, is_alive, stop_requested),
        events=run.events(),
        is_alive=is_alive,
        stop_requested=stop_requested,
        queue_place=waiting.index(run.id) + 1 if is_waiting else None,
        has_best=run.best_checkpoint.exists(),
        has_last=run.last_checkpoint.exists(),
        read_rows=read_rows,
    )


@dataclass(frozen=True)
class QueueSnapshot:
    """The queue at one moment: the runs that wait with their names, the next one first, and the run that trains."""

    waiting: list[tuple[Run, str]]
    training: str | None


def take_queue() -> QueueSnapshot:
    """The queue as it is now."""
    ids, holder = queue.waiting(), lock.holder()
    waiting = [(run, run.name) for run in map(runs.by_id, ids)]
    return QueueSnapshot(waiting, runs.by_id(holder).name if holder and ids else None)
