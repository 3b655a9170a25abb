"""Recipes by name."""

from digitcore.errors import ConfigError
from digitcore.training.config import TrainingConfig

PRESETS: dict[str, TrainingConfig] = {
    "classic": TrainingConfig(preset="classic"),
    "fast": TrainingConfig(
        preset="fast",
        network="strided",
        filters=(32, 64),
        dense_units=0,
        dense_dropout=0.4,
        learning_rate=0.004,
        schedule="one-cycle",
        batch_size=128,
        epochs=10,
    ),
}

DESCRIPTIONS: dict[str, str] = {
    "classic": "The well-known tutorial: two convolutions and a wide dense layer.",
    "fast": "A tenth of the numbers, normalised, with a rate that rises and falls.",
}


def preset(name: str) -> TrainingConfig:
    """The recipe `name`. Raises ConfigError with the names that there are."""
    if name not in PRESETS:
        raise ConfigError(f"unknown preset '{name}'; there are {', '.join(PRESETS)}")
    return PRESETS[name]


def changes(config: TrainingConfig) -> dict[str, object]:
    """The values in which `config` differs from its preset."""
    original = preset(config.preset).to_dict()
    return {name: value for name, value in config.to_dict().items() if value != original[name]}


def command(config: TrainingConfig) -> str:
    """The command line that trains `config`."""
    words = ["python -m digitcore train", f"--preset {config.preset}"]
    for name, value in changes(config).items():
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
        words.append(f"--{name.replace('_', '-')} {shown}")
    return " ".join(words)
