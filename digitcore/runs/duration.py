"""How long a recipe will take on this machine: reckoned from its work at first, then held against earlier runs.

The constants are fitted to the presets' runs; what differs between machines is measured, or learnt from their runs.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from math import ceil, exp, log
from typing import NamedTuple

import numpy as np

from digitcore import data, runs
from digitcore.errors import DigitError
from digitcore.recipes import networks
from digitcore.recipes.augmentation import SIDE, augment
from digitcore.recipes.config import AUGMENTATION, TrainingConfig
from digitcore.recipes.processor import has_bfloat16
from digitcore.runs import Run, State, Status
from digitcore.runs.steering import Event, EventName

PASSES = 3
"""A training step goes through the network forwards, and backwards for the features and for the weights."""
PRODUCT_SHARE = 0.6
"""What a multiplication takes in a convolution, as a share of what it takes in a small matrix product of NumPy's."""
ROUNDED_SHARE = 0.2
"""What it takes in bfloat16 where the processor has it, as a share of that."""
FEATURE_SECONDS = 3e-9
STEP_SECONDS = 4e-3
"""Of a step, whatever its size: the feed, the callbacks, the calls."""
EPOCH_SECONDS = 0.1
"""Of an epoch: checkpoint, pictures to watch, files."""
COMPILE_SECONDS = 1.0
START_SECONDS = 7.5
"""Of a run beside its fit and its scores: TensorFlow's loading, the digits, export."""
DRAWING_SECONDS = 7.5e-4
"""Of a picture that is drawn from pen strokes before the fit."""
PLAIN_SECONDS = 1.2e-4
"""What the plain work that is timed takes on the machine that the constants are fitted to."""
SIDE_OF_PRODUCT = 64
"""So small that one core multiplies it."""
RECENT = 20
"""How many earlier runs are looked at, the newest first."""
ALIKE = ("network", "filters", "kernel_size", "pool_size", "dense_units", "precision", "batch_size", *AUGMENTATION)
"""The settings, besides the data, that decide what a digit costs."""


class Speed(NamedTuple):
    """Seconds that one core takes for a multiplication within a product, and how many times it takes for plain work
    what the machine takes that the constants are fitted to."""

    product: float
    plain: float


class Past(NamedTuple):
    """An earlier run: its recipe, the seconds of its fit and of the rest, and how many epochs the fit had."""

    config: TrainingConfig
    epochs: float
    fit: float
    rest: float


def seconds(config: TrainingConfig) -> float:
    """Seconds from the start of a run to its end, downloads left out. Raises ConfigError where there is no network."""
    speed, known = machine_speed(), earlier()
    return _rest(config, speed, known) + _correction(config, speed, known) * fit_seconds(config, config.epochs, speed)


def fit_seconds(config: TrainingConfig, epochs: float, speed: Speed) -> float:
    """Seconds that the recipe's work takes in `epochs` at that speed."""
    sizes = data.sizes(config.data)
    digits, validation = sizes["train"], sizes["validation"]
    read = _pass_seconds(config, speed)
    learn = PASSES * read
    changed = _augmentation_seconds(tuple(getattr(config, name) for name in AUGMENTATION))
    # Digits are changed by one core while all of them train.
    digit = max(changed, learn + changed / _cores())
    step = STEP_SECONDS * speed.plain
    epoch = digits * digit + ceil(digits / config.batch_size) * step + validation * read + EPOCH_SECONDS * speed.plain
    return COMPILE_SECONDS * speed.plain + epochs * epoch


@cache
def machine_speed() -> Speed:
    """This machine's, measured once in a few hundredths of a second."""
    random = np.random.default_rng(0)
    matrix = random.random((SIDE_OF_PRODUCT, SIDE_OF_PRODUCT), np.float32)
    product = _quickest(lambda: matrix @ matrix, 200) / SIDE_OF_PRODUCT**3
    return Speed(product, _quickest(lambda: sum(number * number for number in range(3_000)), 100) / PLAIN_SECONDS)


