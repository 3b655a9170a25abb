import keras
import pytest

from digitcore.training import checkpoints


def _model(value: float) -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.set_weights([model.get_weights()[0] + value, model.get_weights()[1]])
    return model


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "checkpoints").mkdir()
    return tmp_path / "checkpoints"


def _value(path) -> float:
    return float(keras.models.load_model(path).get_weights()[0][0, 0])


def test_a_checkpoint_is_replaced_and_its_copy_is_not(folder):
    last, best = folder / "last.keras", folder / "best.keras"
    checkpoints.save_whole(_model(1), last)
    checkpoints.copy_whole(last, best)
    checkpoints.save_whole(_model(2), last)
    assert (_value(last), _value(best)) == (2, 1)
    checkpoints.copy_whole(last, best)
    assert _value(best) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["best.keras", "last.keras"]


def test_what_cannot_be_saved_leaves_the_old_one(folder):
    last = folder / "last.keras"
    checkpoints.save_whole(_model(1), last)
    (folder / "partial-last.keras").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        checkpoints.save_whole(_model(2), last)
    assert _value(last) == 1
    assert [path.name for path in folder.iterdir()] == ["last.keras"]


def test_a_disk_without_links_gets_a_copy(folder, monkeypatch):
    def no_links(*words: object) -> None:
        raise OSError("no links")

    monkeypatch.setattr(checkpoints.os, "link", no_links)
    checkpoints.save_whole(_model(1), folder / "last.keras")
    checkpoints.copy_whole(folder / "last.keras", folder / "best.keras")
    assert _value(folder / "best.keras") == 1
