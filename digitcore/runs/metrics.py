"""The metrics of a run: a CSV row for each batch and each epoch, in order.

A batch's row has its own loss and accuracy; an epoch's has the means over its batches, and those of validation. There
are no times in it, so that two runs of one recipe can be compared byte by byte.
"""

import os
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NamedTuple, TextIO

import numpy as np

from digitcore.runs.disk import replace_durably

CURVE_POINTS = 300


class Row(NamedTuple):
    """One row. `step` counts batches from 1 over the whole run; validation is None for a batch.

    `val_calibrated_loss` is the validation loss at the best temperature; None in a run that version 0.2.0 began.
    """

    kind: str
    step: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    val_loss: float | None = None
    val_accuracy: float | None = None
    val_calibrated_loss: float | None = None


HEADER = ",".join(Row._fields) + "\n"


def open_to_append(path: Path) -> TextIO:
    """Opens the file for `append`, with its header."""
    stream = path.open("a")
    if stream.tell() == 0:
        stream.write(HEADER)
    return stream


def append(stream: TextIO, row: Row) -> None:
    """Adds a row; it is written at the next flush."""
    stream.write(",".join("" if value is None else str(value) for value in row) + "\n")


class Follower:
    """Reads a file of metrics as it grows: each call parses only what is new. Threads may share one."""

    def __init__(self, path: Path | str) -> None:
        self._path, self._lock = Path(path), Lock()
        self._inode: int | None = None
        self._position, self._last_line = 0, b""
        self._rows: list[Row] = []

    def rows(self) -> list[Row]:
        """The rows, up to one that is still being written or damaged."""
        with self._lock:
            try:
                with self._path.open("rb") as stream:
                    self._read_on(stream)
            except FileNotFoundError:
                self._start_over(None)
            return list(self._rows)

    def _read_on(self, stream: BinaryIO) -> None:
        # A run that is resumed from a checkpoint replaces the file by a shorter one.
        stream.seek(self._position - len(self._last_line))
        inode = os.fstat(stream.fileno()).st_ino
        if stream.read(len(self._last_line)) != self._last_line or inode != self._inode:
            self._start_over(inode)
        stream.seek(self._position)
        text = stream.read()
        for line in text[: text.rfind(b"\n") + 1].splitlines(keepends=True):
            try:
                # The first line is the header.
                if self._position:
                    self._rows.append(_row(line.decode().strip()))
            except ValueError:
                break
            self._position += len(line)
            self._last_line = line

    def _start_over(self, inode: int | None) -> None:
        self._inode, self._position, self._last_line, self._rows = inode, 0, b"", []


def read(path: Path) -> list[Row]:
    """All rows of the file, up to one that is still being written or damaged."""
    return Follower(path).rows()


def read_epochs(path: Path) -> list[Row]:
    """The rows of epochs in the file. Those of batches, a thousand times as many, are not parsed."""
    try:
        whole = path.read_text(errors="replace").rpartition("\n")[0]
        return [_row(line) for line in whole.split("\n") if line.startswith("epoch,")]
    except (OSError, ValueError):
        return epochs(read(path))


def epochs(rows: list[Row]) -> list[Row]:
    """The rows of epochs among `rows`."""
    return [row for row in rows if row.kind == "epoch"]


def best(rows: list[Row]) -> Row | None:
    """The epoch with the lowest calibrated validation loss.

    In a run without that, the one with the highest validation accuracy; of those that tie, with the lower loss.
    """
    return min(epochs(rows), key=_rank, default=None)


def is_calibrated(rows: list[Row]) -> bool:
    """Whether all epochs among `rows` have a calibrated loss."""
    return all(row.val_calibrated_loss is not None for row in epochs(rows))


def epoch_line(row: Row, epochs: int) -> str:
    """An epoch's row as a line of the log; `epochs` is the run's total."""
    return (
        f"epoch {row.epoch} of {epochs}: loss {row.loss:.4f}, accuracy {row.accuracy:.2%}, "
        f"validation loss {row.val_loss:.4f}, validation accuracy {row.val_accuracy:.2%}"
    )


def truncate_after(path: Path, step: int) -> list[Row]:
    """Removes the rows after `step` from the file, and returns those that stay."""
    kept = [row for row in read(path) if row.step <= step]
    partial = path.with_name(f".{path.name}")
    partial.unlink(missing_ok=True)
    with open_to_append(partial) as stream:
        for row in kept:
            append(stream, row)
    replace_durably(partial, path)
    return kept


def columns(rows: list[Row]) -> dict[str, np.ndarray]:
    """The batches' step, loss, accuracy and learning rate, each an array over the batches."""
    batches = [row for row in rows if row.kind == "batch"]
    names = ("step", "loss", "accuracy", "learning_rate")
    return {name: np.array([getattr(row, name) for row in batches], float) for name in names}


def curve(steps: np.ndarray, values: np.ndarray, smoothing: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The batches' steps and values (N,), smoothed and downsampled to at most CURVE_POINTS points.

    `smoothing`, from 0 to below 1, is the weight of the past in an exponential moving average, corrected for its start
    at zero (Kingma and Ba, 2015). Neighbouring points are then averaged.
    """
    return _average(steps), _average(_smooth(values, smoothing))


def _rank(row: Row) -> tuple[float, float]:
    if row.val_calibrated_loss is not None:
        return row.val_calibrated_loss, 0.0
    return -(row.val_accuracy or 0.0), row.val_loss or 0.0


def _smooth(values: np.ndarray, weight: float) -> np.ndarray:
    smoothed, past = [], 0.0
    # A loop over plain floats is ten times as fast as one over NumPy's.
    for index, value in enumerate(values.tolist()):
        past = weight * past + (1 - weight) * value
        smoothed.append(past / (1 - weight ** (index + 1)))
    return np.array(smoothed)


def _average(values: np.ndarray) -> np.ndarray:
    """Means of neighbouring values, in CURVE_POINTS groups of almost equal size."""
    if len(values) <= CURVE_POINTS:
        return values
    begins = np.arange(CURVE_POINTS) * len(values) // CURVE_POINTS
    return np.add.reduceat(values, begins) / np.diff(begins, append=len(values))


def _row(line: str) -> Row:
    kind, step, epoch, loss, accuracy, rate, val_loss, val_accuracy, *calibrated = line.split(",")
    # Version 0.2.0 did not write it.
    (val_calibrated_loss,) = calibrated or [""]
    validation = (float(figure) if figure else None for figure in (val_loss, val_accuracy, val_calibrated_loss))
    return Row(kind, int(step), int(epoch), float(loss), float(accuracy), float(rate), *validation)
