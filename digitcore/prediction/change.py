"""The smallest erasure or stroke that changes a network's answer."""

import time
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import CLASSES, NO_DIGIT, SIDE
from digitcore.prediction.engine import BATCH, Engine, ForwardPass

RADII = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""The radii of the erased discs, in pixels."""
STROKE_GRID, STROKE_RADIUS, LONGEST_STROKE = 4, 1.2, 13
"""Strokes connect two points of a grid with this step, in pixels, and are about as wide as MNIST's."""
PIXELS = np.moveaxis(np.indices((SIDE, SIDE)), 0, -1).astype(np.float32)
"""(28, 28, 2) rows and columns."""


class Change(NamedTuple):
    """Its kind ("erasure" or "stroke"), the (28, 28) uint8 picture after it, and the digit that is read then."""

    kind: str
    picture: NDArray[np.uint8]
    digit: int


def smallest_change(engine: Engine, forward: ForwardPass, seconds: float = 1.0) -> Change | None:
    """The change of the least ink, among round erasures and straight strokes, after which another digit is read.

    If the network answered "no digit", the change after which any digit is read. None if no change does it, or if none
    was found within the given seconds; they are tried in order of their ink, the least first.
    """
    began, before = time.monotonic(), int(forward.answers.shares.argmax())
    answers_considered = NO_DIGIT + 1 if before == NO_DIGIT else CLASSES
    for kinds, pictures in _batches(forward.pixels):
        answers = engine.answers(pictures).shares[:, :answers_considered].argmax(axis=1)
        if (answers != before).any():
            first = int((answers != before).argmax())
            return Change(kinds[first], pictures[first], int(answers[first]))
        if time.monotonic() - began > seconds:
            return None
    return None


def _batches(picture: NDArray[np.uint8]) -> Iterator[tuple[list[str], NDArray[np.uint8]]]:
    """All changes in batches, those of the least ink first: their kinds and the pictures after them."""
    erased, drawn = _erasures(picture), np.maximum(picture, _strokes())
    pictures = np.concatenate([erased, drawn])
    kinds = ["erasure"] * len(erased) + ["stroke"] * len(drawn)
    # The absolute difference of unsigned numbers, without a slower signed copy.
    ink = (np.maximum(pictures, picture) - np.minimum(pictures, picture)).sum(axis=(1, 2))
    order = np.argsort(ink, kind="stable")
    order = order[ink[order] > 0]
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        yield [kinds[index] for index in chosen], pictures[chosen]


def _erasures(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with a disc erased around every second pixel that has ink, for each radius."""
    middles = PIXELS[::2, ::2][picture[::2, ::2] > 0]
    distance = np.linalg.norm(PIXELS[None] - middles[:, None, None], axis=-1)
    kept = [np.clip(distance - radius + 0.5, 0, 1) for radius in RADII]
    return np.rint(np.concatenate(kept) * picture).astype(np.uint8)


@cache
def _strokes() -> NDArray[np.uint8]:
    """Straight strokes, each a picture, between any two points of the grid that are not too far apart."""
    places = PIXELS[2:-2:STROKE_GRID, 2:-2:STROKE_GRID].reshape(-1, 2)
    pairs = [(a, b) for a, b in combinations(places, 2) if np.abs(b - a).max() <= LONGEST_STROKE]
    begin, end = np.array(pairs).transpose(1, 2, 0)[..., None, None]
    along = end - begin
    y, x = PIXELS[..., 0], PIXELS[..., 1]
    # The share of the stroke's length at which it is nearest to each pixel. Computed axis by axis, which is faster.
    share = ((y - begin[0]) * along[0] + (x - begin[1]) * along[1]) / (along**2).sum(axis=0)
    share = np.clip(share, 0, 1)
    distance = np.hypot(y - begin[0] - share * along[0], x - begin[1] - share * along[1])
    result: NDArray[np.uint8] = np.rint(255 * np.clip(STROKE_RADIUS + 0.5 - distance, 0, 1)).astype(np.uint8)
    return result
