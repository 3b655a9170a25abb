"""Which parts of a line may be one digit, and what speaks for it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import CLASSES, NO_DIGIT
from digitcore.prediction.engine import Engine
from digitcore.prediction.reading import Reading, read_each
from digitcore.preprocessing.lines import Line
from digitcore.preprocessing.pieces import Piece, cut, joined

WIDEST = 1.5
"""The widest candidate of several pieces, as a share of the line's height."""
NARROW = 1.0
"""The width up to which what reads as a digit is not cut, as a share of its height."""
MARK = 0.45
"""What is lower than this share of the line's height is no digit, but perhaps a point, a comma or a dash."""
BLOT = 0.8
"""What has ink on more than this share of its box is no digits that touch, but a blot, a bar or a block."""
FRAGMENT_LEFT_OUT = -10.0
"""The score of leaving out a part of something."""
MOST_EVIDENCE = 8.0
"""The log odds to which the network's are limited."""


class Unit(NamedTuple):
    """A piece that is not cut any further, and how it reads as a digit, if that is known."""

    piece: Piece
    reading: Reading | None = None


class Candidate(NamedTuple):
    """The units of a line from `begin` up to `end`, joined: one digit, perhaps."""

    begin: int
    end: int
    piece: Piece
    reading: Reading


def read_pieces(engine: Engine, pieces: Sequence[Piece], smallest: float) -> list[Reading]:
    """How each piece reads as a digit."""
    return read_each(engine, [(piece.ink, (piece.x, piece.y)) for piece in pieces], smallest)


def units_of(line: Line, readings: Sequence[Reading]) -> list[Unit]:
    """The line's pieces, left to right; cut, unless they are digits, marks or blots."""
    units = []
    for piece, reading in zip(line.pieces, readings, strict=True):
        is_one = piece.height < MARK * line.height or piece.filled > BLOT or is_settled(reading)
        parts = [piece] if is_one else cut(piece)
        units += [Unit(part, reading if len(parts) == 1 else None) for part in parts]
    return units


def candidates_of(engine: Engine, units: Sequence[Unit], height: float, smallest: float) -> list[Candidate]:
    """Every unit, and all neighbours that may be one digit together; the network reads all at once that it has not."""
    groups = [(begin, end, joined([unit.piece for unit in units[begin:end]])) for begin, end in _groups(units, height)]
    kept = [(begin, end, piece) for begin, end, piece in groups if piece.height >= MARK * height or not piece.is_cut]
    known = [units[begin].reading if end == begin + 1 else None for begin, end, _ in kept]
    unread = [piece for (_, _, piece), reading in zip(kept, known, strict=True) if reading is None]
    new = iter(read_pieces(engine, unread, smallest))
    return [Candidate(*group, reading or next(new)) for group, reading in zip(kept, known, strict=True)]


def _groups(units: Sequence[Unit], height: float) -> Iterator[tuple[int, int]]:
    """From which unit up to which there may be a digit: a single one, or some that are together not too wide.

    Neighbours that are digits, all of them, are not joined.
    """
    for begin, first in enumerate(units):
        right, all_digits = first.piece.x, True
        for end, (piece, reading) in enumerate(units[begin:], start=begin + 1):
            right = max(right, piece.x + piece.width)
            all_digits = all_digits and reading is not None and is_settled(reading)
            if end > begin + 1 and right - min(first.piece.x, piece.x) > WIDEST * height:
                break
            if end == begin + 1 or not all_digits:
                yield begin, end


def left_out(piece: Piece, height: float) -> float:
    """The score of leaving a piece out of the reading."""
    if piece.height >= MARK * height:
        return float("-inf")
    return FRAGMENT_LEFT_OUT if piece.is_cut else 0


def is_settled(reading: Reading) -> bool:
    """Whether a reading is rather a digit than none, and too narrow for two."""
    _, _, width, height = reading.box
    return reading.answer != NO_DIGIT and width <= NARROW * height


def features(candidate: Candidate, height: float) -> NDArray[np.float64]:
    """What speaks for a candidate in a line of this height: the network's log odds that it is a digit, and geometry."""
    begin, end, piece, reading = candidate
    support = float(np.clip(reading.shares[:CLASSES].max(), 1e-9, 1 - 1e-9))
    evidence = float(np.clip(np.log(support / (1 - support)), -MOST_EVIDENCE, MOST_EVIDENCE))
    relative = float(np.log(piece.height / height))
    values = (
        1,
        evidence,
        # The wider it is, the more digits are taken for none.
        min(0, evidence) * piece.width / height,
        max(0, -relative),
        max(0, relative),
        piece.cut_left + piece.cut_right,
        end == begin + 1 and not piece.is_cut,
    )
    return np.array(values, np.float64)
