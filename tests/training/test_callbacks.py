import numpy as np
import pytest

from digitcore.errors import RunError
from digitcore.training import keras_model, metrics
from digitcore.training.callbacks import Pace, Recorder
from digitcore.training.feed import Feed
from tests.conftest import tiny

FEED = Feed(np.zeros((10, 28, 28), np.uint8), np.zeros(10, np.uint8), 4, 0)


@pytest.fixture
def model():
    return keras_model.build(tiny(filters="4"))


def _recorder(model, stream) -> Recorder:
    recorder = Recorder(stream, FEED, [])
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
        pace = Pace(tiny(seed=seed), FEED)
        pace.set_model(model)
        pace.on_epoch_begin(epoch)
        dropouts = [layer for layer in model.layers if hasattr(layer, "rate")]
        return [int(number) for layer in dropouts for number in layer.seed_generator.state.numpy()]

    assert state(1, 2) == state(1, 2)
    assert len({tuple(state(seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}) == 4
