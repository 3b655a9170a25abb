import keras
import numpy as np
import pytest

from digitcore import data, runs
from digitcore.errors import RunError
from digitcore.model_format import as_input
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import metrics, observations, pinned_drawing
from digitcore.training import keras_model
from digitcore.training.callbacks import Pace, Recorder, Validator
from digitcore.training.feed import Feed
from tests.conftest import tiny

FEED = Feed(np.zeros((10, 28, 28), np.uint8), np.zeros(10, np.uint8), TrainingConfig(batch_size=4))
SAMPLE = data.load("sample")


@pytest.fixture
def model():
    """An untrained network."""
    return keras_model.build(tiny(filters="4"))


@pytest.fixture(scope="module")
def trained() -> keras.Model:
    """A network that reads most digits: the answers of an untrained one are all alike."""
    network = keras_model.build(tiny(filters="8"))
    network.fit(as_input(SAMPLE.train_images), SAMPLE.train_labels.astype(np.int32), batch_size=64, verbose=0)
    return network


def _recorder(model, stream) -> Recorder:
    recorder = Recorder(stream, FEED, Validator(runs.create(tiny()), SAMPLE, FEED), None, [])
    recorder.set_model(model)
    recorder.on_epoch_begin(0)
    return recorder


def test_keras_means_are_taken_apart_into_the_batches_own_figures(model, tmp_path):
    own = [(4, 1.0, 0.5), (4, 3.0, 0.25), (2, 0.5, 1.0)]
    with metrics.open_to_append(tmp_path / "metrics.csv") as stream:
        recorder = _recorder(model, stream)
        for batch in range(3):
            sizes, losses, accuracies = (np.array(each) for each in zip(*own[: batch + 1], strict=True))
            means = {"loss": np.average(losses, weights=sizes), "accuracy": np.average(accuracies, weights=sizes)}
            recorder.on_train_batch_end(batch, {name: np.float32(mean) for name, mean in means.items()})
    rows = metrics.read(tmp_path / "metrics.csv")
    assert [row.loss for row in rows] == pytest.approx([1.0, 3.0, 0.5], rel=1e-5)
    assert [row.accuracy for row in rows] == [0.5, 0.25, 1.0]


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_the_fit_with_what_to_do(model, tmp_path, loss):
    with metrics.open_to_append(tmp_path / "metrics.csv") as stream:
        recorder = _recorder(model, stream)
        with pytest.raises(RunError, match="no longer a number, in epoch 1; use a lower learning rate"):
            recorder.on_train_batch_end(0, {"loss": loss, "accuracy": 0.1})


def test_dropout_depends_on_seed_and_epoch_alone(model):
    def state(seed: int, epoch: int) -> list[int]:
        pace = Pace(runs.create(tiny(seed=seed)), FEED)
        pace.set_model(model)
        pace.on_epoch_begin(epoch)
        dropouts = [layer for layer in model.layers if hasattr(layer, "rate")]
        return [int(number) for layer in dropouts for number in layer.seed_generator.state.numpy()]

    assert state(1, 2) == state(1, 2)
    assert len({tuple(state(seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}) == 4


@pytest.fixture
def validator(trained):
    validator = Validator(runs.create(tiny()), SAMPLE, FEED)
    validator.set_model(trained)
    return validator


def test_validation_has_keras_own_figures(trained, validator):
    pictures = as_input(SAMPLE.validation_images)
    loss, accuracy = trained.evaluate(pictures, SAMPLE.validation_labels, batch_size=50, verbose=0)
    validator.score()
    assert (validator.loss, validator.accuracy) == pytest.approx((loss, accuracy), abs=1e-5)
    assert validator.accuracy > 0.5
    assert 0 < validator.calibrated_loss < validator.loss


def test_each_epoch_leaves_its_confusion_the_watched_digits_and_the_pinned_drawing(trained, validator):
    pictures, labels = SAMPLE.validation_images, SAMPLE.validation_labels
    probabilities = trained.predict(as_input(pictures), verbose=0)
    answers = probabilities.argmax(axis=1)
    pinned = int(np.flatnonzero((answers == labels) & (labels == 7))[0])
    pinned_drawing.pin(pictures[pinned])
    validator.on_epoch_end(2)
    (observation,) = observations.read(validator.run.observations_file)
    assert (observation.step, observation.epoch) == (9, 3)
    # What the confusion matrix on the page shows: the label's row, the answer's column, most on the diagonal.
    confusion = np.array(observation.confusion)
    assert confusion.sum(axis=1).tolist() == np.bincount(labels).tolist()
    assert confusion.sum(axis=0).tolist() == np.bincount(answers, minlength=10).tolist()
    assert confusion.trace() / confusion.sum() == pytest.approx(validator.accuracy) and validator.accuracy > 0.5
    images, watched = observations.read_watched(validator.run.watched_file)
    assert sorted(watched) == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 9]
    assert np.allclose(observation.watched, trained.predict(as_input(images), verbose=0), atol=1e-4)
    assert (np.argmax(observation.watched, axis=1) == watched).mean() > 0.5
    assert observation.pin == pinned_drawing.pinned().name
    assert np.argmax(observation.pinned) == 7
    assert observation.pinned == pytest.approx(probabilities[pinned], abs=1e-4)
