import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import onnx.reference
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from digitcore import data, runs, settings
from digitcore.errors import RunError
from digitcore.model_format import as_input
from digitcore.runs import Run, downloads, lock, metrics
from digitcore.training import convert
from tests.conftest import tiny

DIGITS = 20


def _by_keras(path: Path, inputs: np.ndarray) -> np.ndarray:
    model = keras.models.load_model(path)
    assert not model.compiled
    return model.predict(inputs, verbose=0)


def _by_litert(path: Path, inputs: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(str(path), num_threads=1)
    (given,), (answer,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(given["index"], inputs.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], inputs)
    interpreter.invoke()
    return interpreter.get_tensor(answer["index"])


def _by_onnx(path: Path, inputs: np.ndarray) -> np.ndarray:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    return onnx.reference.ReferenceEvaluator(model).run(None, {model.graph.input[0].name: inputs})[0]


def _by_tensorflow(path: Path, inputs: np.ndarray) -> np.ndarray:
    model = tf.saved_model.load(str(_unzipped(path)))
    return model.serve(inputs).numpy()


def _unzipped(path: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent)
    return path.with_suffix("")


READERS = {"keras": _by_keras, "h5": _by_keras, "tflite": _by_litert, "onnx": _by_onnx, "savedmodel": _by_tensorflow}


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a line of shell in the converter's place: $3 is the format, $4 its source, $5 its target."""

    def replace(line: str) -> None:
        script = tmp_path / "python"
        script.write_text(f"#!/bin/sh\n{line}\n")
        script.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(script))

    return replace


def test_every_format_has_a_writer_and_here_a_reader():
    assert downloads.FORMATS.keys() == {*convert.MODEL_WRITERS, "tensorboard"} == {*READERS, "tensorboard"}


def _make(run: Run, format: str, folder: Path) -> Path:
    """ONNX as people get it, beside a run that trains; the others, to save time, without a process of their own."""
    if format != "onnx":
        made = folder / f"model{downloads.FORMATS[format].suffix}"
        convert.convert(format, run.best_checkpoint, made)
        return made
    with lock.taken():
        made = downloads.prepare(run, "best", format)
    assert made.name == "finished-best.onnx"
    assert os.listdir(made.parent) == [made.name]
    return made


@pytest.mark.parametrize("format", READERS)
def test_a_model_in_any_format_reads_as_the_checkpoint_does(finished_run, format, tmp_path):
    made = _make(finished_run, format, tmp_path)
    inputs = as_input(data.load("sample").test_images[:DIGITS])
    expected = keras.models.load_model(finished_run.best_checkpoint, compile=False).predict(inputs, verbose=0)
    np.testing.assert_allclose(READERS[format](made, inputs), expected, atol=1e-5)
    np.testing.assert_allclose(READERS[format](made, inputs[:1]), expected[:1], atol=1e-5)


def test_tensorboard_gets_all_metrics_of_the_run(finished_run, tmp_path):
    convert.convert("tensorboard", finished_run.metrics_file, tmp_path / "curves.zip")
    (path,) = _unzipped(tmp_path / "curves.zip").iterdir()
    events = [tf.compat.v1.Event.FromString(record.numpy()) for record in tf.data.TFRecordDataset(str(path))]
    written = {(value.tag, event.step): value.simple_value for event in events for value in event.summary.value}
    assert path.name.startswith("events.out.tfevents") and events[0].file_version == "brain.Event:2"
    expected = {}
    for row in metrics.read(finished_run.metrics_file):
        if row.kind == "batch":
            figures = {"batch/loss": row.loss, "batch/accuracy": row.accuracy, "learning_rate": row.learning_rate}
            expected |= {(tag, row.step): figure for tag, figure in figures.items()}
        else:
            figures = {"loss": row.loss, "accuracy": row.accuracy, "val_loss": row.val_loss}
            figures |= {"val_accuracy": row.val_accuracy, "val_calibrated_loss": row.val_calibrated_loss}
            expected |= {(f"epoch/{name}", row.epoch): figure for name, figure in figures.items()}
    assert written == pytest.approx(expected)


