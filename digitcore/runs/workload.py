"""How long the work of a recipe takes at a machine's speed, and the speed of this machine.

The constants are fitted to runs of the presets on one machine. What differs between machines is measured.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from digitcore import data
from digitcore.recipes import networks
from digitcore.recipes.augmentation import SIDE, augment
from digitcore.recipes.config import AUGMENTATION, TrainingConfig
from digitcore.recipes.processor import has_bfloat16

PASSES = 3
"""A training step passes through the network forwards, and backwards for the features and for the weights."""
PRODUCT_SHARE = 0.6
"""The time of a multiplication in a convolution, as a share of that in a small matrix product of NumPy's."""
ROUNDED_SHARE = 0.2
"""The time of a multiplication in bfloat16 where the processor supports it, as a share of that in float32."""
FEATURE_SECONDS = 3e-9
STEP_SECONDS = 4e-3
"""The part of a step that does not depend on its size: the feed, the callbacks, the calls."""
EPOCH_SECONDS = 0.1
"""The part of an epoch beside its steps and validation: checkpoints, observations, files."""
COMPILE_SECONDS = 1.0
START_SECONDS = 7.5
"""The part of a run beside its fit and its scores: loading TensorFlow, loading the digits, the export."""
DRAWING_SECONDS = 7.5e-4
"""The drawing of one picture from pen strokes, before the fit."""
PLAIN_SECONDS = 1.2e-4
"""What the plain Python that `machine_speed` times takes on the machine that the constants are fitted to."""
PRODUCT_SIDE = 64
"""So small a matrix that one core multiplies it."""


class Speed(NamedTuple):
    """The seconds of one multiplication within a matrix product on one core, and those of plain Python.

    The latter are relative to the machine that the constants are fitted to: 2 is half as fast.
    """

    product: float
    plain: float


@cache
def machine_speed() -> Speed:
    """The speed of this machine, measured once in a few hundredths of a second."""
    random = np.random.default_rng(0)
    matrix = random.random((PRODUCT_SIDE, PRODUCT_SIDE), np.float32)
    product = _quickest(lambda: matrix @ matrix, 200) / PRODUCT_SIDE**3
    return Speed(product, _quickest(lambda: sum(number * number for number in range(3_000)), 100) / PLAIN_SECONDS)


def fit_seconds(config: TrainingConfig, epochs: float, speed: Speed) -> float:
    """The seconds of the recipe's fit of so many epochs."""
    digits, validation = _digits_per_epoch(config), data.sizes(config.data)["validation"]
    forward = _pass_seconds(config, speed)
    augmentation = _augmentation_seconds(tuple(getattr(config, name) for name in AUGMENTATION))
    # One core augments digits while all of them train.
    digit = max(augmentation, PASSES * forward + augmentation / cores())
    steps = ceil(digits / config.batch_size) * STEP_SECONDS * speed.plain
    epoch = digits * digit + steps + validation * forward + EPOCH_SECONDS * speed.plain
    return COMPILE_SECONDS * speed.plain + epochs * epoch


def other_seconds(config: TrainingConfig, speed: Speed) -> float:
    """The seconds of a run beside its fit: its start, the drawing of pictures, the scores, the export."""
    sizes = data.sizes(config.data)
    scored = (sizes["validation"] + sizes["test"]) * _pass_seconds(replace(config, precision="float32"), speed)
    drawn = sum(source.sizes[0] for source in data.sources(config.data) if source.is_drawn)
    return (START_SECONDS + drawn * DRAWING_SECONDS) * speed.plain + scored


def _digits_per_epoch(config: TrainingConfig) -> int:
    sources = data.sources(config.data)
    return sum(source.sizes[0] // (config.turns if source.is_drawn else 1) for source in sources)


def _pass_seconds(config: TrainingConfig, speed: Speed) -> float:
    """The seconds in which all cores together pass one digit through the network."""
    share = ROUNDED_SHARE if config.precision == "bfloat16" and has_bfloat16() else 1.0
    products = networks.count_multiplications(config) * speed.product * share * PRODUCT_SHARE
    return (products + networks.count_features(config) * FEATURE_SECONDS * speed.plain) / cores()


@lru_cache(maxsize=64)
def _augmentation_seconds(values: tuple[float, ...]) -> float:
    """The seconds in which one core augments a digit with these values of AUGMENTATION, measured on a few."""
    if not any(values):
        return 0.0
    settings: dict[str, Any] = dict(zip(AUGMENTATION, values, strict=True))
    config = replace(TrainingConfig(), **settings)
    random = np.random.default_rng(0)
    pictures = random.random((32, SIDE, SIDE), np.float32)
    return _quickest(lambda: augment(pictures, config, random), 5) / len(pictures)


def _quickest(work: Callable[[], object], times: int) -> float:
    """The seconds of the quickest of several times: whatever else the machine does only makes it slower."""
    return min(_timed(work) for _ in range(times))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
