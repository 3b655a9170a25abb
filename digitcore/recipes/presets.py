"""Presets: recipes by name."""

from typing import Any

from digitcore.errors import ConfigError
from digitcore.recipes.config import TrainingConfig

FAST: dict[str, Any] = {"dense_units": 0, "precision": "bfloat16", "schedule": "one-cycle"}
LIGHT_AUGMENTATION: dict[str, Any] = {
    "rotation": 6.0,
    "scaling": 0.06,
    "shear": 0.06,
    "shift": 0.5,
    "elastic": 0.4,
    "thickness": 0.2,
}
STRONGER_AUGMENTATION: dict[str, Any] = {
    "rotation": 9.0,
    "scaling": 0.09,
    "shear": 0.09,
    "shift": 0.8,
    "elastic": 0.5,
    "thickness": 0.3,
}

PRESETS: dict[str, TrainingConfig] = {
    "fast": TrainingConfig(
        preset="fast",
        network="strided",
        filters=(32, 40, 64),
        conv_dropout=0.2,
        dense_dropout=0.0,
        learning_rate=0.01,
        **FAST,
        batch_size=160,
        epochs=3,
    ),
    "classic": TrainingConfig(preset="classic"),
    "tiny": TrainingConfig(
        preset="tiny",
        network="pooled",
        filters=(8, 14, 16, 16, 24),
        conv_dropout=0.0,
        dense_dropout=0.0,
        **LIGHT_AUGMENTATION,
        learning_rate=0.01,
        **FAST,
        batch_size=128,
        epochs=24,
    ),
    "accurate": TrainingConfig(
        preset="accurate",
        data="mnist+pen+unipen+letters+scribbles",
        network="pooled",
        filters=(32, 64, 64, 96, 128),
        conv_dropout=0.0,
        dense_dropout=0.3,
        **STRONGER_AUGMENTATION,
        noise=0.3,
        learning_rate=0.004,
        **FAST,
        averaging=0.999,
        batch_size=128,
        turns=2,
        epochs=40,
    ),
}
"""In the order in which they are offered; a newcomer should try the first."""

DESCRIPTIONS: dict[str, str] = {
    "fast": "As accurate as classic in a fraction of the time: a smaller network and a one-cycle schedule.",
    "classic": "The well-known tutorial: two convolutions and a wide dense layer.",
    "tiny": "Fewer than 10,000 parameters, trained with light augmentation.",
    "accurate": "Reads what people draw and recognises what is no digit. The shipped model's recipe; takes long.",
}


def preset(name: str) -> TrainingConfig:
    """The recipe `name`. Raises ConfigError with the existing names."""
    if name not in PRESETS:
        raise ConfigError(f"unknown preset '{name}'; there are {', '.join(PRESETS)}")
    return PRESETS[name]


def changes(config: TrainingConfig) -> dict[str, object]:
    """The settings in which `config` differs from its preset."""
    original = preset(config.preset).to_dict()
    return {name: value for name, value in config.to_dict().items() if value != original[name]}


def command(config: TrainingConfig) -> str:
    """The command line that trains `config`."""
    parts = ["python -m digitcore train", f"--preset {config.preset}"]
    for name, value in changes(config).items():
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
        parts.append(f"--{name.replace('_', '-')} {shown}")
    return " ".join(parts)
