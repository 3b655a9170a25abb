"""Pictures that come, are read and kept; without a page."""

import base64
import csv
import io
import json
import threading
import time

import numpy as np
import pytest
from PIL import Image

from digitcore.prediction import Engine, open_bundle, read_all
from digitcore.ui.read import kept_pictures
from digitcore.ui.read.album import MOST_PICTURES, Album
from digitcore.ui.read.table import as_csv, as_json, by_doubt
from tests.number_files import encoded, grid_png, nothing_png, number_png, zipped
from tests.number_pictures import draw

FOREVER = 1_000.0


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_bundle("default"))


def _texts(album: Album) -> dict[str, str]:
    return {picture.name: picture.outcome.text for picture in album.readable}


def test_files_and_those_in_zips_are_read(engine):
    album = Album()
    files = {"a/42.png": number_png("42"), "b/1907.png": number_png("1907", 60), "__MACOSX/._42.png": b"x"}
    album.add([("407.png", number_png("407")), ("more.zip", zipped(files))])
    assert len(album.unread) == 3 and album.picked is None
    album.read_on(engine, FOREVER)
    assert _texts(album) == {"407.png": "407", "a/42.png": "42", "b/1907.png": "1907"}
    assert not album.unread and not album.under_way and not album.problems
    assert all(picture.outcome.thumbnail.startswith("data:image/webp") for picture in album.pictures)


def test_what_is_no_digit_is_never_made_one(engine):
    album = Album()
    album.add([("grid.png", grid_png()), ("nothing.png", nothing_png())])
    album.read_on(engine, FOREVER)
    assert _texts(album) == {"grid.png": "No digits found", "nothing.png": "Nothing is written on it"}
    assert not any(picture.outcome.accepted for picture in album.pictures)


def test_what_cannot_be_read_has_a_line_and_the_rest_is_read(engine):
    album = Album()
    album.add([("broken.png", b"no picture"), ("7.png", number_png("7")), ("broken.zip", b"no ZIP")])
    album.read_on(engine, FOREVER)
    assert _texts(album) == {"7.png": "7"}
    assert album.problems == [
        "broken.zip cannot be unpacked: it is not a ZIP file, or is incomplete",
        "broken.png: the file is not a picture, or is damaged",
    ]
    assert album.pictures[0].content == b""


def test_a_single_picture_is_picked_and_names_are_told_apart(engine):
    album = Album()
    for _ in range(3):
        album.add([("image.png", number_png("42"))])
    assert [picture.name for picture in album.pictures] == ["image.png", "image (2).png", "image (3).png"]
    assert album.picked == 2 and album.batches == 3


def test_no_more_than_a_thousand():
    album, small = Album(), encoded(np.zeros((8, 8), np.uint8))
    album.add([("many.zip", zipped({f"{index}.png": small for index in range(MOST_PICTURES + 3)}))])
    assert len(album.pictures) == MOST_PICTURES and album.too_many == 3
    album.add([("one.png", small)])
    assert len(album.pictures) == MOST_PICTURES and album.too_many == 1 and album.picked is None


def test_reading_goes_on_step_by_step_and_keeps_what_was_read_when_stopped(engine):
    album = Album()
    album.add([(f"{index}.png", number_png(str(index))) for index in range(5)])
    album.read_on(engine, 0)
    assert len(album.readable) == 1 and album.under_way and album.seconds_left > 0
    album.stop()
    assert not album.under_way and _texts(album) == {"0.png": "0"}
    album.go_on()
    album.read_on(engine, FOREVER)
    assert [picture.outcome.text for picture in album.pictures] == list("01234") and album.seconds_left == 0


def test_a_run_that_is_stopped_while_it_reads_takes_nothing_more(engine):
    album = Album()
    album.add([(f"{index}.png", number_png("1907")) for index in range(300)])
    reading = threading.Thread(target=album.read_on, args=(engine, FOREVER))
    reading.start()
    while not album.readable:
        time.sleep(0.001)
    album.stop()
    count = len(album.readable)
    reading.join()
    assert len(album.readable) == count < 300 and not album.under_way


def test_another_model_reads_all_again(engine):
    album = Album()
    album.read_with("one")
    album.add([("7.png", number_png("7")), ("broken.png", b"")])
    album.read_on(engine, FOREVER)
    album.read_with("one")
    assert not album.unread
    album.read_with("another")
    assert [picture.name for picture in album.unread] == ["7.png"]


def test_a_photo_is_kept_as_it_is_read_and_reads_the_same_again(engine):
    rng = np.random.default_rng(1)
    paper = np.kron(255 - draw({(40, 150): "1907"}, 90), np.ones((6, 6), np.uint8)) * 0.8
    photo = encoded(np.clip(paper + rng.normal(0, 6, paper.shape), 0, 255).astype(np.uint8), "PNG")
    album = Album()
    album.add([("photo.png", photo)])
    album.read_on(engine, FOREVER)
    (picture,) = album.pictures
    assert picture.outcome.text == "1907" and len(picture.content) < len(photo) / 4
    again = read_all(engine, kept_pictures.opened(picture.content))
    assert [list(reading.box) for reading in again.digits] == [
        digit["box"] for digit in picture.outcome.record["digits"]
    ]
    assert again.confidence == picture.outcome.confidence


@pytest.mark.parametrize("ink", [0, 255])
def test_a_transparent_pictures_ink_can_be_seen(ink):
    pixels = np.full((40, 40, 4), ink, np.uint8)
    pixels[..., 3] = draw({(5, 5): "1"}, 30)[:40, :40]
    _, content = kept_pictures.shown(pixels).split(",")
    values = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("L")).astype(int)
    assert values.max() - values.min() > 150


def test_results_are_taken_away_as_csv_and_json(engine):
    album = Album()
    album.add([("=1+1.png", number_png("42")), ("007.png", number_png("007")), ("broken.png", b"x")])
    album.read_on(engine, FOREVER)
    rows = list(csv.DictReader(io.StringIO(as_csv(album.pictures))))
    assert [row["file"] for row in rows] == ["'=1+1.png", "007.png", "broken.png"]
    assert [row["text"] for row in rows] == ["42", "007", ""] and rows[2]["error"]
    records = json.loads(as_json(album.pictures))
    assert [record["file"] for record in records] == ["=1+1.png", "007.png", "broken.png"]
    assert records[0]["text"] == "42" and len(records[0]["digits"]) == 2 and "error" in records[2]


def test_the_least_sure_come_first_and_those_without_digits_last(engine):
    album = Album()
    files = {"nothing.png": nothing_png(), "42.png": number_png("42"), "71.png": number_png("71", 40)}
    album.add(files.items())
    album.read_on(engine, FOREVER)
    ordered = by_doubt(album.pictures)
    assert ordered[-1].name == "nothing.png"
    assert ordered[0].outcome.confidence <= ordered[1].outcome.confidence
