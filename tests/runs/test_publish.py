import json
import shutil
import subprocess

import numpy as np
import pytest

from digitcore import data, runs, settings
from digitcore.errors import BundleError, RunError
from digitcore.prediction import Engine, open_bundle
from digitcore.recipes import presets
from digitcore.runs import observations, publish
from tests.conftest import tiny


def test_a_published_run_is_a_bundle_that_reads_as_keras_does(finished_run):
    import keras

    publish.publish(finished_run, "mine")
    bundle = open_bundle("mine")
    digits = data.load("sample").test_images[:250]
    inputs = digits[..., None].astype(np.float32) / 255
    expected = keras.models.load_model(bundle.folder / "model.keras").predict(inputs, verbose=0)
    sharpened = expected ** (1 / bundle.temperature)
    sharpened /= sharpened.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(Engine(bundle).probabilities(digits), sharpened, atol=1e-5)


def test_the_card_describes_the_training_and_its_scores(finished_run):
    publish.publish(finished_run, "mine")
    card = open_bundle("mine").card
    changed = "--data sample --precision float32 --learning-rate 0.004 --batch-size 128 --epochs 2"
    assert card["command"] == f"python -m digitcore train --preset fast {changed}"
    made_of = card["data"]
    assert (made_of["name"], made_of["train"], made_of["validation"], made_of["test"]) == ("sample", 3_667, 333, 1_000)
    assert "LeCun" in made_of["sources"][0]
    assert card["scores"]["test_accuracy"] == finished_run.status().test_accuracy
    assert card["recipe"] == json.loads(json.dumps(finished_run.config.to_dict()))


@pytest.mark.slow
def test_a_network_that_can_answer_no_digit_is_exported_and_read(few_drawn, monkeypatch):
    import keras

    from digitcore.recipes.processor import has_bfloat16
    from digitcore.training import fit
    from digitcore.training.stop_signal import Stop

    monkeypatch.setitem(data.SOURCES, "mnist", data.SOURCES["sample"])
    rounded = {"network": "pooled", "filters": "8,8,16,16", "precision": "bfloat16"}
    config = tiny(data="mnist+pen+scribbles", batch_size=32, rotation=10, elastic=0.5, **rounded)
    run = runs.create(config, "refuses")
    monkeypatch.setattr(fit, "_load", lambda run, status: data.load(config.data))
    status = fit.train(run, Stop())
    card = publish.stored_scores(run)
    publish.publish(run, "mine")
    bundle = open_bundle("mine")
    trained, given = (keras.models.load_model(path) for path in (run.best_checkpoint, bundle.folder / "model.keras"))
    # Where the processor has no bfloat16, nothing is rounded.
    rounding = {"bfloat16", "float32"} if has_bfloat16() else {"float32"}
    assert {layer.compute_dtype for layer in trained.layers} == rounding
    assert {layer.compute_dtype for layer in given.layers} == {"float32"}
    scores = bundle.card["scores"]
    mean = (1_000 * scores["test_accuracy_sample"] + 100 * scores["test_accuracy_pen"]) / 1_100
    assert scores["test_accuracy"] == pytest.approx(mean) == pytest.approx(status.test_accuracy)
    assert card["test_accuracy"] == scores["test_accuracy"] > 0.5
    answers = Engine(bundle).answers(data.load("sample").test_images[:300])
    assert answers.probabilities.shape == (300, 10) and answers.support.shape == (300,)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-5)
    assert (answers.support <= answers.probabilities.max(axis=1) + 1e-6).all()
    scribbles = Engine(bundle).answers(data.load(config.data).train_images[-50:])
    assert (scribbles.support < scribbles.probabilities.max(axis=1) - 1e-3).any()
    assert any("CC BY 4.0" in source for source in bundle.card["data"]["sources"])
    assert len(observations.read(run.observations_file)[0].confusion) == 10


def test_a_taken_name_is_rejected_and_its_model_kept(finished_run):
    with pytest.raises(BundleError, match="there is a model 'default' already"):
        publish.publish(finished_run, "default")
    assert open_bundle("default").card["data"]["name"] == presets.preset("accurate").data


@pytest.mark.parametrize("name", ["", "../x", ".x", "a b"])
def test_an_invalid_name_is_rejected(finished_run, name):
    with pytest.raises(BundleError, match="letters, digits"):
        publish.publish(finished_run, name)


@pytest.fixture
def exported_here(monkeypatch):
    """Exports are made in this process, which has TensorFlow loaded already."""
    from digitcore.training import export

    def run_here(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        assert module == export.__name__
        export.main(*arguments)
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(publish, "run_to_its_end", run_here)


def test_a_run_without_an_export_is_exported_first(finished_run, exported_here):
    shutil.rmtree(finished_run.export_folder())
    publish.publish(finished_run, "mine")
    assert open_bundle("mine").card["scores"]["test_accuracy"] == finished_run.status().test_accuracy


def test_a_run_is_published_once_and_again_when_its_best_has_changed(finished_run):
    assert publish.publish_once(finished_run) == "finished"
    assert publish.publish_once(finished_run) == "finished"
    card = finished_run.export_folder() / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"created": "later"}))
    assert publish.publish_once(finished_run) == "finished-2"
    assert publish.publish_once(finished_run) == "finished-2"
    assert open_bundle("finished").card["created"] != open_bundle("finished-2").card["created"]


def test_a_run_that_saved_nothing_cannot_be_published():
    run = runs.create(tiny(), "empty")
    with pytest.raises(RunError, match="has no checkpoint, as it has not finished an epoch"):
        publish.publish(run, "mine")
    assert not (settings.models_folder() / "mine").exists()


def test_the_last_checkpoint_has_an_export_and_a_model_of_its_own(finished_run):
    card = (finished_run.export_folder() / "card.json").read_bytes()
    best, last = publish.evaluate(finished_run), publish.evaluate(finished_run, "last")
    assert best["test_accuracy"] == finished_run.status().test_accuracy
    # The second epoch is both.
    assert finished_run.status().best_epoch == 2 and last == best
    written = json.loads((finished_run.export_folder("last") / "card.json").read_text())
    assert (written["checkpoint"], written["epoch"]) == ("last", 2)
    assert (finished_run.export_folder() / "card.json").read_bytes() == card
    assert (json.loads(card)["checkpoint"], json.loads(card)["epoch"]) == ("best", 2)
    assert publish.publish_once(finished_run, "last") == publish.publish_once(finished_run, "last") == "finished-last"
    assert publish.publish_once(finished_run) == "finished"
    assert open_bundle("finished-last").card["checkpoint"] == "last"


def test_an_export_of_an_earlier_epoch_is_made_again(finished_run, exported_here):
    first = publish.evaluate(finished_run)
    assert publish.stored_scores(finished_run) == first
    finished_run.best_checkpoint.touch()
    assert publish.stored_scores(finished_run) is None
    made = (finished_run.export_folder() / "card.json").stat().st_mtime_ns
    assert publish.evaluate(finished_run) == first
    assert (finished_run.export_folder() / "card.json").stat().st_mtime_ns > made


def test_a_missing_checkpoint_is_reported(finished_run):
    with pytest.raises(RunError, match="unknown checkpoint 'third'; there are best, last"):
        publish.evaluate(finished_run, "third")
    finished_run.last_checkpoint.unlink()
    with pytest.raises(RunError, match="has no checkpoint"):
        publish.evaluate(finished_run, "last")
    assert publish.stored_scores(finished_run, "last") is None
