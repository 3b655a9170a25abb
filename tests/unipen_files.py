"""A small distribution in the form of UNIPEN's: three writers of two contributors, who wrote digits and letters."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from digitcore.data import unipen
from tests.pen_file import SHAPES

DOC = ".VERSION 1.0\n.COMMENT Written for tests.\n.COORD X Y\n"
LETTERS = {"A": [[(0, 0), (2, 6), (4, 0)], [(1, 2), (3, 2)]], "K": [[(0, 6), (0, 0)], [(4, 6), (0, 3), (4, 0)]]}
WRITERS = {"aaa": ["Ann", "Bob", "Cem", "Dan"], "bbb": ["Eve"]}


def write(root: Path, files: Mapping[str, str]) -> None:
    """Writes files below the distribution's folder; names are as "data/1a/aaa/x.dat"."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def strokes(corners: list[list[tuple[int, int]]]) -> str:
    """The lines of strokes."""
    return "".join(
        ".PEN_DOWN\n" + "".join(f"\t{10 * x} {10 * y}\n" for x, y in stroke) + ".PEN_UP\n" for stroke in corners
    )


def segments(labels: Mapping[str, str]) -> str:
    """The lines that name what is written; spans and their labels."""
    return "".join(f'.SEGMENT CHARACTER {span} ? "{label}"\n' for span, label in labels.items())


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts a distribution where DIGITCORE_DATA looks: ten digits and two letters by each writer. Returns its root."""
    root = folder / unipen.NAME
    for contributor, names in WRITERS.items():
        write(root, {f"include/{contributor}/{contributor}.doc": DOC})
        for name in names:
            write(root, _files(contributor, name))
    monkeypatch.setenv("DIGITCORE_DATA", str(folder))
    return root


def _files(contributor: str, writer: str) -> dict[str, str]:
    """A writer's strokes, and what names the digits and the letters in them."""
    ink = f"{contributor}/data/{writer}.dat"
    head = f".VERSION 1.0\n.INCLUDE {contributor}/{contributor}.doc\n.INCLUDE {ink}\n"
    spans, first = {}, 0
    shapes = {**{str(digit): shape for digit, shape in SHAPES.items()}, **LETTERS}
    for label, shape in shapes.items():
        spans[f"{first}-{first + len(shape) - 1}"] = label
        first += len(shape)
    digits = {span: label for span, label in spans.items() if label.isdigit()}
    return {
        f"include/{ink}": f".WRITER_ID {writer}\n" + "".join(map(strokes, shapes.values())),
        f"data/1a/{contributor}/{writer}.dat": head + segments(digits),
        f"data/1b/{contributor}/{writer}.dat": head + segments({s: a for s, a in spans.items() if s not in digits}),
    }
