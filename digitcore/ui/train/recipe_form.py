"""The widgets that make a recipe: a preset, and every value of it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from digitcore import data
from digitcore.errors import ConfigError
from digitcore.recipes import networks, presets
from digitcore.recipes.config import AUGMENTATION, SETTINGS, TrainingConfig
from digitcore.runs import duration
from digitcore.ui.wording import about, plain, sentence

SECTIONS = {
    "Fit": ("epochs", "batch_size", "learning_rate", "schedule", "optimizer", "precision", "seed"),
    "Augmentation": AUGMENTATION,
    "Network": ("network", "filters", "kernel_size", "pool_size", "conv_dropout", "dense_dropout", "dense_units"),
}


def choose_recipe() -> TrainingConfig:
    """A preset, on the chosen data."""
    names = list(presets.PRESETS)
    name = st.segmented_control(
        "Preset", names, key="train_preset", default=names[0], required=True, persist_state="session"
    )
    st.caption(presets.DESCRIPTIONS[name])
    base = presets.preset(name)
    return replace(base, data=_data_choice(base))


def adjust(base: TrainingConfig) -> TrainingConfig | None:
    """The recipe with the values that the widgets have; None, with every reason shown, where one is invalid."""
    values: dict[str, Any] = {}
    with st.expander("Hyperparameters", icon=":material/tune:"):
        for title, names in SECTIONS.items():
            st.markdown(f"**{title}**")
            values |= _section(base, names)
    reasons = list(filter(None, (invalid(name, value, base) for name, value in values.items())))
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
    """The network's size, and how long a run will take here."""
    later = "" if data.is_here(config.data) else ", after the download"
    took = about(duration.seconds(config))
    return f"{networks.count_parameters(config):,} parameters · {took} on this machine{later}"


def invalid(name: str, value: Any, base: TrainingConfig) -> str:
    """Why the setting cannot have the value, which may be text, as a sentence; "" where it can."""
    try:
        TrainingConfig.of({name: value}, base)
    except ConfigError as error:
        return sentence(str(error))
    return ""


def typed(name: str, label: str, value: object, base: TrainingConfig, **looks: Any) -> str:
    """What is typed for a setting, with the reason below it where it is invalid.

    Text, as Streamlit's own field for numbers keeps to itself what is none, or out of bounds, and gives the last value.
    """
    text = st.text_input(label, str(value), **looks)
    if reason := invalid(name, text, base):
        st.caption(f":red[{plain(reason)}]")
    return text


def _data_choice(base: TrainingConfig) -> str:
    chosen = _widget(base, "data")
    # In one caption with the rest: one more element would move all below it.
    st.caption(data.descriptions()[chosen] + ("." if data.is_here(chosen) else ". Downloaded first (up to 14 MB)."))
    return chosen


def _section(base: TrainingConfig, names: tuple[str, ...]) -> dict[str, Any]:
    columns = st.columns(2)
    values = {}
    for index, name in enumerate(names):
        with columns[index % 2]:
            values[name] = _widget(base, name)
    return values


def _widget(base: TrainingConfig, name: str) -> Any:
    """Each preset keeps its own values, so that looking at another loses nothing."""
    setting, value = SETTINGS[name], getattr(base, name)
    shared = {"key": f"train_{base.preset}_{name}", "help": setting.help, "persist_state": "session"}
    if setting.choices:
        return st.selectbox(setting.label, setting.choices, setting.choices.index(value), **shared)
    return typed(name, setting.label, _shown(value), base, **shared)


def _shown(value: tuple[int, ...] | float) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
