"""A run's models and metrics as files for other programs, made when they are asked for."""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from digitcore.errors import RunError
from digitcore.runs import Run
from digitcore.runs.disk import replace_durably
from digitcore.runs.processes import CONVERT, run_to_its_end


@dataclass(frozen=True)
class Format:
    """A file format: its name for people, its suffix, one line on what reads it, its media type."""

    label: str
    suffix: str
    help: str
    mime: str = "application/octet-stream"


FORMATS: dict[str, Format] = {
    "keras": Format("Keras", ".keras", "Keras 3 loads it with keras.models.load_model."),
    "h5": Format("HDF5", ".h5", "Keras's older format, all in one HDF5 file.", "application/x-hdf5"),
    "tflite": Format("LiteRT (TFLite)", ".tflite", "For phones and small boards."),
    "onnx": Format("ONNX", ".onnx", "ONNX Runtime reads it, and so do most other frameworks."),
    "savedmodel": Format("SavedModel", "-savedmodel.zip", "For TensorFlow Serving, once unzipped.", "application/zip"),
    "tensorboard": Format("TensorBoard", ".zip", "The curves: unzip, then tensorboard --logdir .", "application/zip"),
}

# A conversion takes 0.7 to 1.4 GB of memory while it lasts.
_one_at_a_time = Lock()


def prepare(run: Run, checkpoint: str, format: str) -> Path:
    """Converts a run's "best" or "last" checkpoint to `format`, a key of FORMATS, and returns the file.

    It is in the run's downloads folder, and is made again, in a process of its own, once its source has changed.
    TensorBoard's holds all metrics of the run, whichever checkpoint is named. Raises RunError for an unknown format or
    checkpoint, one that is missing or damaged, or a full disk.
    """
    source, target = _source(run, checkpoint, format), _target(run, checkpoint, format)
    try:
        with _one_at_a_time:
            changed = source.stat().st_mtime_ns
            if not target.exists() or target.stat().st_mtime_ns < changed:
                _make(run, source, target, format, changed)
    except FileNotFoundError:
        missing = "no metrics yet" if format == "tensorboard" else f"no {checkpoint} checkpoint yet"
        raise RunError(f"run '{run.name}' has {missing}") from None
    except OSError as error:
        raise RunError(f"no file can be made of run '{run.name}': {error.strerror} ({target.parent})") from error
    return target


def _source(run: Run, checkpoint: str, format: str) -> Path:
    if format not in FORMATS:
        raise RunError(f"unknown format '{format}'; there are {', '.join(FORMATS)}")
    return run.metrics_file if format == "tensorboard" else run.checkpoint(checkpoint)


def _target(run: Run, checkpoint: str, format: str) -> Path:
    what = "tensorboard" if format == "tensorboard" else checkpoint
    return run.downloads_folder / f"{run.id}-{what}{FORMATS[format].suffix}"


def _make(run: Run, source: Path, target: Path, format: str, changed: int) -> None:
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="partial-", dir=target.parent) as folder:
        partial = Path(folder) / target.name
        done = run_to_its_end(CONVERT, format, source, partial)
        if done.returncode:
            raise RunError(f"run '{run.name}' cannot be converted to {FORMATS[format].label}: {_complaint(done)}")
        # The source may have been replaced meanwhile: with the time of the old one the file counts as out of date.
        os.utime(partial, ns=(changed, changed))
        replace_durably(partial, target)


def _complaint(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return f"its process was ended by signal {-done.returncode}; are 1.5 GB of memory free?"
    return (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
