import numpy as np
import pytest

from digitcore.recipes.config import TrainingConfig
from digitcore.training import keras_model

ROUNDED = TrainingConfig(network="pooled", filters=(4, 8), dense_units=0, precision="bfloat16")


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor that has the instructions, or is said to."""
    monkeypatch.setattr(keras_model, "has_bfloat16", lambda: True)


def test_the_answer_alone_is_not_rounded(able):
    *hidden, answer = keras_model.build(ROUNDED).layers
    assert {layer.compute_dtype for layer in hidden} == {"bfloat16"} and answer.compute_dtype == "float32"


def test_nothing_is_rounded_where_the_processor_cannot(monkeypatch):
    monkeypatch.setattr(keras_model, "has_bfloat16", lambda: False)
    assert {layer.compute_dtype for layer in keras_model.build(ROUNDED).layers} == {"float32"}


def test_what_others_take_is_in_float32_and_uncompiled(able, tmp_path):
    model = keras_model.build(ROUNDED)
    model.save(tmp_path / "rounded.keras")
    given = keras_model.load_to_read(tmp_path / "rounded.keras")
    assert {layer.compute_dtype for layer in given.layers} == {"float32"} and not given.compiled
    for weights, original in zip(given.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, original)
