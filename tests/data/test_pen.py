import base64
import gzip
import hashlib
import zipfile

import numpy as np
import pytest

from digitcore import data, settings
from digitcore.data import pen
from digitcore.data.files import DataFile
from digitcore.errors import DataError
from digitcore.model_format import NO_DIGIT
from tests import pen_file
from tests.conftest import real_pen

TEXT = """.INCLUDE x
.SEGMENT DIGIT    0 ? "4"
.COMMENT 4 12  224
.PEN_DOWN
 10  30
 10  20
.PEN_UP
.DT 100
.PEN_DOWN
 -5  25
 15  25
.PEN_UP
.DT 100

.SEGMENT DIGIT 1 ? "1"
.COMMENT 1 3  9
.PEN_DOWN
 7  8
.PEN_UP
"""
# TEXT as Unix's compress makes it.
COMPRESSED = base64.b64decode(
    "H52QLpI4GcKkCpEiIPAocDGlyJEmRZxQAUEkyZEkE0FohAHiBwgRNEQsHPKkCUSJIGiAiCFDowwZNBZCifiFyJMrThSs5Ahi"
    "BgydMXjK+OlippMvVaAsJDIxKFGjNW/mBNGihssaQK2CkIG1KM2kS5vC+Lmw4cOIEytebNrxYwyRLkiaRLuyp8YcMmnaxKnz"
    "hkYceY+CBQ=="
)


def test_strokes_are_read_with_digit_and_writer_and_y_pointing_down():
    four, one = pen.parse(TEXT)
    assert (four.label, four.writer, len(four.strokes)) == (4, "12", 2)
    np.testing.assert_array_equal(four.strokes[0], [(10, -30), (10, -20)])
    np.testing.assert_array_equal(four.strokes[1], [(-5, -25), (15, -25)])
    assert (one.label, one.writer) == (1, "3")
    np.testing.assert_array_equal(one.strokes[0], [(7, -8)])


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_the_file_is_found_plain_and_compressed(tmp_path, monkeypatch, suffix):
    pen_file.install(tmp_path, monkeypatch)
    path = tmp_path / f"{pen.NAME}.gz"
    if not suffix:
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    drawings = pen.load_drawings()
    assert len(drawings) == 600 and {drawing.writer for drawing in drawings} == set(map(str, range(1, 31)))


def test_a_file_that_is_not_the_true_one_is_not_used(tmp_path, monkeypatch):
    pen_file.install(tmp_path, monkeypatch)
    path = tmp_path / f"{pen.NAME}.gz"
    whole = path.read_bytes()
    damaged = whole[:1_000] + bytes(50) + whole[1_050:]
    for content in (whole[:-100], damaged, gzip.compress(b"something else"), b"not gzip"):
        path.write_bytes(content)
        assert not pen.is_here()
        with pytest.raises(DataError, match="could not be downloaded"):
            pen.load_drawings()


def test_the_archive_of_the_web_is_unpacked_and_checked(monkeypatch):
    folder = settings.downloads_folder()
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "pendigits.zip", "w") as archive:
        archive.writestr(f"{pen.NAME}.Z", COMPRESSED)
    content = (folder / "pendigits.zip").read_bytes()
    file = DataFile("pendigits.zip", len(content), hashlib.sha256(content).hexdigest(), ())
    monkeypatch.setattr(pen, "ARCHIVE", file)
    with pytest.raises(DataError, match="does not contain the expected pendigits-orig.tra"):
        pen.load_drawings()
    monkeypatch.setattr(pen, "SHA256", hashlib.sha256(TEXT.encode()).hexdigest())
    assert pen.is_here() and [drawing.label for drawing in pen.load_drawings()] == [4, 1]


def test_pen_digits_are_split_by_writer_and_the_same_at_every_call(few_drawn):
    first, second = data.load("pen"), data.load("pen")
    assert first.counts() == {"train": 22 * 20 * 2, "validation": 3 * 20, "test": 5 * 20}
    assert np.bincount(first.test_labels).tolist() == [10] * 10
    np.testing.assert_array_equal(first.train_images, second.train_images)
    np.testing.assert_array_equal(first.test_images, second.test_images)


def test_pen_digits_are_as_mnists_are(few_drawn):
    images = data.load("pen").train_images
    assert images.dtype == np.uint8 and images.max(axis=(1, 2)).min() == 255
    rows, columns = images.any(axis=2).sum(axis=1), images.any(axis=1).sum(axis=1)
    assert np.maximum(rows, columns).max() == 20
    # Thin brushes and thick ones.
    ink = images.mean(axis=(1, 2)) / 255
    assert np.quantile(ink, 0.9) > 3 * np.quantile(ink, 0.1)


def test_data_sets_are_mixed_and_scribbles_are_learnt_from_alone(few_drawn, monkeypatch):
    monkeypatch.setitem(data.SOURCES, "mnist", data.SOURCES["sample"])
    mixed, pens, sample = data.load("mnist+pen+scribbles"), data.load("pen"), data.load("sample")
    assert mixed.name == "sample+pen+scribbles"
    assert mixed.counts() == {
        "train": sample.counts()["train"] + pens.counts()["train"] + 400,
        "validation": sample.counts()["validation"] + pens.counts()["validation"],
        "test": sample.counts()["test"] + pens.counts()["test"],
    }
    assert mixed.test_counts == {"sample": 1_000, "pen": 100}
    assert (mixed.train_labels[-400:] == NO_DIGIT).all() and mixed.test_labels.max() == 9
    np.testing.assert_array_equal(mixed.test_images[1_000:], pens.test_images)


@pytest.mark.skipif(not real_pen(), reason="set DIGITCORE_DATA to a folder with the pen digits")
def test_the_pen_digits_themselves(monkeypatch):
    monkeypatch.setenv("DIGITCORE_DATA", real_pen())
    drawings = pen.load_drawings()
    assert np.bincount([drawing.label for drawing in drawings]).tolist() == [
        780, 779, 780, 719, 780, 720, 720, 778, 719, 719
    ]  # fmt: skip
    assert len({drawing.writer for drawing in drawings}) == 30


def test_a_split_alone_is_that_of_the_whole(few_drawn):
    whole, tested, learnt = data.load("pen"), data.load_test("pen"), data.load_train("pen")
    np.testing.assert_array_equal(tested.images, whole.test_images)
    np.testing.assert_array_equal(tested.labels, whole.test_labels)
    # Drawn by the first of the two hands that draw each.
    assert len(learnt.labels) == len(whole.train_labels) / 2
    np.testing.assert_array_equal(learnt.images, whole.train_images[: len(learnt.labels)])
    np.testing.assert_array_equal(learnt.labels, whole.train_labels[: len(learnt.labels)])


def test_the_test_split_of_a_mixture_is_that_of_its_parts(few_drawn, monkeypatch):
    monkeypatch.setitem(data.SOURCES, "mnist", data.SOURCES["sample"])
    whole, tested = data.load("mnist+pen+scribbles"), data.load_test("mnist+pen+scribbles")
    assert tested.name == "sample+pen+scribbles"
    np.testing.assert_array_equal(tested.images, whole.test_images)
    np.testing.assert_array_equal(tested.labels, whole.test_labels)
