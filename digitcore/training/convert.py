"""Converts a checkpoint or metrics.csv into another program's format. Run as a module: FORMAT SOURCE TARGET.

It only reads its source and takes no lock, so it can run while a fit is running.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from digitcore.errors import RunError
from digitcore.model_format import INPUT_SHAPE
from digitcore.runs import metrics
from digitcore.runs.metrics import Row
from digitcore.training.keras_model import load_to_read

EVENT_FORMAT = "brain.Event:2"
"""The content of the first record of a file for TensorBoard."""


def convert(format: str, source: Path, target: Path) -> None:
    """Writes `target`. Raises RunError if the source is damaged or still empty."""
    if format == "tensorboard":
        _tensorboard(source, target)
    else:
        MODEL_WRITERS[format](_model(source), target)


def _model(source: Path) -> keras.Model:
    try:
        model = load_to_read(source)
    except Exception as error:
        # Keras raises different errors for different damage.
        raise RunError(f"its {source.stem} checkpoint is damaged; choose another") from error
    # Keras (3.15) exports to ONNX only a model that has been called.
    model(np.zeros((1, *INPUT_SHAPE), np.float32))
    return model


def _saved_model(model: keras.Model, target: Path) -> None:
    _zip(target, lambda folder: model.export(folder, format="tf_saved_model", verbose=False))


MODEL_WRITERS: dict[str, Callable[[keras.Model, Path], None]] = {
    "keras": keras.Model.save,
    "h5": keras.Model.save,
    "tflite": partial(keras.Model.export, format="litert", verbose=False),
    "onnx": partial(keras.Model.export, format="onnx", verbose=False),
    "savedmodel": _saved_model,
}


def _tensorboard(source: Path, target: Path) -> None:
    rows = metrics.read(source)
    if not rows:
        raise RunError("it has no figures yet")
    # metrics.csv has no times in it.
    wall_time = source.stat().st_mtime

    def write(folder: Path) -> None:
        folder.mkdir()
        # TensorFlow's own tf.summary needs TensorBoard to be installed.
        with tf.io.TFRecordWriter(str(folder / "events.out.tfevents")) as writer:
            for fields in ({"file_version": EVENT_FORMAT}, *map(_fields, rows)):
                writer.write(tf.compat.v1.Event(wall_time=wall_time, **fields).SerializeToString())

    _zip(target, write)


def _fields(row: Row) -> dict[str, Any]:
    if row.kind == "batch":
        step, scalars = row.step, {"batch/loss": row.loss, "batch/accuracy": row.accuracy}
        scalars["learning_rate"] = row.learning_rate
    else:
        step, names = row.epoch, ("loss", "accuracy", "val_loss", "val_accuracy", "val_calibrated_loss")
        figures = {f"{row.kind}/{name}": getattr(row, name) for name in names}
        scalars = {name: figure for name, figure in figures.items() if figure is not None}
    values = [tf.compat.v1.Summary.Value(tag=tag, simple_value=scalar) for tag, scalar in scalars.items()]
    return {"step": step, "summary": tf.compat.v1.Summary(value=values)}


def _zip(target: Path, write: Callable[[Path], object]) -> None:
    """Makes a zip file of the folder that `write` makes, which is named like the zip file without its suffix."""
    with tempfile.TemporaryDirectory(dir=target.parent) as parent:
        write(Path(parent) / target.stem)
        shutil.make_archive(str(target.with_suffix("")), "zip", parent, target.stem)


if __name__ == "__main__":
    # A run may be using the accelerator.
    tf.config.set_visible_devices([], "GPU")
    try:
        convert(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except RunError as error:
        sys.exit(str(error))
