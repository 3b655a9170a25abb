"""Every number of a recipe, in one frozen dataclass that the form, the command line and the run folder share."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from digitcore import data, model_format
from digitcore.errors import ConfigError


@dataclass(frozen=True)
class Setting:
    """What a value of the recipe may be, and one line on what it does."""

    label: str
    help: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()

    def allowed(self) -> str:
        """The possible values, in words."""
        return f"one of {', '.join(self.choices)}" if self.choices else f"from {self.low:g} to {self.high:g}"


def _number(default: float | tuple[int, ...], label: str, help: str, low: float, high: float) -> Any:
    return field(default=default, metadata={"setting": Setting(label, help, low, high)})


def _choice(default: str, label: str, help: str, *choices: str) -> Any:
    return field(default=default, metadata={"setting": Setting(label, help, choices=choices)})


@dataclass(frozen=True)
class TrainingConfig:
    """A recipe. The defaults are the classic tutorial's.

    Raises ConfigError for a value that cannot be, naming what can.
    """

    preset: str = "classic"
    data: str = _choice("auto", "Data", "The digits to learn from.", *data.DESCRIPTIONS)
    network: str = _choice("classic", "Network", "How the layers are arranged.", "classic", "strided", "pooled")
    filters: tuple[int, ...] = _number(
        (32, 64), "Filters", "How many features each convolution looks for, first to last.", 1, 512
    )
    kernel_size: int = _number(3, "Kernel size", "Width of the window that a convolution sees, in pixels.", 1, 9)
    pool_size: int = _number(2, "Pool size", "How many times smaller a pooling, or a stride, makes pictures.", 1, 4)
    conv_dropout: float = _number(
        0.25, "Dropout after convolutions", "Share of features hidden at random, so that none is relied upon.", 0, 0.9
    )
    dense_units: int = _number(256, "Dense units", "Width of the layer before the answer; 0 leaves it out.", 0, 2048)
    dense_dropout: float = _number(
        0.5, "Dropout before the answer", "Share of the dense layer hidden at random.", 0, 0.9
    )
    rotation: float = _number(0.0, "Rotation", "Digits are turned by up to this many degrees.", 0, 45)
    scaling: float = _number(0.0, "Scaling", "Height and width change by up to this share.", 0, 0.5)
    shear: float = _number(0.0, "Shear", "Digits are slanted by up to this share of their height.", 0, 0.5)
    shift: float = _number(0.0, "Shift", "Digits are moved by up to this many pixels.", 0, 4)
    elastic: float = _number(0.0, "Elastic warp", "Parts of digits are moved by about this many pixels.", 0, 3)
    thickness: float = _number(0.0, "Thickness", "Lines grow and shrink by up to this many pixels.", 0, 1)
    noise: float = _number(0.0, "Noise", "Pixels differ at random by up to about this share of full ink.", 0, 0.5)
    optimizer: str = _choice("adam", "Optimizer", "How a gradient becomes a step.", "adam", "adamw", "sgd", "rmsprop")
    precision: str = _choice(
        "float32", "Precision", "bfloat16 rounds within a step; quicker where the CPU has it.", "float32", "bfloat16"
    )
    learning_rate: float = _number(0.001, "Learning rate", "Length of a step, at its longest.", 1e-6, 1)
    schedule: str = _choice(
        "constant", "Schedule", "How the learning rate moves over the run.", "constant", "cosine", "one-cycle"
    )
    batch_size: int = _number(64, "Batch size", "Digits seen before each step.", 1, 4096)
    epochs: int = _number(10, "Epochs", "Passes over the training digits.", 1, 1000)
    seed: int = _number(0, "Seed", "Same seed, same run.", 0, 2**31 - 1)

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            _check(name, getattr(self, name), setting)

    @property
    def classes(self) -> int:
        """How many answers the network can give: the ten digits, and "no digit" where it learns from such drawings."""
        return model_format.NO_DIGIT + 1 if "scribbles" in self.data else model_format.NO_DIGIT

    @classmethod
    def of(cls, values: Mapping[str, Any], base: "TrainingConfig | None" = None) -> "TrainingConfig":
        """A recipe from `values`, which may be text, over those of `base`.

        Raises ConfigError where a value is unknown, is no number, or cannot be.
        """
        unknown = values.keys() - {each.name for each in fields(cls)}
        if unknown:
            raise ConfigError(f"unknown setting '{min(unknown)}'; there are {', '.join(SETTINGS)}")
        base = base or cls()
        parsed = {name: _parse(name, value, getattr(base, name)) for name, value in values.items()}
        return cls(**(asdict(base) | parsed))

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values, as config.json holds it."""
        return asdict(self)


AUGMENTATION = ("rotation", "shear", "scaling", "shift", "elastic", "thickness", "noise")
"""The settings that say how far digits are changed while training."""

SETTINGS: dict[str, Setting] = {
    each.name: each.metadata["setting"] for each in fields(TrainingConfig) if "setting" in each.metadata
}


def _parse(name: str, value: Any, example: Any) -> Any:
    """Turns text, or JSON's own types, into the type that `example` has."""
    if isinstance(example, str):
        return str(value)
    try:
        if isinstance(example, tuple):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(int(part) for part in parts)
        return type(example)(value)
    except (TypeError, ValueError):
        raise _refusal(name, value, SETTINGS[name]) from None


def _check(name: str, value: Any, setting: Setting) -> None:
    if setting.choices:
        right = value in setting.choices
    else:
        numbers = value if isinstance(value, tuple) else (value,)
        right = bool(numbers) and all(setting.low <= number <= setting.high for number in numbers)
    if not right:
        raise _refusal(name, value, setting)


_KINDS = {int: "a whole number", float: "a number", tuple: "whole numbers, with commas between them,"}


def _refusal(name: str, value: Any, setting: Setting) -> ConfigError:
    kind = "" if setting.choices else f"{_KINDS[type(getattr(TrainingConfig, name))]} "
    shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
    return ConfigError(f"{setting.label.lower()} must be {kind}{setting.allowed()}, not '{shown}'")
