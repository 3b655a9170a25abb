"""What commands print: JSON, and tables in columns."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from digitcore.data.files import Progress


def print_json(value: Any) -> None:
    """One JSON document on one line."""
    print(json.dumps(value), flush=True)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under a header, each column as wide as its widest cell."""
    cells = [header, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def percent(share: float | None) -> str:
    """A share in percent, or a dash where there is none yet."""
    return "-" if share is None else f"{share:.2%}"


@contextmanager
def download_bar() -> Iterator[Progress]:
    """A progress bar for downloads, on a terminal, that shows itself once something comes."""
    bar = tqdm(unit="B", unit_scale=True, disable=None, delay=0.1)

    def tell(name: str, received: int, size: int) -> None:
        if bar.total != size:
            bar.reset(size)
            bar.set_description(name, refresh=False)
        bar.update(received - bar.n)

    with bar:
        yield tell
