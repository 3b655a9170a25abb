"""From a picture to what is written on it: its digits, in lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.prediction.candidates import (
    MARK,
    Candidate,
    candidates_of,
    features,
    is_settled,
    left_out,
    read_pieces,
    units_of,
)
from digitcore.prediction.engine import Engine
from digitcore.prediction.paths import Span, best_path
from digitcore.prediction.reading import Reading, read_each, smallest_side
from digitcore.preprocessing import find_ink
from digitcore.preprocessing.lines import Line, find_lines
from digitcore.preprocessing.pieces import Piece, connected

LEAST_TEXT, TEXT_SHARE = 8, 0.5
"""So many pieces or more are text if more than this share of them are no digits."""
SURELY_NONE = 0.95
"""What is no digit with this share or more, before or after digits that are accepted, is a sign beside a number."""
LONG_RULE, RULE_INK = 2.0, 0.3
"""A piece with a rule in it is so many times as wide as high; the least ink on a rule."""
ONE_DIGIT = 3.0
"""How much higher the score of several digits must be than that of one that is connected, or that is accepted and not
wide, unless its pieces are accepted digits side by side."""
WEIGHTS = (-1.39, 0.25, 0.28, -1.91, -0.13, -0.28, 0.21)
"""The weights of `candidates.features`, fitted with paths.SHARED by benchmarks/fit_segmentation.py."""


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
    pieces = connected(ink, smallest_side(ink.shape))
    writing = _read_ink(engine, ink, pieces)
    if not writing.accepted and pieces and pieces[0].width > LONG_RULE * pieces[0].height:
        # The largest piece may be digits that touch a rule. A 7 on a rule is like a 2, so they are guesses.
        without_rule = _without_rule(ink, pieces[0])
        left = connected(without_rule, smallest_side(ink.shape))
        other = _read_ink(engine, without_rule, left) if left else writing
        return _guessed(other) if other.accepted else writing
    return writing


def _guessed(writing: Writing) -> Writing:
    """The same, with no digit accepted."""
    return Writing(tuple(tuple(replace(reading, accepted=False) for reading in line) for line in writing.lines))


def _without_rule(ink: NDArray[np.float32], piece: Piece) -> NDArray[np.float32]:
    """The ink without straight lines along all of a piece."""
    from digitcore.preprocessing import rules  # SciPy, which a first picture does without

    result = ink.copy()
    box = slice(piece.y, piece.y + piece.height), slice(piece.x, piece.x + piece.width)
    result[box] += rules.without_lines_along_rows(piece.ink, RULE_INK) - piece.ink
    return result


def _read_ink(engine: Engine, ink: NDArray[np.float32], pieces: Sequence[Piece]) -> Writing:
    """What is written with the ink, whose pieces are given."""
    smallest = smallest_side(ink.shape)
    (whole,) = read_each(engine, [(ink, (0, 0))], smallest)
    if not pieces:
        # Nothing but specks, however much room they take together.
        return Writing(((replace(whole, accepted=False, too_small=True),),))
    if len(pieces) == 1 and is_settled(whole):
        return Writing(((whole,),))
    found = [(line, read_pieces(engine, line.pieces, smallest)) for line in find_lines(pieces)]
    if _is_text([reading for line, readings in found for reading in _digits_or_letters(line, readings)]):
        return Writing(((whole,),))
    alone = [reading for _, readings in found for reading in readings]
    lines = [_read_line(engine, line, readings, smallest) for line, readings in found]
    if _score_alone(whole) + _advantage(whole, alone) > sum(line.score for line in lines):
        return Writing(((whole,),))
    return Writing(tuple(_without_signs(line.readings) for line in lines if line.readings) or ((whole,),))


def _without_signs(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """A line's readings without what is surely no digit before and after accepted digits: signs of currencies."""
    is_sign = [(reading.no_digit or 0) > SURELY_NONE for reading in readings]
    digits = [index for index, sign in enumerate(is_sign) if not sign]
    within = readings[digits[0] : digits[-1] + 1] if digits else ()
    return within if within and all(reading.accepted for reading in within) else readings


def _advantage(whole: Reading, pieces: Sequence[Reading]) -> float:
    """How much higher the score of several digits must be than that of the whole as one, given how its pieces read."""
    if len(pieces) == 1:
        return ONE_DIGIT
    if not whole.accepted:
        return float("-inf")
    return ONE_DIGIT if is_settled(whole) and not _are_digits_side_by_side(pieces) else 0


def _are_digits_side_by_side(readings: Sequence[Reading]) -> bool:
    """Whether all are accepted, and none is above another: an 8 may fall apart into two zeros, but not two ones."""
    boxes = sorted(reading.box for reading in readings)
    is_apart = all(x + width <= after for (x, _, width, _), (after, *_) in pairwise(boxes))
    return is_apart and all(reading.accepted for reading in readings)


def _score_alone(reading: Reading) -> float:
    """The score of a reading as the only digit of a line."""
    x, y, width, height = reading.normalised.box
    piece = Piece(reading.ink[y : y + height, x : x + width], x, y)
    return _score(Candidate(0, 1, piece, reading), height)


def _read_line(engine: Engine, line: Line, readings: Sequence[Reading], smallest: float) -> Digits:
    """The best way to read a line, given how each of its pieces reads as a digit."""
    if _is_text(_digits_or_letters(line, readings)):
        return Digits(0, ())
    units = units_of(line, readings)
    candidates = candidates_of(engine, units, line.height, smallest)
    spans = [Span(one.begin, one.end, _score(one, line.height)) for one in candidates]
    path = best_path(spans, [left_out(unit.piece, line.height) for unit in units])
    return Digits(path.score, tuple(candidates[index].reading for index in path.chosen))


def _digits_or_letters(line: Line, readings: Sequence[Reading]) -> list[Reading]:
    """How those pieces of a line read that are too high for a point or a comma."""
    return [reading for reading in readings if reading.box[3] >= MARK * line.height]


def _is_text(readings: Sequence[Reading]) -> bool:
    """Whether so many pieces are no digits that they are letters, or a texture, rather than digits that touch."""
    no_digits = sum(not is_settled(reading) for reading in readings)
    return len(readings) >= LEAST_TEXT and no_digits > TEXT_SHARE * len(readings)


def _score(candidate: Candidate, height: float) -> float:
    """The log odds that a candidate is a digit of a line of this height, rather than a part of one, or several."""
    return float(np.dot(WEIGHTS, features(candidate, height)))
