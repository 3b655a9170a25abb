"""The widgets that make a recipe: a preset, and each of its settings."""

from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from digitcore import data
from digitcore.errors import ConfigError
from digitcore.recipes import networks, presets
from digitcore.recipes.config import AUGMENTATION, SETTINGS, TrainingConfig
from digitcore.runs import duration
from digitcore.ui.choices import choose_one
from digitcore.ui.wording import about, plain, sentence

SECTIONS = {
    "Fit": (
        "epochs",
        "turns",
        "batch_size",
        "learning_rate",
        "schedule",
        "optimizer",
        "averaging",
        "precision",
        "seed",
    ),
    "Augmentation": AUGMENTATION,
    "Network": ("network", "filters", "kernel_size", "pool_size", "conv_dropout", "dense_dropout", "dense_units"),
}


def choose_recipe() -> TrainingConfig:
    """A preset, on the chosen data."""
    name = choose_one("Preset", list(presets.PRESETS), "train_preset")
    st.caption(presets.DESCRIPTIONS[name])
    base = presets.preset(name)
    return replace(base, data=_choose_data(base))


def adjust(base: TrainingConfig) -> TrainingConfig | None:
    """The recipe with the values of the widgets; None, with every reason shown, where one is invalid."""
    values: dict[str, Any] = {}
    with st.expander("Hyperparameters", icon=":material/tune:"):
        for title, names in SECTIONS.items():
            st.markdown(f"**{title}**")
            values |= _section(base, names)
    reasons = list(filter(None, (why_invalid(name, value, base) for name, value in values.items())))
    if not reasons:
        try:
            config = TrainingConfig.of(values, base)
            networks.layers(config)
            return config
        except ConfigError as error:
            reasons = [sentence(str(error))]
    st.error("  \n".join(map(plain, reasons)), icon=":material/error:")
    return None


def cost(config: TrainingConfig) -> str:
    """The network's size, and how long a run will take on this machine."""
    is_downloaded = not data.is_here(config.data) and not data.missing(config.data)
    after_download = ", after the download" if is_downloaded else ""
    time = about(duration.seconds(config))
    return f"{networks.count_parameters(config):,} parameters · {time} on this machine{after_download}"


def why_invalid(name: str, value: Any, base: TrainingConfig) -> str:
    """Why the value, which may be text, is invalid for the setting, as a sentence; "" where it is valid."""
    try:
        TrainingConfig.of({name: value}, base)
    except ConfigError as error:
        return sentence(str(error))
    return ""


def text_field(
    name: str,
    label: str,
    value: object,
    base: TrainingConfig,
    key: str,
    help: str | None = None,
    persist_state: Literal["session"] | None = None,
) -> str:
    """A field for a setting, with the reason below it where the typed text is invalid; returns that text.

    A text field, as Streamlit's own field for numbers does not report invalid text, and returns the last valid number.
    """
    text = st.text_input(label, str(value), key=key, help=help, persist_state=persist_state)
    if reason := why_invalid(name, text, base):
        st.caption(f":red[{plain(reason)}]")
    return text


def _choose_data(base: TrainingConfig) -> str:
    chosen = str(_widget(base, "data"))
    # In one caption with the rest: one more element would move everything below it.
    st.caption(f"{data.descriptions()[chosen]}.{_how_it_gets_here(chosen)}")
    return chosen


def _how_it_gets_here(name: str) -> str:
    if data.is_here(name):
        return ""
    missing = data.missing(name)
    return f" {plain(missing)}." if missing else " Downloaded first (up to 14 MB)."


def _section(base: TrainingConfig, names: tuple[str, ...]) -> dict[str, Any]:
    columns = st.columns(2)
    values = {}
    for index, name in enumerate(names):
        with columns[index % 2]:
            values[name] = _widget(base, name)
    return values


def _widget(base: TrainingConfig, name: str) -> Any:
    """The widget of a setting. Each preset keeps its own values, so that choosing another one loses nothing."""
    setting, value, key = SETTINGS[name], getattr(base, name), f"train_{base.preset}_{name}"
    if setting.choices:
        return st.selectbox(
            setting.label,
            setting.choices,
            setting.choices.index(value),
            key=key,
            help=setting.help,
            persist_state="session",
        )
    return text_field(name, setting.label, _as_text(value), base, key, setting.help, "session")


def _as_text(value: tuple[int, ...] | float) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
