import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from digitcore.errors import PictureError
from digitcore.prediction import Engine, Writing, open_bundle, read_all, records
from tests.number_pictures import draw

CONTRACT = ["file", "text", "accepted", "digits"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(open_bundle("default"))


@pytest.fixture(scope="module")
def block() -> np.ndarray:
    """A grid of lines, which is no digit."""
    canvas = np.zeros((480, 480), np.uint8)
    for start in range(100, 190, 15):
        canvas[100:190, start : start + 6] = canvas[start : start + 6, 100:190] = 255
    return canvas


def _written(engine, text, **shape) -> Writing:
    writing = read_all(engine, draw({(30, 100): text}, **shape))
    assert writing is not None and writing.text == text
    return writing


def test_json_is_as_the_contract_says(engine):
    writing = _written(engine, "407")
    record = json.loads(json.dumps(records.as_json("a.png", writing)))
    assert list(record) == CONTRACT
    assert record["file"] == "a.png" and record["text"] == "407" and record["accepted"] is True
    for digit, reading in zip(record["digits"], writing.digits, strict=True):
        assert list(digit) == ["digit", "confidence", "probabilities", "accepted", "box"]
        assert digit["digit"] == reading.digit and digit["accepted"] is True and digit["box"] == list(reading.box)
        assert digit["confidence"] == max(digit["probabilities"]) and len(digit["probabilities"]) == 10


def test_json_of_nothing_and_of_an_error():
    assert records.as_json("a.png", None) == {"file": "a.png", "text": "", "accepted": False, "digits": []}
    assert records.as_json("a.png", PictureError("the file is empty")) == {
        "file": "a.png",
        "error": "the file is empty",
    }


def test_rows_open_as_csv(engine):
    two_lines = read_all(engine, draw({(30, 110): "2046", (30, 230): "83"}))
    results = [_written(engine, "0042"), two_lines, None, PictureError("the file is empty")]
    rows = [records.COLUMNS, *(records.as_row(f"{index}.png", result) for index, result in enumerate(results))]
    text = "".join(f"{records.csv_line(row)}\n" for row in rows)
    header, *read = csv.reader(io.StringIO(text))
    assert tuple(header) == records.COLUMNS
    assert read[0][:3] == ["0.png", "0042", "true"] and float(read[0][3]) == pytest.approx(
        results[0].confidence, abs=1e-6
    )
    assert read[1][1] == "2046\n83" and read[1][4] == "6"
    assert read[2] == ["2.png", "", "false", "", "0", ""]
    assert read[3] == ["3.png", "", "", "", "", "the file is empty"]
    table = pd.read_csv(io.StringIO(text), dtype={"text": str})
    assert list(table.columns) == list(records.COLUMNS)
    assert table.text[0] == "0042" and table.confidence[0] > 0.5 and table.digits[0] == 4


def test_a_number_with_leading_zeros_is_text_to_who_minds_quotes(engine):
    line = records.csv_line(records.as_row("a.png", _written(engine, "0042")))
    (row,) = csv.reader([line], quoting=csv.QUOTE_NONNUMERIC)
    assert row[1] == "0042" and isinstance(row[3], float) and row[4] == 4


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_begins_as_a_formula_does(name):
    (row,) = csv.reader(io.StringIO(records.csv_line(records.as_row(name, PictureError(name))), newline=""))
    assert row[0] == row[-1] == f"'{name}"
    assert records.defused("digits/=1.png") == "digits/=1.png"


def test_what_is_no_digit_is_shown_as_a_question_mark_and_never_as_a_digit(engine, block):
    nothing_else = read_all(engine, block)
    assert nothing_else.digits[0].is_rejected
    assert records.describe(nothing_else) == "no digits found"
    assert records.as_row("a.png", nothing_else)[1:5] == ["", "false", "", 0]
    beside = Writing(((*_written(engine, "42").digits, *nothing_else.digits),))
    assert records.shown_text(beside) == "42?"
    assert records.describe(beside) == "42? (not all of it is digits)"
    assert records.as_row("a.png", beside)[1:3] == ["42?", "false"]


def test_lines_for_people(engine):
    assert records.describe(None) == "nothing is written on it"
    writing = _written(engine, "407")
    assert records.describe(writing) == f"407 ({writing.confidence:.1%})"
    assert records.describe(read_all(engine, draw({(30, 110): "20", (30, 230): "83"}))).startswith("20 / 83 (")


def test_a_name_that_is_no_text_can_be_printed():
    assert records.printable("a\udcff.png").encode() == "a\N{REPLACEMENT CHARACTER}.png".encode()
