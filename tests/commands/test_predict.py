import csv
import functools
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from PIL import Image, ImageColor

from digitcore import data, settings
from digitcore.__main__ import main
from digitcore.prediction import Engine, open_bundle, read_all, records
from digitcore.prediction.boxes import COLOURS
from digitcore.preprocessing import open_picture
from tests.number_pictures import draw

MANY = 3_000
PATIENCE_SECONDS = 120


@pytest.fixture
def folder(tmp_path) -> Path:
    """Pictures of a number, of two lines, of nothing, and a broken one; the number's also in a subfolder, as JPEG."""
    pictures = tmp_path / "pictures"
    (pictures / "inner").mkdir(parents=True)
    Image.fromarray(draw({(30, 100): "0407"})).save(pictures / "number.png")
    Image.fromarray(255 - draw({(30, 100): "0407"})).save(pictures / "number.jpg", quality=95)
    Image.fromarray(255 - draw({(30, 110): "2046", (30, 230): "83"})).save(pictures / "inner" / "lines.png")
    Image.new("L", (50, 50), 255).save(pictures / "inner" / "none.png")
    (pictures / "broken.png").write_text("no picture")
    return pictures


@pytest.fixture
def many(tmp_path) -> Path:
    """A folder that takes some time to read."""
    pictures = tmp_path / "many"
    pictures.mkdir()
    Image.fromarray(data.load_test("sample").images[0]).save(pictures / "0.png")
    for index in range(1, MANY):
        (pictures / f"{index}.png").hardlink_to(pictures / "0.png")
    return pictures


def _lines(capsys) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_numbers_and_lines_as_text(capsys, folder):
    assert main(["predict", str(folder)]) == 1
    output = capsys.readouterr()
    read = [line.partition("pictures/")[2].split(" (")[0] for line in output.out.splitlines()]
    assert read == [
        "inner/lines.png: 2046 / 83",
        "inner/none.png: nothing is written on it",
        "number.jpg: 0407",
        "number.png: 0407",
    ]
    (error,) = (line for line in output.err.splitlines() if not line.startswith("INFO"))
    assert error == f"{folder / 'broken.png'}: the file is not a picture, or is damaged"


def test_numbers_and_lines_as_json(capsys, folder):
    assert main(["predict", "--json", str(folder)]) == 1
    read = {Path(record["file"]).name: record for record in map(json.loads, _lines(capsys))}
    assert list(read["broken.png"]) == ["file", "error"]
    assert read["lines.png"]["text"] == "2046\n83" and read["number.png"]["text"] == "0407"
    writing = read_all(Engine(open_bundle("default")), open_picture(folder / "number.png"))
    assert [digit["box"] for digit in read["number.png"]["digits"]] == [list(digit.box) for digit in writing.digits]
    assert read["number.png"]["accepted"] is True


def test_csv_opens_as_a_table(capsys, folder, monkeypatch):
    (folder / "=1.png").write_bytes((folder / "number.png").read_bytes())
    monkeypatch.chdir(folder)
    assert main(["predict", "--csv", "=1.png", "number.png", "inner", "broken.png"]) == 1
    output = capsys.readouterr()
    assert not [line for line in output.err.splitlines() if not line.startswith("INFO")]
    header, *rows = csv.reader(io.StringIO(output.out))
    assert tuple(header) == records.COLUMNS
    assert [row[:3] for row in rows] == [
        ["'=1.png", "0407", "true"],
        ["number.png", "0407", "true"],
        ["inner/lines.png", "2046\n83", "true"],
        ["inner/none.png", "", "false"],
        ["broken.png", "", ""],
    ]
    table = pd.read_csv(io.StringIO(output.out), dtype={"text": str}).set_index("file")
    assert table.digits["number.png"] == 4 and table.confidence["number.png"] > 0.9
    assert table.error["broken.png"] == "the file is not a picture, or is damaged"


def test_json_and_csv_exclude_each_other(capsys):
    with pytest.raises(SystemExit) as exit:
        main(["predict", "--json", "--csv", "a.png"])
    output = capsys.readouterr()
    assert exit.value.code == 2 and output.out == ""
    assert output.err == "digitcore predict: argument --csv: not allowed with argument --json\n"


def test_boxes_are_in_the_pixels_of_a_file_that_is_reduced_to_be_read(capsys, tmp_path):
    Image.fromarray(draw({(30, 100): "42"})).resize((4800, 4800)).save(tmp_path / "large.png")
    assert main(["predict", "--json", str(tmp_path / "large.png")]) == 0
    (line,) = _lines(capsys)
    record = json.loads(line)
    assert record["text"] == "42"
    for place, digit in enumerate(record["digits"]):
        x, y, width, height = digit["box"]
        assert 200 <= x - 600 * place <= 600 and 900 <= y <= 1100 and width <= 500 and 550 <= height <= 750


