"""metrics.csv: a row for each batch and each epoch, in the order in which they came.

A batch's row has its own loss and accuracy; an epoch's has the means over its batches, and validation's. There are no
times in it, so that two runs of one recipe can be compared to the byte.
"""

import csv
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TextIO

import numpy as np

CURVE_POINTS = 500


@dataclass(frozen=True)
class Row:
    """One line of metrics.csv. `step` counts batches from 1 over the whole run; validation is None for a batch."""

    kind: str
    step: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    val_loss: float | None = None
    val_accuracy: float | None = None


HEADER = [each.name for each in fields(Row)]


def append(stream: TextIO, row: Row) -> None:
    """Adds a row; the header first, where the file is empty."""
    writer = csv.writer(stream, lineterminator="\n")
    if stream.tell() == 0:
        writer.writerow(HEADER)
    writer.writerow("" if value is None else value for value in astuple(row))


def read(path: Path) -> list[Row]:
    """The rows of a metrics.csv; a last line that is still being written is left out."""
    if not path.exists():
        return []
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    return [_row(line) for line in whole.splitlines()[1:]]


def epochs(rows: list[Row]) -> list[Row]:
    """The rows that close an epoch."""
    return [row for row in rows if row.kind == "epoch"]


def best(rows: list[Row]) -> Row | None:
    """The epoch with the highest validation accuracy, the lower loss deciding a tie."""
    return max(epochs(rows), key=lambda row: (row.val_accuracy, -row.val_loss), default=None)


def keep_up_to(path: Path, step: int) -> list[Row]:
    """Takes the rows after `step` off the file, and gives those that stay."""
    kept = [row for row in read(path) if row.step <= step]
    partial = path.with_name(f".{path.name}")
    with partial.open("w") as stream:
        for row in kept:
            append(stream, row)
    partial.replace(path)
    return kept


def curve(rows: list[Row], value: str, smoothing: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The batches' `value` over the steps, smoothed, in at most CURVE_POINTS points.

    `smoothing` from 0 to below 1 is the weight of the past in an exponential moving average, which is corrected for
    having started at zero (Kingma and Ba, 2015). Neighbouring points are then averaged.
    """
    batches = [row for row in rows if row.kind == "batch"]
    steps = np.array([row.step for row in batches], float)
    values = _smooth(np.array([getattr(row, value) for row in batches], float), smoothing)
    return _average(steps), _average(values)


def _smooth(values: np.ndarray, weight: float) -> np.ndarray:
    smoothed, past = np.empty_like(values), 0.0
    for index, value in enumerate(values):
        past = weight * past + (1 - weight) * value
        smoothed[index] = past / (1 - weight ** (index + 1))
    return smoothed


def _average(values: np.ndarray) -> np.ndarray:
    groups = np.array_split(values, min(len(values), CURVE_POINTS) or 1)
    return np.array([group.mean() for group in groups if len(group)])


def _row(line: str) -> Row:
    kind, step, epoch, *numbers = line.split(",")
    return Row(kind, int(step), int(epoch), *(float(number) if number else None for number in numbers))
