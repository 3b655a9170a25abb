"""What commands print: JSON, and tables in columns."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from digitcore.data.files import Progress


def print_json(value: Any) -> None:
    """Prints a JSON document on one line."""
    print(json.dumps(value), flush=True)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints rows under a header, each column as wide as its widest cell."""
    cells = [header, *rows]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def _width(text: str) -> int:
    """How many columns of a terminal the text takes: Chinese, Japanese and Korean characters take two each."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def percent(share: float | None) -> str:
    """A share in percent, or a dash where there is none yet."""
    return "-" if share is None else f"{share:.2%}"


@contextmanager
def download_bar() -> Iterator[Progress]:
    """Yields what reports the progress of downloads to a bar, which appears once there is one, on a terminal."""
    bar = tqdm(unit="B", unit_scale=True, disable=None, delay=0.1)

    def report(name: str, received: int, size: int) -> None:
        if bar.total != size:
            bar.reset(size)
            bar.set_description(name, refresh=False)
        bar.update(received - bar.n)

    with bar:
        yield report
