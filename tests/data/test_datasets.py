import gzip
import hashlib
import struct
from dataclasses import replace

import numpy as np
import pytest

from digitcore import data
from digitcore.data import Source, mnist
from digitcore.data.files import DataFile
from digitcore.errors import DataError
from digitcore.recipes.config import SETTINGS, TrainingConfig
from tests.conftest import real_mnist


@pytest.fixture
def small_mnist(tmp_path, monkeypatch):
    """Four files in MNIST's own format, of 120 and 20 digits, in a folder that DIGITCORE_DATA names."""
    folder = tmp_path / "small"
    folder.mkdir()
    random = np.random.default_rng(0)
    arrays = [
        random.integers(0, 256, (120, 28, 28), np.uint8),
        np.repeat(np.arange(10, dtype=np.uint8), 12),
        random.integers(0, 256, (20, 28, 28), np.uint8),
        np.repeat(np.arange(10, dtype=np.uint8), 2),
    ]
    files = []
    for file, array in zip(mnist.FILES, arrays, strict=True):
        header = struct.pack(f">I{array.ndim}I", 0x0800 + array.ndim, *array.shape)
        body = gzip.compress(header + array.tobytes())
        (folder / file.name).write_bytes(body)
        files.append(DataFile(file.name, len(body), hashlib.sha256(body).hexdigest(), ()))
    monkeypatch.setattr(mnist, "FILES", tuple(files))
    monkeypatch.setenv("DIGITCORE_DATA", str(folder))
    return arrays


def test_mnists_format_is_read(small_mnist):
    for read, written in zip(data.load_mnist(), small_mnist, strict=True):
        assert read.dtype == np.uint8
        np.testing.assert_array_equal(read, written)


def test_auto_takes_mnist_where_it_is(small_mnist):
    dataset = data.load("auto")
    assert (dataset.name, dataset.note) == ("mnist", "")
    assert dataset.counts() == {"train": 110, "validation": 10, "test": 20}


def test_auto_takes_the_sample_where_mnist_cannot_be_had_and_says_so(small_mnist, monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITCORE_DATA", str(tmp_path))
    dataset = data.load("auto")
    assert dataset.name == "sample"
    assert "so the bundled sample is used" in dataset.note
    tested = data.load_test("auto")
    assert (tested.name, tested.note) == ("sample", dataset.note)
    np.testing.assert_array_equal(tested.images, dataset.test_images)
    for load in (data.load, data.load_test, data.load_train):
        with pytest.raises(DataError, match="could not be downloaded"):
            load("mnist")


@pytest.mark.skipif(not real_mnist(), reason="set DIGITCORE_DATA to a folder with MNIST's four files")
def test_mnist_itself(monkeypatch):
    monkeypatch.setenv("DIGITCORE_DATA", real_mnist())
    train_images, train_labels, test_images, test_labels = data.load_mnist()
    assert train_images.shape == (60_000, 28, 28) and test_images.shape == (10_000, 28, 28)
    assert np.bincount(train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.load("mnist").counts() == {"train": 55_000, "validation": 5_000, "test": 10_000}


def test_the_samples_splits_are_stratified_fixed_and_apart():
    first, second = data.load("sample"), data.load("sample")
    np.testing.assert_array_equal(first.validation_images, second.validation_images)
    np.testing.assert_array_equal(first.test_images, second.test_images)
    assert np.bincount(first.test_labels).tolist() == [100] * 10
    assert np.ptp(np.bincount(first.validation_labels)) <= 1
    splits = (first.train_images, first.validation_images, first.test_images)
    pictures = [{image.tobytes() for image in images} for images in splits]
    assert sum(map(len, pictures)) == len(set().union(*pictures)) == 5_000


def test_what_is_for_training_is_seen_whole_and_in_its_own_order(small_mnist):
    images, labels, *_ = data.load_mnist()
    seen = data.load_train("mnist")
    np.testing.assert_array_equal(seen.images, images)
    np.testing.assert_array_equal(seen.labels, labels)
    assert len(data.load_train("sample").labels) == 4_000


def test_an_unknown_data_set_is_rejected_with_the_existing_ones():
    for load in (data.load, data.load_test):
        with pytest.raises(DataError, match="unknown data set 'letters'; there are auto, mnist, sample"):
            load("letters")
    with pytest.raises(DataError, match="unknown data set 'auto'; there are mnist, sample, pen"):
        data.load_train("auto")


def test_a_data_set_is_added_by_one_record(monkeypatch):
    images, labels = np.zeros((60, 28, 28), np.uint8), np.arange(60, dtype=np.uint8) % 10
    split = images[:20], labels[:20]
    stripes = Source(
        "stripes",
        description="Stripes: 60 pictures",
        citation="Stripes, by nobody",
        sizes=(20, 20, 20),
        load=lambda progress: data.Dataset.of("stripes", split, split, split),
        is_here=lambda: True,
    )
    monkeypatch.setitem(data.SOURCES, "stripes", stripes)
    assert TrainingConfig.of({"data": "stripes"}).data == "stripes"
    assert SETTINGS["data"].allowed().startswith("one of auto, mnist, sample, pen, unipen, stripes, mnist+pen")
    assert data.descriptions()["stripes"] == "Stripes: 60 pictures" and data.is_here("stripes")
    assert data.load("stripes").counts() == data.sizes("stripes") == {"train": 20, "validation": 20, "test": 20}
    np.testing.assert_array_equal(data.load_test("stripes").labels, labels[:20])


def test_who_gave_each_digit_is_kept_in_a_mixture(monkeypatch):
    images, labels = np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)
    given = replace(
        data.SOURCES["sample"],
        load_test=lambda progress: data.Split("a", images, labels, "", np.array(["x", "y", "x"])),
    )
    unknown = replace(given, load_test=lambda progress: data.Split("b", images[:2], labels[:2]))
    for name, source in (("mnist", unknown), ("pen", given)):
        monkeypatch.setitem(data.SOURCES, name, source)
    assert data.load_test("pen").contributors.tolist() == ["x", "y", "x"]
    assert data.load_test("mnist+pen").contributors.tolist() == ["", "", "x", "y", "x"]
    assert data.load_test("mnist").contributors is None


def test_what_people_have_to_get_for_themselves_is_missing(small_mnist):
    assert not data.missing("mnist+pen") and not data.is_here("mnist+pen")
    assert data.missing("mnist+pen+unipen").startswith("UNIPEN is not here: get it from https://")


def test_the_samples_sizes_are_known_before_it_is_loaded():
    assert data.load("sample").counts() == data.sizes("sample")


def test_what_was_trained_on_says_nothing_of_new_digits():
    assert "which includes these digits" in data.overlap("mnist+pen", "sample")
    assert data.overlap("sample", "sample") == data.overlap("pen", "sample") == data.overlap("mnist", "mnist") == ""
