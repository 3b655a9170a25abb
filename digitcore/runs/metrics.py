"""metrics.csv: a row for each batch and each epoch, in the order in which they came.

A batch's row has its own loss and accuracy; an epoch's has the means over its batches, and validation's. There are no
times in it, so that two runs of one recipe can be compared to the byte.
"""

import os
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple, TextIO

import numpy as np

from digitcore.runs.disk import settle

CURVE_POINTS = 300


class Row(NamedTuple):
    """One line of metrics.csv. `step` counts batches from 1 over the whole run; validation is None for a batch."""

    kind: str
    step: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    val_loss: float | None = None
    val_accuracy: float | None = None


HEADER = ",".join(Row._fields) + "\n"


def open_to_append(path: Path) -> TextIO:
    """The file, ready for `append`, with its header."""
    stream = path.open("a")
    if stream.tell() == 0:
        stream.write(HEADER)
    return stream


def append(stream: TextIO, row: Row) -> None:
    """Adds a row, which is on the disk after the next flush."""
    stream.write(",".join("" if value is None else str(value) for value in row) + "\n")


class Follower:
    """Reads a metrics.csv as it grows: each look parses only what is new. Threads may share one."""

    def __init__(self, path: Path | str) -> None:
        self._path, self._lock = Path(path), Lock()
        self._forget(None)

    def rows(self) -> list[Row]:
        """The rows, up to one that is still being written, or that a power cut has damaged."""
        with self._lock:
            try:
                with self._path.open("rb") as stream:
                    self._read_on(stream)
            except FileNotFoundError:
                self._forget(None)
            return list(self._rows)

    def _read_on(self, stream: BinaryIO) -> None:
        # A run that goes on from a checkpoint puts another file in the place of the old one.
        stream.seek(self._place - len(self._line))
        if stream.read(len(self._line)) != self._line or os.fstat(stream.fileno()).st_ino != self._file:
            self._forget(os.fstat(stream.fileno()).st_ino)
        stream.seek(self._place)
        text = stream.read()
        for line in text[: text.rfind(b"\n") + 1].splitlines(keepends=True):
            try:
                if self._place:
                    self._rows.append(_row(line.decode().strip()))
            except ValueError:
                break
            self._place += len(line)
            self._line = line

    def _forget(self, file: int | None) -> None:
        self._file, self._place, self._line, self._rows = file, 0, b"", []


def read(path: Path) -> list[Row]:
    """The rows of a metrics.csv, up to one that is still being written, or that a power cut has damaged."""
    return Follower(path).rows()


def read_epochs(path: Path) -> list[Row]:
    """The rows that close an epoch; the batches' are a thousand times as many, and are not parsed."""
    try:
        whole = path.read_text(errors="replace").rpartition("\n")[0]
        return [_row(line) for line in whole.split("\n") if line.startswith("epoch,")]
    except (OSError, ValueError):
        return epochs(read(path))


def epochs(rows: list[Row]) -> list[Row]:
    """The rows that close an epoch."""
    return [row for row in rows if row.kind == "epoch"]


def best(rows: list[Row]) -> Row | None:
    """The epoch with the highest validation accuracy, the lower loss deciding a tie."""
    return max(epochs(rows), key=lambda row: (row.val_accuracy, -row.val_loss), default=None)


def epoch_line(row: Row, epochs: int) -> str:
    """An epoch's row as a line of the log."""
    return (
        f"epoch {row.epoch} of {epochs}: loss {row.loss:.4f}, accuracy {row.accuracy:.2%}, "
        f"validation loss {row.val_loss:.4f}, validation accuracy {row.val_accuracy:.2%}"
    )


def truncate_after(path: Path, step: int) -> list[Row]:
    """Takes the rows after `step` off the file, and gives those that stay."""
    kept = [row for row in read(path) if row.step <= step]
    partial = path.with_name(f".{path.name}")
    partial.unlink(missing_ok=True)
    with open_to_append(partial) as stream:
        for row in kept:
            append(stream, row)
    settle(partial, path)
    return kept


def columns(rows: list[Row]) -> dict[str, np.ndarray]:
    """The batches' figures by name, each as an array over the batches."""
    batches = [row for row in rows if row.kind == "batch"]
    names = ("step", "loss", "accuracy", "learning_rate")
    return {name: np.array([getattr(row, name) for row in batches], float) for name in names}


def curve(steps: np.ndarray, values: np.ndarray, smoothing: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The batches' values over their steps, smoothed, in at most CURVE_POINTS points.

    `smoothing` from 0 to below 1 is the weight of the past in an exponential moving average, which is corrected for
    having started at zero (Kingma and Ba, 2015). Neighbouring points are then averaged.
    """
    return _average(steps), _average(_smooth(values, smoothing))


def _smooth(values: np.ndarray, weight: float) -> np.ndarray:
    smoothed, past = [], 0.0
    # Plain floats go through a loop ten times as fast as numpy's.
    for index, value in enumerate(values.tolist()):
        past = weight * past + (1 - weight) * value
        smoothed.append(past / (1 - weight ** (index + 1)))
    return np.array(smoothed)


def _average(values: np.ndarray) -> np.ndarray:
    """Means of neighbours, in groups as equal as can be."""
    if len(values) <= CURVE_POINTS:
        return values
    begins = np.arange(CURVE_POINTS) * len(values) // CURVE_POINTS
    return np.add.reduceat(values, begins) / np.diff(begins, append=len(values))


def _row(line: str) -> Row:
    kind, step, epoch, loss, accuracy, rate, *validation = line.split(",")
    val_loss, val_accuracy = (float(figure) if figure else None for figure in validation)
    return Row(kind, int(step), int(epoch), float(loss), float(accuracy), float(rate), val_loss, val_accuracy)