def test_each_checkpoint_has_a_file_of_its_own(finished_run, converter):
    converter('echo "$4" > "$5"')
    assert downloads.prepare(finished_run, "best", "onnx").read_text().strip() == str(finished_run.best_checkpoint)
    assert downloads.prepare(finished_run, "last", "onnx").read_text().strip() == str(finished_run.last_checkpoint)
    curves = {downloads.prepare(finished_run, checkpoint, "tensorboard") for checkpoint in ("best", "last")}
    assert [path.read_text().strip() for path in curves] == [str(finished_run.metrics_file)]


def test_a_file_is_made_once_and_again_when_its_source_has_changed(finished_run, converter):
    converter('echo first > "$5"')
    made = downloads.prepare(finished_run, "best", "keras")
    converter('echo second > "$5"')
    assert downloads.prepare(finished_run, "best", "keras").read_text() == "first\n"
    os.utime(finished_run.best_checkpoint)
    assert downloads.prepare(finished_run, "best", "keras") == made
    assert made.read_text() == "second\n"


def test_a_source_that_is_replaced_while_it_is_read_counts_as_changed(finished_run, converter):
    converter('cp "$4" "$4.new"; mv "$4.new" "$4"; echo stale > "$5"')
    downloads.prepare(finished_run, "best", "keras")
    converter('echo fresh > "$5"')
    assert downloads.prepare(finished_run, "best", "keras").read_text() == "fresh\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('echo part > "$5"; kill -9 $$', "its process was ended by signal 9; are 1.5 GB of memory free?"),
        ('echo part > "$5"; echo first >&2; echo no room >&2; exit 1', "no room"),
        ("exit 3", "no reason was given"),
    ],
)
def test_a_conversion_that_fails_leaves_nothing_and_explains_why(finished_run, converter, line, reason):
    converter(line)
    with pytest.raises(RunError) as caught:
        downloads.prepare(finished_run, "best", "onnx")
    assert str(caught.value) == f"run 'finished' cannot be converted to ONNX: {reason}"
    assert os.listdir(finished_run.folder / "downloads") == []


def test_a_damaged_checkpoint_is_rejected_in_one_line(finished_run):
    whole = finished_run.last_checkpoint.read_bytes()
    finished_run.last_checkpoint.unlink()
    finished_run.last_checkpoint.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RunError) as caught:
        downloads.prepare(finished_run, "last", "keras")
    expected = "run 'finished' cannot be converted to Keras: its last checkpoint is damaged; choose another"
    assert str(caught.value) == expected
    assert os.listdir(finished_run.folder / "downloads") == []


@pytest.mark.parametrize(
    ("checkpoint", "format", "message"),
    [
        ("best", "pickle", "unknown format 'pickle'; there are keras, h5, tflite, onnx, savedmodel, tensorboard"),
        ("first", "keras", "unknown checkpoint 'first'; there are best, last"),
        ("best", "keras", "run 'empty' has no best checkpoint yet"),
        ("best", "tensorboard", "run 'empty' has no metrics yet"),
    ],
)
def test_what_does_not_exist_is_reported(checkpoint, format, message):
    run = runs.create(tiny(), "empty")
    with pytest.raises(RunError) as caught:
        downloads.prepare(run, checkpoint, format)
    assert str(caught.value) == message
    assert not (run.folder / "downloads").exists()


def test_the_server_makes_downloads_and_scripts_without_tensorflow():
    code = "import sys; from digitcore.recipes import script; from digitcore.runs import downloads; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.PROJECT, capture_output=True, text=True)
    modules = set(done.stdout.split())
    assert "digitcore.runs.downloads" in modules, done.stderr
    assert not {"tensorflow", "keras", "onnx", "tf2onnx"} & modules
