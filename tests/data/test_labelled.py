import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from digitcore.data import labelled, load, unpacking
from digitcore.data.labelled import read_labelled
from digitcore.errors import DataError

SAMPLE = load("sample")


def _png(at: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(SAMPLE.test_images[at]).save(stream, "PNG")
    return stream.getvalue()


def _zip(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_folders_named_by_digit_in_a_zip():
    files = {"all/0/a.png": _png(0), "all/9/b.PNG": _png(999), "all/notes/c.png": _png(5), "__MACOSX/0/._a.png": b"x"}
    found = read_labelled([("mine.zip", _zip(files))])
    assert found.names == ["all/0/a.png", "all/9/b.PNG"] and found.labels.tolist() == [0, 9]
    assert found.left_out == [f"all/notes/c.png: {labelled.UNNAMED}"]
    assert found.pictures.shape == (2, 28, 28) and found.pictures.dtype == np.uint8


@pytest.mark.parametrize(
    "table",
    [
        "file,label\na.png,0\nb.png,9\n",
        "\ufeffa.png,0\r\nb.png, 9\r\n",
        "file;label\na.png;0\nb.png;9",
        "a.png\t0\nb.png\t9",
    ],
)
def test_a_csv_beside_pictures(table):
    found = read_labelled([("a.png", _png(0)), ("labels.csv", table.encode()), ("b.png", _png(999))])
    assert dict(zip(found.names, found.labels.tolist(), strict=True)) == {"a.png": 0, "b.png": 9}


def test_a_csv_in_a_folder_of_a_zip_names_files_from_there():
    found = read_labelled([("mine.zip", _zip({"x/labels.csv": b"pics/a.png,3", "x/pics/a.png": _png(0)}))])
    assert found.names == ["x/pics/a.png"] and found.labels.tolist() == [3]


def test_what_cannot_be_read_is_left_out_with_its_reason():
    blank = io.BytesIO()
    Image.new("L", (30, 30)).save(blank, "PNG")
    files = [("3/a.png", _png(0)), ("3/b.png", b"no picture"), ("4/c.png", blank.getvalue())]
    found = read_labelled([*files, ("5/d.png", b"")])
    assert found.names == ["3/a.png"]
    assert (
        len(found.left_out) == 3
        and "nothing is drawn" in found.left_out[1]
        and all("\n" not in x for x in found.left_out)
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([("a.png", _png(0))], "a.png: no CSV gives its digit"),
        ([("mine.zip", b"PK but not really")], "mine.zip cannot be unpacked"),
        ([("l.csv", b"file,label\na.png,12\n")], "l.csv, line 2"),
        ([("notes.txt", b"3")], "there is no picture"),
        ([("l.csv", b"a.png,1\n")], "the CSV names it, but it is missing"),
    ],
)
def test_what_has_no_labelled_picture_is_refused_in_a_line(files, reason):
    with pytest.raises(DataError, match=reason) as caught:
        read_labelled(files)
    assert "\n" not in str(caught.value)


def test_one_bad_part_leaves_the_others_in():
    table = b"file,label\na.png,0\nb.png,twelve\n"
    found = read_labelled([("bad.zip", b"PK"), ("a.png", _png(0)), ("b.png", _png(1)), ("l.csv", table)])
    assert found.names == ["a.png"]
    assert [line.split(":")[0] for line in found.left_out] == ["bad.zip cannot be unpacked", "l.csv, line 3", "b.png"]


def test_a_zip_that_would_fill_the_memory_is_refused_unpacked(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1_000)
    with pytest.raises(DataError, match="holds more than"):
        read_labelled([("mine.zip", _zip({"1/a.png": bytes(2_000)}))])


def test_too_many_pictures_are_refused(monkeypatch):
    monkeypatch.setattr(labelled, "MOST_PICTURES", 1)
    with pytest.raises(DataError, match="there are 2 pictures; at most 1"):
        read_labelled([("1/a.png", _png(0)), ("1/b.png", _png(1))])


def test_a_damaged_member_of_a_zip_costs_itself_alone():
    content = bytearray(_zip({"1/a.png": bytes(range(256)) * 20, "7/b.png": _png(700)}))
    content[45:60] = b"\xff" * 15
    found = read_labelled([("mine.zip", bytes(content))])
    assert found.names == ["7/b.png"] and found.labels.tolist() == [7]
    assert len(found.left_out) == 1 and found.left_out[0].startswith("1/a.png cannot be unpacked from mine.zip: ")
    assert "\n" not in found.left_out[0]


@pytest.mark.parametrize(
    "table",
    [
        b"\x00\xff\x12garbage\n\x80,\x81,3\n",
        b"file,label\n",
        b"",
        b"id,count\n1,3\n2,5\n",
        b'"' + b"x" * 200_000,
        b"3/a.png,120\n9/b.png,240\n",
    ],
)
def test_a_csv_that_labels_nothing_takes_nothing_away(table):
    found = read_labelled([("mine.zip", _zip({"3/a.png": _png(300), "9/b.png": _png(999), "stray.csv": table}))])
    assert found.names == ["3/a.png", "9/b.png"] and found.labels.tolist() == [3, 9]
    assert len(found.left_out) == 1 and found.left_out[0].startswith("stray.csv")


def test_a_csv_wins_over_a_folder_and_a_folder_over_a_name():
    files = {"3/a.png": _png(0), "3/8.png": _png(300), "8.png": _png(800), "labels.csv": b"./3/a.png,0\ngone.png,4"}
    found = read_labelled([("mine.zip", _zip(files))])
    assert dict(zip(found.names, found.labels.tolist(), strict=True)) == {"3/a.png": 0, "3/8.png": 3, "8.png": 8}
    assert found.left_out == ["gone.png: the CSV names it, but it is missing"]


@pytest.mark.parametrize("name", ["3.png", "3_001.png", "3-001.png", "3 (2).png", "3_anna_02.JPG", "x/3(1).png"])
def test_a_name_tells_the_digit(name):
    assert read_labelled([(name, _png(300))]).labels.tolist() == [3]


@pytest.mark.parametrize("name", ["30.png", "2024-03-01.png", "IMG_3.png", "3-1-2024.png", "3rd.png", "33 (2).png"])
def test_a_name_that_only_holds_a_digit_tells_none(name):
    with pytest.raises(DataError, match="no CSV gives its digit"):
        read_labelled([(name, _png(300))])


def test_every_reason_is_told_where_nothing_can_be_used():
    files = [("bad.zip", b"PK"), ("stray.csv", b"\xff"), ("a.png", _png(0)), ("b.png", _png(1))]
    with pytest.raises(DataError) as caught:
        read_labelled(files)
    told = str(caught.value)
    assert "bad.zip cannot be unpacked: it is not a ZIP file" in told and f"stray.csv: {labelled.NO_TABLE}" in told
    assert told.endswith("; 1 more")


def test_what_several_bring_under_one_path_counts_for_each():
    other = _zip({"3/a.png": _png(301), "inner.zip": b"PK"})
    found = read_labelled([("mine.zip", _zip({"3/a.png": _png(300)})), ("hers.zip", other), ("a.png", _png(0))])
    assert found.names == ["3/a.png", "hers.zip/3/a.png"] and found.labels.tolist() == [3, 3]
    assert found.left_out[0].startswith("inner.zip cannot be unpacked from hers.zip: a ZIP within a ZIP is not opened")
