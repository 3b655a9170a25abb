"""From a picture to what is written on it: its digits, in lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.prediction.engine import Answers, Engine
from digitcore.prediction.paths import Path, Span, best_path
from digitcore.prediction.reading import Reading, read_ink, smallest_side
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.lines import Line, find_lines
from digitcore.preprocessing.pieces import Piece, connected, cut, joined

WIDEST = 1.5
"""The widest candidate of several pieces, as a share of the line's height."""
NARROW = 1.0
"""The width up to which something that was accepted is not cut, as a share of the line's height."""
MARK = 0.45
"""What is lower than this share of the line's height is no digit, but perhaps a point, a comma or a dash."""
FRAGMENT_LEFT_OUT = -10.0
"""What it costs to leave out a part of something."""
MOST_EVIDENCE = 8.0
"""The log odds to which the network's are limited."""
NARROWEST_CUT, USUAL_WIDTH = 0.35, 0.9
"""Widths as shares of the line's height and of a candidate's height."""
WEIGHTS = np.array((-0.34, 0.45, -5.9, -3.07, -0.17, -1.14, -1.41, 1.85))
"""The weights of `_features`, as `python -m benchmarks.numbers --fit` finds them."""


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


class Candidate(NamedTuple):
    """The pieces of a line from `begin` up to `end`, joined, and the widest gap between them in pixels."""

    begin: int
    end: int
    piece: Piece
    gap: float


def read_all(engine: Engine, picture: NDArray[np.uint8]) -> Writing | None:
    """Reads every digit on a uint8 picture, grey, RGB or RGBA; None if there is no ink on it.

    One digit stays one: whatever reads as a digit on the whole is not taken apart, unless that is clearly better.
    """
    ink = find_ink(picture)
    smallest = smallest_side(ink.shape)
    whole = read_ink(engine, ink, smallest)
    if whole is None:
        return None
    pieces = connected(ink, smallest)
    if len(pieces) < 2 and _is_settled(whole.accepted, whole.box[2], whole.box[3]):
        return Writing(((whole,),))
    return _read_pieces(engine, pieces, smallest, whole)


def _read_pieces(engine: Engine, pieces: Sequence[Piece], smallest: float, whole: Reading) -> Writing:
    """The better of the whole as one digit, and its lines."""
    if not pieces:
        return Writing(((whole,),))
    results = [_read_line(engine, line) for line in find_lines(pieces)]
    as_one = Candidate(0, 1, Piece(whole.ink, 0, 0)._replace(ink=_cropped(whole)), 0)
    score = sum(path.score for path, _ in results)
    if whole.accepted and _scores([as_one], whole.forward.answers, as_one.piece.height)[0] >= score:
        return Writing(((whole,),))
    lines = [tuple(_reading(engine, piece, smallest) for piece in found) for _, found in results]
    return Writing(tuple(line for line in lines if line) or ((whole,),))


def _cropped(reading: Reading) -> NDArray[np.float32]:
    x, y, width, height = reading.normalised.box
    return reading.ink[y : y + height, x : x + width]


def _reading(engine: Engine, piece: Piece, smallest: float) -> Reading:
    reading = read_ink(engine, piece.ink, smallest, (piece.x, piece.y))
    assert reading, "a piece has ink"
    return reading


def _is_settled(accepted: bool, width: float, height: float) -> bool:
    """Whether something is a digit, and too narrow to be two."""
    return accepted and width <= NARROW * height


def _read_line(engine: Engine, line: Line) -> tuple[Path, list[Piece]]:
    """The best path through the candidates of a line, and what it takes for digits."""
    units = [unit for piece in _with_cuts(engine, line) for unit in piece]
    candidates = _candidates(units, line.height)
    scores = _scores(candidates, engine.answers(_pictures([one.piece for one in candidates])), line.height)
    spans = [Span(one.begin, one.end, score) for one, score in zip(candidates, scores, strict=True)]
    path = best_path(spans, [_left_out(unit, line.height) for unit in units])
    return path, [candidates[index].piece for index in path.chosen]


def _left_out(unit: Piece, height: float) -> float:
    """The score of leaving a unit out of the reading."""
    if unit.height >= MARK * height:
        return float("-inf")
    return FRAGMENT_LEFT_OUT if unit.is_cut else 0


def _with_cuts(engine: Engine, line: Line) -> list[list[Piece]]:
    """The line's pieces, each as it is or cut."""
    threshold = engine.bundle.rejection_threshold
    accepted = engine.answers(_pictures(line.pieces)).support >= threshold
    return [
        [piece]
        if piece.height < MARK * line.height or _is_settled(bool(good), piece.width, line.height)
        else cut(piece)
        for piece, good in zip(line.pieces, accepted, strict=True)
    ]


def _pictures(pieces: Sequence[Piece]) -> NDArray[np.uint8]:
    """(N, 28, 28) uint8: what the network reads of each piece."""
    made = (normalise(piece.ink) for piece in pieces)
    return np.stack([normalised.pixels for normalised in made if normalised])


def _candidates(units: Sequence[Piece], height: float) -> list[Candidate]:
    """Every unit, and all neighbours that together are neither too wide nor, if they were cut off, too low."""
    found = []
    for begin in range(len(units)):
        right, gap = units[begin].x + units[begin].width, 0
        for end in range(begin + 1, len(units) + 1):
            gap = max(gap, units[end - 1].x - right)
            right = max(right, units[end - 1].x + units[end - 1].width)
            piece = joined(units[begin:end])
            if end > begin + 1 and piece.width > WIDEST * height:
                break
            if piece.height >= MARK * height or not piece.is_cut:
                found.append(Candidate(begin, end, piece, gap))
    return found


def _scores(candidates: Sequence[Candidate], answers: Answers, height: float) -> list[float]:
    """For each candidate the log odds that it is a digit of a line whose digits are about so high."""
    support = np.clip(answers.support, 1e-9, 1 - 1e-9)
    evidence = np.clip(np.log(support / (1 - support)), -MOST_EVIDENCE, MOST_EVIDENCE)
    features = [_features(one, float(odds), height) for one, odds in zip(candidates, evidence, strict=True)]
    scores: list[float] = (np.array(features) @ WEIGHTS).tolist()
    return scores


def _features(candidate: Candidate, evidence: float, height: float) -> tuple[float, ...]:
    """What tells a digit from parts of digits: the network's log odds, and geometry."""
    _, _, piece, gap = candidate
    relative = float(np.log(piece.height / height))
    return (
        1,
        evidence,
        max(0, -relative),
        max(0, relative),
        max(0, piece.width / piece.height - USUAL_WIDTH),
        gap / height,
        piece.cut_left + piece.cut_right,
        candidate.end == candidate.begin + 1 and not piece.is_cut,
    )
