"""How long a run of a recipe will take on this machine: estimated from its work, corrected by earlier runs."""

import json
from dataclasses import replace
from datetime import datetime
from math import exp, inf, log
from typing import NamedTuple

import numpy as np

from digitcore import runs
from digitcore.errors import DigitError
from digitcore.recipes.config import AUGMENTATION, TrainingConfig
from digitcore.runs import Run, State, Status
from digitcore.runs.steering import Event, EventName
from digitcore.runs.workload import Speed, fit_seconds, machine_speed, other_seconds

RECENT = 20
"""How many earlier runs count, the newest first."""
COSTLY = ("network", "filters", "kernel_size", "pool_size", "dense_units", "precision", "batch_size", *AUGMENTATION)
"""The settings, besides the data, that decide what a digit costs."""


class Past(NamedTuple):
    """An earlier run: its recipe, how many epochs its fit had, the seconds of the fit and those of the rest."""

    config: TrainingConfig
    epochs: float
    fit: float
    rest: float


def seconds(config: TrainingConfig) -> float:
    """The seconds from a run's start to its end, without downloads. Raises ConfigError for an invalid network."""
    speed, pasts = machine_speed(), earlier()
    fit = _correction(config, speed, pasts) * fit_seconds(config, config.epochs, speed)
    return _rest_seconds(config, speed, pasts) + fit


def earlier() -> list[Past]:
    """What the newest runs took, newest first, without those that were resumed from a checkpoint or failed."""
    return [past for run in runs.every()[:RECENT] if (past := _past(run))]


def _past(run: Run) -> Past | None:
    try:
        config, status, events = run.config, run.written_status(), run.events()
        epochs = status.epoch - 1 + status.batch / max(status.batches, 1)
        if status.state not in (State.FINISHED, State.STOPPED) or epochs <= 0 or _was_restarted(events):
            return None
        rest = inf if _pauses(events) else _lifetime(run, status) - status.fit_seconds
        return Past(replace(config, data=status.data), epochs, status.fit_seconds, rest)
    except (DigitError, OSError, ValueError, KeyError):
        return None


def _was_restarted(events: list[Event]) -> bool:
    """Whether it went back to a checkpoint. A paused run does not: it is resumed at the step at which it paused."""
    names, pauses = {event.name for event in events}, _pauses(events)
    resumed = any(event.name is EventName.RESUME and event.step not in pauses for event in events)
    return resumed or EventName.DAMAGED in names


def _pauses(events: list[Event]) -> set[int]:
    """The steps at which it was paused."""
    return {event.step for event in events if event.name is EventName.PAUSE}


def _lifetime(run: Run, status: Status) -> float:
    created = json.loads(run.config_file.read_text())["created"]
    return (datetime.fromisoformat(status.ended) - datetime.fromisoformat(created)).total_seconds()


def _rest_seconds(config: TrainingConfig, speed: Speed, pasts: list[Past]) -> float:
    """The seconds beside the fit: the least of earlier runs on the same data, as some of them may have waited."""
    config = _resolved(config)
    least = min((past.rest for past in pasts if past.config.data == config.data), default=inf)
    return other_seconds(config, speed) if least == inf else least


def _correction(config: TrainingConfig, speed: Speed, pasts: list[Past]) -> float:
    """The factor by which the fits of earlier runs took longer than estimated; similar recipes count most."""
    config = _resolved(config)
    weights, logarithms = [0.0], [0.0]
    for past in pasts:
        estimate = fit_seconds(past.config, past.epochs, speed)
        weights.append((1 + _differences(config, past.config)) ** -4.0)
        logarithms.append(log(max(past.fit, 0.01) / estimate))
    return exp(np.average(logarithms, weights=weights)) if sum(weights) else 1.0


def _differences(one: TrainingConfig, other: TrainingConfig) -> int:
    """In how many settings that decide the cost two recipes differ."""
    return sum(getattr(one, name) != getattr(other, name) for name in (*COSTLY, "data"))


def _resolved(config: TrainingConfig) -> TrainingConfig:
    """The recipe with the data that "auto" most likely stands for."""
    return replace(config, data="mnist") if config.data == "auto" else config
