"""From a picture to what is written on it: its digits, in lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import CLASSES, NO_DIGIT
from digitcore.prediction.engine import Engine
from digitcore.prediction.paths import Span, best_path
from digitcore.prediction.reading import Reading, read_each, smallest_side
from digitcore.preprocessing import find_ink
from digitcore.preprocessing.lines import Line, find_lines
from digitcore.preprocessing.pieces import Piece, connected, cut, joined

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
ONE_DIGIT = 3.0
"""How much higher the score of several digits must be than that of one that is connected, or accepted and not wide."""
MOST_EVIDENCE = 8.0
"""The log odds to which the network's are limited."""
WEIGHTS = (-1.8, 0.32, 0.3, -1.53, -0.11, -0.36, 0.22)
"""The weights of what `_score` adds up. They and paths.SHARED make the right texts of 544 numbers of the validation
writers most probable, among all that paths give: LeCun's discriminative training (1998, section VI)."""


@dataclass(frozen=True)
class Writing:
    """The result of reading a picture: the readings of its digits in lines, top to bottom and left to right."""

    lines: tuple[tuple[Reading, ...], ...]

    @property
    def digits(self) -> tuple[Reading, ...]:
        """All readings, line by line."""
        return tuple(reading for line in self.lines for reading in line)

    @property
    def text(self) -> str:
        """What is written, lines separated by newlines; what is not accepted is guessed."""
        return "\n".join("".join(str(reading.digit) for reading in line) for line in self.lines)

    @property
    def accepted(self) -> bool:
        """Whether every digit is."""
        return all(reading.accepted for reading in self.digits)

    @property
    def confidence(self) -> float:
        """The probability that every digit is right, if each is wrong independently of the others."""
        return float(np.prod([reading.confidence * (1 - (reading.no_digit or 0)) for reading in self.digits]))


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


class Digits(NamedTuple):
    """The score of the best path through a line, and the readings of the digits on it."""

    score: float
    readings: tuple[Reading, ...]


def read_all(engine: Engine, picture: NDArray[np.uint8]) -> Writing | None:
    """Reads every digit on a uint8 picture, grey, RGB or RGBA; None if there is no ink on it.

    One digit stays one: what is a digit on the whole is taken apart only if that is much better.
    """
    ink = find_ink(picture)
    if not ink.any():
        return None
    smallest = smallest_side(ink.shape)
    pieces = connected(ink, smallest)
    (whole,) = read_each(engine, [(ink, (0, 0))], smallest)
    if not pieces or (len(pieces) == 1 and _is_settled(whole)):
        return Writing(((whole,),))
    lines = [_read_line(engine, line, smallest) for line in find_lines(pieces)]
    if _score_alone(whole) + _advantage(whole, pieces) > sum(line.score for line in lines):
        return Writing(((whole,),))
    return Writing(tuple(line.readings for line in lines if line.readings) or ((whole,),))


def _advantage(whole: Reading, pieces: Sequence[Piece]) -> float:
    """How much higher the score of several digits must be than that of the whole as one."""
    if len(pieces) > 1 and not whole.accepted:
        return float("-inf")
    return ONE_DIGIT if len(pieces) == 1 or _is_settled(whole) else 0


def _score_alone(reading: Reading) -> float:
    """The score of a reading as the only digit of a line."""
    x, y, width, height = reading.normalised.box
    piece = Piece(reading.ink[y : y + height, x : x + width], x, y)
    return _score(Candidate(0, 1, piece, reading), height)


def _is_settled(reading: Reading) -> bool:
    """Whether a reading is rather a digit than none, and too narrow for two."""
    _, _, width, height = reading.box
    return reading.answer != NO_DIGIT and width <= NARROW * height


def _read_line(engine: Engine, line: Line, smallest: float) -> Digits:
    """The best way to read a line."""
    units = _units(engine, line, smallest)
    candidates = _candidates(engine, units, line.height, smallest)
    spans = [Span(one.begin, one.end, _score(one, line.height)) for one in candidates]
    path = best_path(spans, [_left_out(unit.piece, line.height) for unit in units])
    return Digits(path.score, tuple(candidates[index].reading for index in path.chosen))


def _units(engine: Engine, line: Line, smallest: float) -> list[Unit]:
    """The line's pieces, left to right; cut, unless they are digits, marks or blots."""
    units = []
    for piece, reading in zip(line.pieces, _read_pieces(engine, line.pieces, smallest), strict=True):
        is_one = piece.height < MARK * line.height or piece.filled > BLOT or _is_settled(reading)
        parts = [piece] if is_one else cut(piece)
        units += [Unit(part, reading if len(parts) == 1 else None) for part in parts]
    return units


def _read_pieces(engine: Engine, pieces: Sequence[Piece], smallest: float) -> list[Reading]:
    """How each piece reads as a digit."""
    return read_each(engine, [(piece.ink, (piece.x, piece.y)) for piece in pieces], smallest)


def _candidates(engine: Engine, units: Sequence[Unit], height: float, smallest: float) -> list[Candidate]:
    """Every unit, and all neighbours that may be one digit together; the network reads all at once that it has not."""
    groups = [(begin, end, joined([unit.piece for unit in units[begin:end]])) for begin, end in _groups(units, height)]
    kept = [(begin, end, piece) for begin, end, piece in groups if piece.height >= MARK * height or not piece.is_cut]
    known = [units[begin].reading if end == begin + 1 else None for begin, end, _ in kept]
    unread = [piece for (_, _, piece), reading in zip(kept, known, strict=True) if reading is None]
    new = iter(_read_pieces(engine, unread, smallest))
    return [Candidate(*group, reading or next(new)) for group, reading in zip(kept, known, strict=True)]


def _groups(units: Sequence[Unit], height: float) -> Iterator[tuple[int, int]]:
    """From which unit up to which there may be a digit: a single one, or some that are together not too wide.

    Neighbours that are digits, all of them, are not joined.
    """
    for begin, first in enumerate(units):
        right, all_digits = first.piece.x, True
        for end, (piece, reading) in enumerate(units[begin:], start=begin + 1):
            right = max(right, piece.x + piece.width)
            all_digits = all_digits and reading is not None and _is_settled(reading)
            if end > begin + 1 and right - min(first.piece.x, piece.x) > WIDEST * height:
                break
            if end == begin + 1 or not all_digits:
                yield begin, end


def _left_out(piece: Piece, height: float) -> float:
    """The score of leaving a piece out of the reading."""
    if piece.height >= MARK * height:
        return float("-inf")
    return FRAGMENT_LEFT_OUT if piece.is_cut else 0


def _score(candidate: Candidate, height: float) -> float:
    """The log odds that a candidate is a digit of a line of this height, rather than a part of one, or several.

    They come from the network's, and from geometry.
    """
    begin, end, piece, reading = candidate
    support = float(np.clip(reading.shares[:CLASSES].max(), 1e-9, 1 - 1e-9))
    evidence = float(np.clip(np.log(support / (1 - support)), -MOST_EVIDENCE, MOST_EVIDENCE))
    relative = float(np.log(piece.height / height))
    features = (
        1,
        evidence,
        # The wider it is, the more digits are taken for none.
        min(0, evidence) * piece.width / height,
        max(0, -relative),
        max(0, relative),
        piece.cut_left + piece.cut_right,
        end == begin + 1 and not piece.is_cut,
    )
    return float(np.dot(WEIGHTS, features))
