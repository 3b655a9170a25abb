"""Reads the folder of a UNIPEN distribution: which strokes of which file are which character, and by whom.

A file `data/CATEGORY/CONTRIBUTOR/.../X.dat` includes files that lie in `include/`, which have the strokes and may
include others, and names the strokes of each character: `.SEGMENT CHARACTER 80-81 ? "4"`. Real files are damaged here
and there: what cannot be read is left out and counted, and stops nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from digitcore.data.drawings import DOWNWARDS, Stroke

_SEGMENT = re.compile(r"^\.SEGMENT\b(.*)\n?", re.MULTILINE)
_FIELDS = re.compile(r'\s+\S+\s+(\d[\d:,-]*)(?:\s+[^\s"]+)?\s+"(.*)"\s*$')
"""What follows .SEGMENT: the kind of segment, its span, its quality if it is given, and its label."""
_PART = re.compile(r"(\d{1,9})(?::(\d{1,9}))?(?:-(\d{1,9})(?::(\d{1,9}))?)?")
"""A part of a span: its first stroke or point, and its last: "7", "80-81", "12:0-12:40"."""
_ESCAPED = re.compile(r"\\(.)")
_INCLUDE = re.compile(r"^\.INCLUDE[ \t]+(\S+).*$", re.MULTILINE)
_WRITER = re.compile(r"^\.WRITER_ID[ \t]+(\S+)", re.MULTILINE)
_COORD = re.compile(r"^\.COORD[ \t]+(.*)", re.MULTILINE)
_USUAL_COLUMNS = "X Y"
_DEEPEST = 8
"""How many files may include one another, lest they do so in a circle."""
_FARTHEST = 1e6
"""A coordinate that is no less than this is damaged."""
_NO_POINTS: Stroke = np.empty((0, 2), np.float32)

MISSING_FILE = "included files that are missing"
NO_FIELDS = "segments without strokes or label"
TWO_LABELS = "segments with two labels"
NO_STROKES = "segments whose strokes are missing"
BAD_POINTS = "points that are not two numbers"

Damage = Counter[str]
"""How many of what was left out."""


@dataclass(frozen=True)
class Segment:
    """A character: where it is labelled, the span of its strokes there, its label, its writer, and its strokes.

    `file` is relative to `data/`. `writer` is as the file has it, and empty if it has none.
    """

    file: str
    span: str
    label: str
    writer: str
    strokes: tuple[Stroke, ...]


@dataclass
class Recording:
    """All strokes of a file and of those that it includes, in order, empty ones too, and the writer of each."""

    strokes: list[Stroke] = field(default_factory=list)
    writers: list[str] = field(default_factory=list)


def read(root: Path, categories: Iterable[str]) -> tuple[list[Segment], Damage]:
    """The characters of a distribution's categories, such as "1a", in the order of files and of their segments.

    `root` holds `data/` and `include/`. Raises OSError if a file in `data/` cannot be read.
    """
    # Files of several categories include the same strokes, which are parsed once.
    files: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in _data_files(root, categories):
        text = path.read_text("latin-1")
        files[_SEGMENT.sub("", text)].append((path.relative_to(root / "data").as_posix(), text))
    damage: Damage = Counter()
    segments: list[Segment] = []
    for ink, labelled in files.items():
        recording = parse_ink(_with_includes(ink, root / "include", damage), damage)
        for name, text in labelled:
            segments += parse_segments(name, text, recording, damage)
    return sorted(segments, key=lambda segment: segment.file), damage


def _data_files(root: Path, categories: Iterable[str]) -> Iterator[Path]:
    for category in categories:
        yield from (root / "data" / category).rglob("*.dat")


def _with_includes(text: str, folder: Path, damage: Damage, depth: int = 0) -> str:
    """The text with every .INCLUDE replaced by what it names."""

    def content(match: re.Match[str]) -> str:
        try:
            included = (folder / match[1]).read_text("latin-1")
        except (OSError, ValueError):
            # A name that no file can have is a ValueError.
            damage[MISSING_FILE] += 1
            return ""
        return _with_includes(included, folder, damage, depth + 1)

    return _INCLUDE.sub(content, text) if ".INCLUDE" in text and depth < _DEEPEST else text


def parse_ink(text: str, damage: Damage) -> Recording:
    """The strokes of a text whose includes are replaced; y points up in it. Adds points left out to `damage`."""
    before, *pieces = f"\n{text}".split("\n.PEN_DOWN")
    recording, coord, writer = Recording(), _USUAL_COLUMNS, ""
    for piece in pieces:
        coord, writer = _last(_COORD, before, coord), _last(_WRITER, before, writer)
        points, keyword, after = piece.partition("\n.")
        recording.strokes.append(_parse_points(points, coord.split(), damage))
        recording.writers.append(writer)
        before = keyword + after
    return recording


def _last(pattern: re.Pattern[str], text: str, default: str) -> str:
    """What the pattern's last match in the text has in its group."""
    return next(iter(reversed(pattern.findall(text))), default)


