from dataclasses import fields

import pytest

from digitcore.errors import ConfigError
from digitcore.recipes import presets
from digitcore.recipes.config import SETTINGS, TrainingConfig


def test_every_value_but_the_presets_name_has_a_setting_with_one_line_of_help():
    assert set(SETTINGS) == {each.name for each in fields(TrainingConfig)} - {"preset"}
    for setting in SETTINGS.values():
        assert setting.help.endswith(".") and "\n" not in setting.help and len(setting.help) < 80


def test_text_becomes_numbers():
    config = TrainingConfig.of({"epochs": "3", "learning_rate": "1e-2", "filters": "8, 16,32"})
    assert (config.epochs, config.learning_rate, config.filters) == (3, 0.01, (8, 16, 32))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("epochs", "0", "epochs must be a whole number from 1 to 1000, not '0'"),
        ("epochs", "2.5", "epochs must be a whole number from 1 to 1000, not '2.5'"),
        ("epochs", 2.5, "epochs must be a whole number from 1 to 1000, not '2.5'"),
        ("epochs", float("inf"), "epochs must be a whole number from 1 to 1000, not 'inf'"),
        ("seed", 0.5, "seed must be a whole number from 0 to 2147483647, not '0.5'"),
        ("batch_size", None, "batch size must be a whole number from 1 to 4096, not 'None'"),
        ("filters", [8, 2.5], "filters must be whole numbers, separated by commas, from 1 to 512, not '8,2.5'"),
        ("filters", 8, "filters must be whole numbers, separated by commas, from 1 to 512, not '8'"),
        ("learning_rate", "abc", "learning rate must be a number from 1e-06 to 1, not 'abc'"),
        ("learning_rate", "nan", "learning rate must be a number from 1e-06 to 1, not 'nan'"),
        ("learning_rate", -1, "learning rate must be a number from 1e-06 to 1, not '-1.0'"),
        ("optimizer", "magic", "optimizer must be one of adam, adamw, sgd, rmsprop, not 'magic'"),
        (
            "data",
            "letters",
            "data must be one of auto, mnist, sample, pen, .*, not 'letters'",
        ),
        ("filters", "", "filters must be whole numbers, separated by commas, from 1 to 512, not ''"),
        ("filters", (), "filters must be whole numbers, separated by commas, from 1 to 512, not ''"),
        ("filters", "8,0", "filters must be whole numbers, separated by commas, from 1 to 512, not '8,0'"),
        ("wings", 2, "unknown setting 'wings'; there are data, network, .*"),
    ],
)
def test_an_invalid_value_is_rejected_with_the_valid_ones(name, value, reason):
    with pytest.raises(ConfigError, match=f"^{reason}$"):
        TrainingConfig.of({name: value})


@pytest.mark.parametrize("changes", [{"epochs": 2.5}, {"filters": (8, 2.5)}, {"learning_rate": "0.1"}])
def test_a_recipe_made_in_code_is_checked_too(changes):
    with pytest.raises(ConfigError, match="must be"):
        TrainingConfig(**changes)


def test_a_whole_number_that_json_writes_as_a_float_is_one():
    assert TrainingConfig.of({"epochs": 2.0}) == TrainingConfig(epochs=2)


def test_classic_is_the_tutorials_recipe():
    config = presets.preset("classic")
    assert (config.batch_size, config.epochs, config.optimizer, config.filters) == (64, 10, "adam", (32, 64))


@pytest.mark.parametrize("name", presets.PRESETS)
def test_a_preset_names_itself_and_says_what_it_is(name):
    assert presets.preset(name).preset == name
    assert presets.DESCRIPTIONS[name]
    assert presets.command(presets.preset(name)) == f"python -m digitcore train --preset {name}"


def test_the_command_names_what_differs_from_the_preset():
    config = TrainingConfig.of({"epochs": 2, "filters": "8,16", "data": "sample"}, presets.preset("fast"))
    words = "python -m digitcore train --preset fast --data sample --filters 8,16 --epochs 2"
    assert presets.command(config) == words


def test_an_unknown_preset_is_rejected_with_the_existing_ones():
    with pytest.raises(ConfigError, match="^unknown preset 'slow'; there are fast, classic, tiny, accurate$"):
        presets.preset("slow")
