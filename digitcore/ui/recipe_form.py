"""The widgets that make a recipe: a preset, and every value of it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from digitcore import data
from digitcore.errors import ConfigError
from digitcore.training import networks, presets
from digitcore.training.config import AUGMENTATION, SETTINGS, TrainingConfig
from digitcore.ui.figures import sentence

SECTIONS = {
    "Fit": ("epochs", "batch_size", "learning_rate", "schedule", "optimizer", "precision", "seed"),
    "Augmentation": AUGMENTATION,
    "Network": ("network", "filters", "kernel_size", "pool_size", "conv_dropout", "dense_dropout", "dense_units"),
}


def choose_recipe() -> TrainingConfig:
    """A preset, on the chosen data."""
    name = st.segmented_control(
        "Preset", list(presets.PRESETS), key="train_preset", default="classic", required=True, persist_state="session"
    )
    st.caption(presets.DESCRIPTIONS[name])
    base = presets.preset(name)
    return replace(base, data=_data_choice(base))


def adjust(base: TrainingConfig) -> TrainingConfig | None:
    """The recipe with the values that the widgets have; None, with the reason shown, where it cannot be."""
    values: dict[str, Any] = {}
    with st.expander("Hyperparameters", icon=":material/tune:"):
        for title, names in SECTIONS.items():
            st.markdown(f"**{title}**")
            values |= _section(base, names)
    try:
        config = TrainingConfig.of(values, base)
        networks.layers(config)
    except ConfigError as error:
        st.error(sentence(str(error)), icon=":material/error:")
        return None
    return config


def _data_choice(base: TrainingConfig) -> str:
    chosen = _widget(base, "data")
    # In one caption with the rest: one more element would move all below it.
    st.caption(data.DESCRIPTIONS[chosen] + ("." if data.is_here(chosen) else ". Downloaded first (up to 14 MB)."))
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
    if isinstance(value, tuple):
        return st.text_input(setting.label, ", ".join(map(str, value)), **shared)
    if isinstance(value, int):
        return st.number_input(setting.label, int(setting.low), int(setting.high), value, **shared)
    step = 0.05 if setting.high < 1 else value / 2 or setting.high / 10
    return st.number_input(setting.label, float(setting.low), float(setting.high), value, step, "%g", **shared)