def _parse_points(text: str, columns: list[str], damage: Damage) -> Stroke:
    """The points of a stroke, one a line; none if no column is X or Y."""
    if not {"X", "Y"} <= set(columns):
        return _NO_POINTS
    x, y = columns.index("X"), columns.index("Y")
    try:
        points = np.array(list(map(float, text.split()))).reshape(text.count("\n"), len(columns))[:, (x, y)]
        if (np.abs(points) < _FARTHEST).all():
            return points.astype(np.float32) * DOWNWARDS
    except ValueError:
        pass
    readable = list(_readable_points(text.splitlines(), x, y, damage))
    return np.array(readable, np.float32) * DOWNWARDS if readable else _NO_POINTS


def _readable_points(lines: list[str], x: int, y: int, damage: Damage) -> Iterator[tuple[float, float]]:
    """The points of those lines that have numbers in the columns x and y."""
    for values in filter(None, map(str.split, lines)):
        try:
            point = float(values[x]), float(values[y])
        except (ValueError, IndexError):
            point = np.nan, np.nan
        if max(map(abs, point)) < _FARTHEST:
            yield point
        else:
            damage[BAD_POINTS] += 1


def parse_segments(file: str, text: str, recording: Recording, damage: Damage) -> Iterator[Segment]:
    """The characters that a text names. Adds those left out to `damage`."""
    for span, label in _labels(text, damage).items():
        strokes = _strokes(span, recording.strokes)
        if strokes:
            first = int(re.split(r"\D", span)[0])
            yield Segment(file, span, label, recording.writers[first], strokes)
        else:
            damage[NO_STROKES] += 1


def _labels(text: str, damage: Damage) -> dict[str, str]:
    """The label of each span that has one label."""
    labels: dict[str, str] = {}
    disputed = set()
    for declared in _SEGMENT.findall(text):
        fields = _FIELDS.match(declared)
        if fields is None:
            damage[NO_FIELDS] += 1
            continue
        span, label = fields[1], _ESCAPED.sub(r"\1", fields[2])
        if labels.setdefault(span, label) != label:
            disputed.add(span)
    damage[TWO_LABELS] += len(disputed)
    return {span: label for span, label in labels.items() if span not in disputed}


def _strokes(span: str, strokes: list[Stroke]) -> tuple[Stroke, ...]:
    """The strokes that a span names, without empty ones; none if it names one that does not exist."""
    chosen: list[Stroke] = []
    for part in span.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return ()
        first, begin, last, end = match.groups()
        part_strokes = strokes[int(first) : int(last or first) + 1]
        if len(part_strokes) != int(last or first) + 1 - int(first) or not part_strokes:
            return ()
        # The end first: both may be in one stroke.
        part_strokes[-1] = part_strokes[-1][: None if end is None else int(end) + 1]
        part_strokes[0] = part_strokes[0][int(begin or 0) :]
        chosen += part_strokes
    return tuple(stroke for stroke in chosen if len(stroke))
