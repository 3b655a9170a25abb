import numpy as np
import pytest

from digitcore import data
from digitcore.data import stroke_pictures, unipen, unipen_pictures
from digitcore.model_format import NO_DIGIT
from tests import unipen_files


@pytest.fixture
def root(tmp_path, monkeypatch):
    return unipen_files.install(tmp_path, monkeypatch)


def test_the_digits_are_split_by_writer_and_the_same_at_every_call(root):
    first, second = data.load("unipen"), data.load("unipen")
    # Of the four writers at one place, one is for validation and one for testing.
    assert first.counts() == {"train": 3 * 10 * unipen_pictures.HANDS, "validation": 10, "test": 10}
    np.testing.assert_array_equal(first.train_images, second.train_images)
    np.testing.assert_array_equal(first.test_images, second.test_images)
    assert first.test_counts == {"unipen": 10} and first.note == ""


def test_a_split_alone_is_that_of_the_whole_and_knows_its_contributors(root):
    whole, tested, learnt = data.load("unipen"), data.load_test("unipen"), data.load_train("unipen")
    np.testing.assert_array_equal(tested.images, whole.test_images)
    np.testing.assert_array_equal(tested.labels, whole.test_labels)
    np.testing.assert_array_equal(learnt.images, whole.train_images[:30])
    np.testing.assert_array_equal(learnt.labels, whole.train_labels[:30])
    assert tested.contributors.tolist() == ["aaa"] * 10
    assert learnt.contributors.tolist() == ["aaa"] * 20 + ["bbb"] * 10


def test_letters_are_the_training_writers_and_no_character_outnumbers_the_others(root, monkeypatch):
    monkeypatch.setattr(unipen_pictures, "MOST_OF_A_CHARACTER", 2)
    images, labels = unipen_pictures.draw_letters()
    assert images.shape == (4, 28, 28) and (labels == NO_DIGIT).all()
    chosen = unipen_pictures._evenly(unipen_pictures._written(unipen.load_letters(), "train"), np.random.default_rng(0))
    assert sorted(letter.character for letter in chosen) == ["A", "A", "K", "K"]
    assert {letter.writer for letter in chosen} <= unipen.writers("train")


def test_damage_is_told_by_every_data_set_that_has_it(root, monkeypatch):
    (root / "include/aaa/aaa.doc").unlink()
    note = unipen.damage_note()
    assert note.startswith("Of UNIPEN, these are damaged and were left out: ")
    monkeypatch.setitem(data.SOURCES, "mnist", data.SOURCES["sample"])
    monkeypatch.setitem(data.SOURCES, "pen", data.SOURCES["sample"])
    assert data.load("mnist+pen+unipen").note == data.load_test("mnist+pen+unipen").note == note


def test_even_a_dot_with_the_thinnest_brush_at_the_smallest_size_leaves_ink():
    random = np.random.default_rng(0)
    for _ in range(200):
        dot = [random.uniform(-0.5, 0.5, (1, 2))]
        pixels = stroke_pictures.picture(dot, stroke_pictures.NO_DIGIT_WIDTHS[0], stroke_pictures.SIZES[0])
        assert pixels.max() == 255


def test_which_digits_are_drawn_follows_the_sources(root):
    drawn = data.drawn(data.load("sample").mixed_with(data.load("unipen")))
    assert drawn.tolist() == [False] * 3_667 + [True] * (3 * 10 * unipen_pictures.HANDS)
