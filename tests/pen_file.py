"""A small file in the form of the pen digits': two of each digit by each of thirty writers."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from digitcore.data import pen

# Corners of each digit's strokes on a grid 4 wide and 6 high, y pointing up.
SHAPES = {
    0: [[(1, 6), (0, 4), (0, 2), (1, 0), (3, 0), (4, 2), (4, 4), (3, 6), (1, 6)]],
    1: [[(2, 6), (2, 0)]],
    2: [[(0, 5), (2, 6), (4, 4), (0, 0), (4, 0)]],
    3: [[(0, 6), (4, 6), (2, 3), (4, 2), (2, 0), (0, 1)]],
    4: [[(2, 6), (0, 2), (4, 2)], [(3, 4), (3, 0)]],
    5: [[(1, 6), (0, 3), (3, 3), (4, 1), (0, 0)], [(1, 6), (4, 6)]],
    6: [[(3, 6), (0, 3), (0, 1), (2, 0), (4, 1), (3, 3), (0, 2)]],
    7: [[(0, 6), (4, 6), (1, 0)]],
    8: [[(4, 5), (2, 6), (0, 5), (4, 2), (2, 0), (0, 1), (4, 5)]],
    9: [[(4, 5), (2, 6), (0, 4), (3, 3), (4, 5), (3, 0)]],
}


def text() -> str:
    """The file's text; each writer moves the corners in a way of their own."""
    lines = [".INCLUDE        made.doc", "", '.LEXICON "0" "1"', ".HIERARCHY      DIGIT", ""]
    for writer in range(1, 31):
        random = np.random.default_rng(writer)
        for serial in range(20):
            digit = serial % 10
            lines += [f'.SEGMENT DIGIT    {serial} ? "{digit}"', f".COMMENT {digit} {writer}  {serial}"]
            for corners in SHAPES[digit]:
                points = np.concatenate([np.linspace(*pair, 5) for pair in zip(corners, corners[1:], strict=False)])
                moved = (points * 50 + random.normal(0, 4, points.shape) + 100).astype(int)
                lines += [".PEN_DOWN", *(f" {x}  {y}" for x, y in moved), ".PEN_UP", ".DT 100"]
            lines.append("")
    return "\n".join(lines)


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the file where DIGITCORE_DATA looks, and lets it pass for the true one."""
    content = text().encode()
    (folder / f"{pen.NAME}.gz").write_bytes(gzip.compress(content))
    monkeypatch.setattr(pen, "SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setenv("DIGITCORE_DATA", str(folder))
