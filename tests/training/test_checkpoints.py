import keras
import numpy as np
import pytest

from digitcore import runs
from digitcore.runs.disk import copy_whole
from digitcore.training import checkpoints
from tests.conftest import tiny


def _model(step: int) -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(step)
    return model


@pytest.fixture
def run():
    return runs.create(tiny())


def _damage(path) -> None:
    """Turns one bit in the middle, as a failing disk would."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_last_two_are_kept(run):
    for step in (10, 20, 30):
        checkpoints.keep_last(run, _model(step))
    steps = [
        int(keras.models.load_model(path).optimizer.iterations)
        for path in (run.previous_checkpoint, run.last_checkpoint)
    ]
    assert steps == [20, 30]
    assert checkpoints.find_latest(run, 10)[2:] == (30, [])


def test_what_cannot_be_saved_leaves_the_old_one(run):
    checkpoints.keep_last(run, _model(10))
    (run.last_checkpoint.parent / "partial-last.keras").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        checkpoints.keep_last(run, _model(20))
    assert checkpoints.find_latest(run, 10).step == 10
    assert {path.name for path in run.last_checkpoint.parent.iterdir()} == {"last.keras", "previous.keras"}


def test_of_a_damaged_one_the_one_before_is_found(run):
    for step in (10, 20):
        checkpoints.keep_last(run, _model(step))
    _damage(run.last_checkpoint)
    assert checkpoints.find_latest(run, 10)[1:] == (run.previous_checkpoint, 10, [run.last_checkpoint])
    run.last_checkpoint.write_bytes(run.previous_checkpoint.read_bytes()[:1000])
    assert checkpoints.find_latest(run, 10)[1:] == (run.previous_checkpoint, 10, [run.last_checkpoint])


def test_the_best_serves_where_it_is_later(run):
    for step in (10, 20):
        checkpoints.keep_last(run, _model(step))
    checkpoints.save_whole(_model(20), run.best_checkpoint)
    _damage(run.last_checkpoint)
    assert checkpoints.find_latest(run, 10)[1:] == (run.best_checkpoint, 20, [run.last_checkpoint])


def test_a_model_kept_amid_an_epoch_is_nothing_to_go_on_from(run):
    checkpoints.save_whole(_model(7), run.best_checkpoint)
    assert checkpoints.find_latest(run, 10)[2:] == (0, [])
    assert checkpoints.step_of(run.best_checkpoint) == 7
    assert checkpoints.step_of(run.last_checkpoint) is None


def test_where_all_are_damaged_or_there_is_none_no_model_is_found(run):
    assert checkpoints.find_latest(run, 10)[2:] == (0, [])
    checkpoints.keep_last(run, _model(10))
    copy_whole(run.last_checkpoint, run.best_checkpoint)
    _damage(run.last_checkpoint)
    found = checkpoints.find_latest(run, 10)
    assert (found.model, found.step, found.damaged) == (None, 0, [run.last_checkpoint, run.best_checkpoint])


def test_every_bit_counts(run):
    """Of a small checkpoint, any byte of its contents that is changed is noticed."""
    checkpoints.save_whole(_model(1), run.last_checkpoint)
    whole = run.last_checkpoint.read_bytes()
    noticed = 0
    places = np.random.default_rng(0).integers(0, len(whole), 40)
    for place in places:
        content = bytearray(whole)
        content[place] ^= 255
        run.last_checkpoint.write_bytes(content)
        noticed += not checkpoints.is_whole(run.last_checkpoint)
    # Times and attributes in the archive's own headers may change without harm.
    assert noticed >= 35