def test_pictures_with_boxes(capsys, folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    boxes, empty = tmp_path / "new" / "boxes", tmp_path / "empty"
    empty.mkdir()
    assert main(["predict", "--boxes", str(boxes), str(folder), str(folder / "number.png"), str(empty)]) == 1
    assert {str(path.relative_to(boxes)) for path in boxes.rglob("*.*")} == {
        "inner/lines.png",
        "inner/none.png",
        "number.png",
        "number-2.png",
        "number-3.png",
    }
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before
    for name, source in (("number.png", "number.jpg"), ("number-2.png", "number.png"), ("number-3.png", "number.png")):
        with Image.open(boxes / name) as image, Image.open(folder / source) as plain:
            shown, original = np.asarray(image), np.asarray(plain.convert("RGB"))
        assert shown.shape == original.shape
        drawn = (shown == ImageColor.getrgb(COLOURS["sure"])).all(axis=2)
        assert drawn[50:180, 30:300].sum() > 4 * 200
        np.testing.assert_array_equal(shown[200:], original[200:])


def test_boxes_overwrite_nothing(capsys, folder, tmp_path):
    before = (folder / "number.png").read_bytes()
    assert main(["predict", "--boxes", str(folder), str(folder)]) == 2
    output = capsys.readouterr()
    assert "is there already and is not overwritten; name an empty folder for --boxes" in output.err
    assert output.err.count("\n") == 1 and output.out == ""
    assert (folder / "number.png").read_bytes() == before


def test_boxes_in_a_folder_that_cannot_be(capsys, folder, tmp_path):
    (tmp_path / "file").touch()
    assert main(["predict", "--boxes", str(tmp_path / "file" / "in"), str(folder)]) == 2
    output = capsys.readouterr()
    assert output.err == (
        f"digitcore: no picture with boxes can be written: Not a directory ({tmp_path / 'file' / 'in'})\n"
    )
    assert output.out == ""


@pytest.mark.slow
def test_two_processes_read_300_pictures_as_one_does(capfd, folder, tmp_path):
    images = data.load_test("sample").images[:300]
    for index, picture in enumerate(images):
        side = 28 + index % 73
        Image.fromarray(picture).resize((side, side)).save(folder / f"{index:03}.png")
    printed, boxes = [], []
    for processes in ("1", "2"):
        target = tmp_path / processes
        assert main(["predict", "--json", "--processes", processes, "--boxes", str(target), str(folder)]) == 1
        printed.append(capfd.readouterr().out)
        boxes.append({path.relative_to(target): path.read_bytes() for path in target.rglob("*.png")})
    assert printed[0] == printed[1] and printed[0].count("\n") == 305
    assert boxes[0] == boxes[1] and len(boxes[0]) == 304
    files = [json.loads(line)["file"] for line in printed[0].splitlines()]
    assert files == sorted(files)


def test_a_name_that_is_no_text(capsys, tmp_path):
    name = os.fsdecode(b"a\xff.png")
    Image.fromarray(draw({(30, 100): "42"})).save(tmp_path / name)
    for form in ("--csv", "--json"):
        assert main(["predict", form, str(tmp_path)]) == 0
        assert "42" in _lines(capsys)[-1]
    assert main(["predict", str(tmp_path)]) == 0
    assert "a\N{REPLACEMENT CHARACTER}.png: 42 (" in _lines(capsys)[0]


@contextmanager
def _reading(folder: Path, **options) -> Iterator[subprocess.Popen[str]]:
    """The command in a process group of its own, with two processes that read, once it has printed a line.

    `options` are further arguments of Popen.
    """
    line = [sys.executable, "-m", "digitcore", "predict", "--processes", "2", str(folder)]
    # Where a shell runs the tests in its background, they and what they start ignore Ctrl-C.
    react = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    with subprocess.Popen(line, cwd=settings.PROJECT, preexec_fn=react, start_new_session=True, **pipes) as command:
        try:
            assert command.stdout.readline()
            yield command
        finally:
            command.kill()


@pytest.mark.slow
def test_a_bar_on_a_terminal_shows_how_many_are_read(many):
    terminal, its_end = pty.openpty()
    termios.tcsetwinsize(its_end, (24, 100))
    with _reading(many, stderr=its_end) as command:
        threading.Thread(target=command.stdout.read, daemon=True).start()
        os.close(its_end)
        shown = ""
        while not re.search(rf"[1-9]\d*/{MANY} \[.*pictures/s", shown):
            # At the command's end this raises OSError, and the test fails.
            shown += os.read(terminal, 4096).decode(errors="replace")
    os.close(terminal)


def _own_errors(text: str) -> list[str]:
    """Without what LiteRT says."""
    return [line for line in text.splitlines() if not line.startswith("INFO")]


def _ended(children: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(children, PATIENCE_SECONDS)[1]


@pytest.mark.slow
def test_interrupting_leaves_no_process_and_prints_one_line(many):
    with _reading(many) as command:
        children = psutil.Process(command.pid).children(recursive=True)
        os.killpg(command.pid, signal.SIGINT)
        output, errors = command.communicate(timeout=PATIENCE_SECONDS)
    assert command.returncode == 130
    assert _own_errors(errors) == ["digitcore: interrupted by Ctrl-C"]
    assert output.count("\n") < MANY - 1 and len(children) >= 2 and _ended(children)


@pytest.mark.slow
def test_a_reader_that_stops_reading_leaves_no_process_and_no_traceback(many):
    with _reading(many) as command:
        children = psutil.Process(command.pid).children(recursive=True)
        command.stdout.close()
        command.stdout = None
        _, errors = command.communicate(timeout=PATIENCE_SECONDS)
    assert command.returncode == 0 and not _own_errors(errors) and _ended(children)


@pytest.mark.slow
def test_processes_end_with_the_one_that_started_them(many):
    with _reading(many) as command:
        children = psutil.Process(command.pid).children(recursive=True)
        command.kill()
        assert len(children) >= 2 and _ended(children)


@pytest.mark.slow
def test_a_process_that_is_killed_is_a_line(many):
    with _reading(many) as command:
        children = psutil.Process(command.pid).children(recursive=True)
        readers = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        readers[0].kill()
        _, errors = command.communicate(timeout=PATIENCE_SECONDS)
    assert command.returncode == 2 and _ended(children)
    assert _own_errors(errors) == [
        "digitcore: a process that read pictures was ended from outside; is there enough memory?"
    ]
