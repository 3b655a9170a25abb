"""A network without a convolution is trained, exported, opened, and read and explained with."""

import keras
import numpy as np
import pytest

from digitcore import data, runs
from digitcore.model_format import as_input
from digitcore.prediction import Engine, open_bundle, read
from digitcore.prediction.change import smallest_change
from digitcore.prediction.evidence import erasure_map, evidence
from digitcore.prediction.neighbours import nearest
from digitcore.recipes import networks
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import publish
from digitcore.training import checkpoints, export, keras_model
from tests.conftest import tiny

SAMPLE = data.load("sample")


def _perceptron(config: TrainingConfig) -> list[networks.Layer]:
    return [networks.Flatten(), networks.Dense(32, "relu"), networks.Dense(config.classes, "softmax")]


@pytest.fixture
def engine(monkeypatch) -> Engine:
    monkeypatch.setitem(networks.NETWORKS, "perceptron", _perceptron)
    run = runs.create(tiny(network="perceptron"), "perceptron")
    model: keras.Model = keras_model.build(run.config)
    model.fit(as_input(SAMPLE.train_images), SAMPLE.train_labels.astype(np.int32), batch_size=32, verbose=0)
    checkpoints.save_whole(model, run.best_checkpoint)
    export.export_best(run, SAMPLE)
    return Engine(open_bundle(publish.publish(run, "perceptron").name))


def test_a_network_without_a_convolution_is_exported_read_and_explained(engine):
    answers = engine.answers(SAMPLE.test_images)
    assert (answers.probabilities.argmax(axis=1) == SAMPLE.test_labels).mean() > 0.8
    assert engine.bundle.card["layers"] == engine.bundle.layers == []
    least_confident, *_, index = np.argsort(answers.probabilities.max(axis=1))
    reading = read(engine, SAMPLE.test_images[index])
    assert reading.digit == SAMPLE.test_labels[index]
    assert reading.forward.layers == () and reading.embedding.shape == (32,)
    spoke_for = evidence(engine, reading.forward, reading.digit)
    np.testing.assert_array_equal(spoke_for, erasure_map(engine, reading.pixels, reading.digit))
    assert spoke_for[reading.pixels > 0].sum() > 0
    (neighbours,) = nearest(engine, reading.embedding[None])
    assert (neighbours.labels == reading.digit).sum() >= 3
    assert smallest_change(engine, engine.forward(SAMPLE.test_images[least_confident]), seconds=30) is not None
