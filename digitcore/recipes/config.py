"""A recipe: every setting of a training, in one frozen dataclass that form, command line and run folder share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from digitcore import data, model_format
from digitcore.errors import ConfigError
from digitcore.recipes.networks import NETWORKS


@dataclass(frozen=True)
class Setting:
    """A setting's label, one line on what it does, and its valid values: a range or some choices."""

    label: str
    help: str
    low: float = 0
    high: float = 0
    list_choices: Callable[[], Sequence[str]] = tuple

    @property
    def choices(self) -> Sequence[str]:
        """The valid values of a choice; empty for a number."""
        return self.list_choices()

    def allowed(self) -> str:
        """The valid values in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        low, high = (f"{bound:g}" if isinstance(bound, float) else str(bound) for bound in (self.low, self.high))
        return f"from {low} to {high}"


def _number(default: float | tuple[int, ...], label: str, help: str, low: float, high: float) -> Any:
    return field(default=default, metadata={"setting": Setting(label, help, low, high)})


def _choice(default: str, label: str, help: str, *choices: str) -> Any:
    return _choice_of(default, label, help, lambda: choices)


def _choice_of(default: str, label: str, help: str, list_choices: Callable[[], Sequence[str]]) -> Any:
    return field(default=default, metadata={"setting": Setting(label, help, list_choices=list_choices)})


@dataclass(frozen=True)
class TrainingConfig:
    """A recipe. The defaults are the classic tutorial's.

    Raises ConfigError for an invalid value, with the valid ones.
    """

    preset: str = "classic"
    data: str = _choice_of("auto", "Data", "The digits to learn from.", lambda: tuple(data.descriptions()))
    network: str = _choice_of("classic", "Network", "How the layers are arranged.", lambda: tuple(NETWORKS))
    filters: tuple[int, ...] = _number(
        (32, 64), "Filters", "Number of features of each convolution, first to last.", 1, 512
    )
    kernel_size: int = _number(3, "Kernel size", "Width of the convolutions' window, in pixels.", 1, 9)
    pool_size: int = _number(2, "Pool size", "Factor by which a pooling or a stride shrinks pictures.", 1, 4)
    conv_dropout: float = _number(
        0.25, "Dropout after convolutions", "Share of features that are dropped at random while training.", 0, 0.9
    )
    dense_units: int = _number(256, "Dense units", "Units of the layer before the answer; 0 leaves it out.", 0, 2048)
    dense_dropout: float = _number(
        0.5, "Dropout before the answer", "Share of dense units that are dropped at random while training.", 0, 0.9
    )
    rotation: float = _number(0.0, "Rotation", "Digits are turned by up to this many degrees.", 0, 45)
    scaling: float = _number(0.0, "Scaling", "Height and width change by up to this share.", 0, 0.5)
    shear: float = _number(0.0, "Shear", "Digits are slanted by up to this share of their height.", 0, 0.5)
    shift: float = _number(0.0, "Shift", "Digits are moved by up to this many pixels.", 0, 4)
    elastic: float = _number(0.0, "Elastic warp", "Parts of digits are moved by about this many pixels.", 0, 3)
    thickness: float = _number(0.0, "Thickness", "Lines become thicker or thinner by up to this many pixels.", 0, 1)
    noise: float = _number(0.0, "Noise", "Random noise with a spread of up to this share of full ink.", 0, 0.5)
    optimizer: str = _choice(
        "adam", "Optimizer", "The algorithm that turns gradients into steps.", "adam", "adamw", "sgd", "rmsprop"
    )
    precision: str = _choice(
        "float32", "Precision", "bfloat16 rounds within a step; faster if the CPU supports it.", "float32", "bfloat16"
    )
    learning_rate: float = _number(0.001, "Learning rate", "Size of a step: the schedule's highest rate.", 1e-6, 1)
    schedule: str = _choice(
        "constant", "Schedule", "How the learning rate changes over the run.", "constant", "cosine", "one-cycle"
    )
    averaging: float = _number(
        0.0, "Weight averaging", "Momentum of the weights' moving average, which is what is kept; 0: none.", 0, 0.9999
    )
    batch_size: int = _number(64, "Batch size", "Digits per step.", 1, 4096)
    turns: int = _number(
        1, "Turns", "Each epoch has one in so many of the pictures drawn from strokes, in turns.", 1, 20
    )
    epochs: int = _number(10, "Epochs", "Passes over the training digits.", 1, 1000)
    seed: int = _number(0, "Seed", "The same seed gives the same run.", 0, 2**31 - 1)

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            _check(name, getattr(self, name), setting)

    @property
    def classes(self) -> int:
        """How many answers the network has: ten digits, and "no digit" if the data has such drawings."""
        return model_format.CLASSES + data.has_no_digit(self.data)

    @classmethod
    def of(cls, values: Mapping[str, Any], base: "TrainingConfig | None" = None) -> "TrainingConfig":
        """The recipe `base` with `values` in place of its own; they may be text.

        Raises ConfigError for an unknown setting or an invalid value; a whole number is never made by rounding.
        """
        unknown = values.keys() - {field.name for field in fields(cls)}
        if unknown:
            raise ConfigError(f"unknown setting '{min(unknown)}'; there are {', '.join(SETTINGS)}")
        base = base or cls()
        parsed = {name: _parse(name, value, getattr(base, name)) for name, value in values.items()}
        return cls(**(asdict(base) | parsed))

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values, as config.json holds it."""
        return asdict(self)


AUGMENTATION = ("rotation", "shear", "scaling", "shift", "elastic", "thickness", "noise")
"""The settings of the augmentation: how much digits are changed while training."""

SETTINGS: dict[str, Setting] = {
    field.name: field.metadata["setting"] for field in fields(TrainingConfig) if "setting" in field.metadata
}


def _parse(name: str, value: Any, base: Any) -> Any:
    """The value, which may be text or JSON, in the type of the base's value."""
    if isinstance(base, str):
        return str(value)
    try:
        if isinstance(base, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(_whole(part) for part in parts)
        return _whole(value) if isinstance(base, int) else float(value)
    except (TypeError, ValueError, OverflowError):
        raise _invalid(name, value, SETTINGS[name]) from None


def _whole(value: Any) -> int:
    """The whole number. Raises ValueError for 2.5, which int() would cut to 2."""
    number = int(value)
    if not isinstance(value, str) and number != value:
        raise ValueError
    return number


def _check(name: str, value: Any, setting: Setting) -> None:
    if setting.choices:
        valid = value in setting.choices
    else:
        numbers = value if isinstance(value, tuple) else (value,)
        # All numbers may be whole; those of a setting whose default is a float need not be.
        kinds = (int, float) if isinstance(getattr(TrainingConfig, name), float) else int
        valid = bool(numbers) and all(
            isinstance(number, kinds) and setting.low <= number <= setting.high for number in numbers
        )
    if not valid:
        raise _invalid(name, value, setting)


_KINDS = {int: "a whole number", float: "a number", tuple: "whole numbers, separated by commas,"}


def _invalid(name: str, value: Any, setting: Setting) -> ConfigError:
    kind = "" if setting.choices else f"{_KINDS[type(getattr(TrainingConfig, name))]} "
    shown = ",".join(map(str, value)) if isinstance(value, tuple | list) else value
    return ConfigError(f"{setting.label.lower()} must be {kind}{setting.allowed()}, not '{shown}'")