def earlier() -> list[Past]:
    """What the newest runs took, newest first; those that were resumed, or came to nothing, tell nothing."""
    return [past for run in runs.every()[:RECENT] if (past := _past(run))]


def _past(run: Run) -> Past | None:
    try:
        config, status, events = run.config, run.written_status(), run.events()
        done = status.epoch - 1 + status.batch / max(status.batches, 1)
        if status.state not in (State.FINISHED, State.STOPPED) or done <= 0 or _began_again(events):
            return None
        rest = float("inf") if _pauses(events) else _lifetime(run, status) - status.fit_seconds
        return Past(replace(config, data=status.data), done, status.fit_seconds, rest)
    except (DigitError, OSError, ValueError, KeyError):
        return None


def _began_again(events: list[Event]) -> bool:
    """Whether it went back to a checkpoint: a paused run is resumed at the step at which it was paused."""
    names, pauses = {event.name for event in events}, _pauses(events)
    resumed = any(event.name is EventName.RESUME and event.step not in pauses for event in events)
    return resumed or EventName.DAMAGED in names


def _pauses(events: list[Event]) -> set[int]:
    """The steps at which it was paused."""
    return {event.step for event in events if event.name is EventName.PAUSE}


def _lifetime(run: Run, status: Status) -> float:
    created = json.loads((run.folder / "config.json").read_text())["created"]
    return (datetime.fromisoformat(status.ended) - datetime.fromisoformat(created)).total_seconds()


def _rest(config: TrainingConfig, speed: Speed, known: list[Past]) -> float:
    """Seconds beside the fit. Earlier runs may have waited in line, so that the least is what it takes."""
    name = _loaded(config.data)
    rest = min((past.rest for past in known if past.config.data == name), default=float("inf"))
    if rest < float("inf"):
        return rest
    sizes = data.sizes(name)
    scored = (sizes["validation"] + sizes["test"]) * _pass_seconds(replace(config, precision="float32"), speed)
    drawn = sum(source.sizes[0] for source in data.sources(name) if source.is_drawn)
    return (START_SECONDS + drawn * DRAWING_SECONDS) * speed.plain + scored


def _correction(config: TrainingConfig, speed: Speed, known: list[Past]) -> float:
    """What earlier runs took, as a multiple of what their work was reckoned to; those most like this count most."""
    wanted = replace(config, data=_loaded(config.data))
    weights, logarithms = [0.0], [0.0]
    for past in known:
        reckoned = fit_seconds(past.config, past.epochs, speed)
        weights.append((1 + _differences(wanted, past.config)) ** -4.0)
        logarithms.append(log(max(past.fit, 0.01) / reckoned))
    return exp(np.average(logarithms, weights=weights)) if sum(weights) else 1.0


def _differences(one: TrainingConfig, other: TrainingConfig) -> int:
    """In how many settings that cost time two recipes differ."""
    return sum(getattr(one, name) != getattr(other, name) for name in (*ALIKE, "data"))


def _loaded(name: str) -> str:
    return "mnist" if name == "auto" else name


def _pass_seconds(config: TrainingConfig, speed: Speed) -> float:
    """Seconds in which all cores take a digit through the network once."""
    share = ROUNDED_SHARE if config.precision == "bfloat16" and has_bfloat16() else 1.0
    products = networks.count_multiplications(config) * speed.product * share * PRODUCT_SHARE
    return (products + networks.count_features(config) * FEATURE_SECONDS * speed.plain) / _cores()


@lru_cache(maxsize=64)
def _augmentation_seconds(values: tuple[float, ...]) -> float:
    """Seconds in which one core changes a digit by these settings, measured on a few."""
    if not any(values):
        return 0.0
    config = replace(TrainingConfig(), **dict(zip(AUGMENTATION, values, strict=True)))
    random = np.random.default_rng(0)
    pictures = random.random((32, SIDE, SIDE), np.float32)
    return _quickest(lambda: augment(pictures, config, random), 5) / len(pictures)


def _quickest(work: Callable[[], object], times: int) -> float:
    """Seconds of the quickest: what else the machine does only makes it slower."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
