"""The smallest erasure or stroke that would change a network's mind."""

import time
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from digitcore.model_format import CLASSES, NO_DIGIT, SIDE
from digitcore.prediction.engine import BATCH, Engine

RADII = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""Of the discs that are erased, in pixels."""
STROKE_GRID, STROKE_RADIUS, LONGEST_STROKE = 4, 1.2, 13
"""Strokes run from one to another place of a grid of this step, and are about as wide as MNIST's."""
PIXELS = np.stack(np.mgrid[:SIDE, :SIDE], axis=-1).astype(np.float32)


class Change(NamedTuple):
    """What was done ("erasure" or "stroke"), the (28, 28) uint8 picture after it, and what that is read as."""

    kind: str
    picture: np.ndarray
    digit: int


def smallest_change(engine: Engine, picture: np.ndarray, seconds: float = 1.0) -> Change | None:
    """The change of the least ink, among round erasures and straight strokes, after which another digit is read.

    Where the network answers "no digit", after which any digit is. `picture` is (28, 28) uint8. None where none of
    them does it, or none is found in time; least first are tried.
    """
    began, before = time.monotonic(), int(engine.answers(picture[None]).shares.argmax())
    among = NO_DIGIT + 1 if before == NO_DIGIT else CLASSES
    for kinds, pictures in _batches(picture):
        answers = engine.answers(pictures).shares[:, :among].argmax(axis=1)
        if (answers != before).any():
            at = int((answers != before).argmax())
            return Change(kinds[at], pictures[at], int(answers[at]))
        if time.monotonic() - began > seconds:
            return None
    return None


def _batches(picture: np.ndarray) -> Iterator[tuple[list[str], np.ndarray]]:
    """All changes, those of the least ink first: what each is, and the picture after it."""
    erased, drawn = _erasures(picture), np.maximum(picture, _strokes())
    pictures = np.concatenate([erased, drawn])
    kinds = ["erasure"] * len(erased) + ["stroke"] * len(drawn)
    # Of 8 bits, the larger less the smaller: it is quicker than with signs.
    ink = (np.maximum(pictures, picture) - np.minimum(pictures, picture)).sum(axis=(1, 2))
    order = np.argsort(ink, kind="stable")
    order = order[ink[order] > 0]
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        yield [kinds[at] for at in chosen], pictures[chosen]


def _erasures(picture: np.ndarray) -> np.ndarray:
    """The picture with a round hole about each second pixel that has ink, of every size."""
    middles = PIXELS[::2, ::2][picture[::2, ::2] > 0]
    distance = np.linalg.norm(PIXELS[None] - middles[:, None, None], axis=-1)
    kept = [np.clip(distance - radius + 0.5, 0, 1) for radius in RADII]
    return np.rint(np.concatenate(kept) * picture).astype(np.uint8)


@cache
def _strokes() -> np.ndarray:
    """Straight strokes, each a picture, between any two places of a grid that are not too far apart."""
    places = PIXELS[2:-2:STROKE_GRID, 2:-2:STROKE_GRID].reshape(-1, 2)
    pairs = [(a, b) for a, b in combinations(places, 2) if np.abs(b - a).max() <= LONGEST_STROKE]
    begin, end = np.array(pairs).transpose(1, 2, 0)[..., None, None]
    along = end - begin
    y, x = PIXELS[..., 0], PIXELS[..., 1]
    # The share of the way at which the stroke is nearest to each pixel. Axis by axis, as that is quicker.
    share = ((y - begin[0]) * along[0] + (x - begin[1]) * along[1]) / (along**2).sum(axis=0)
    share = np.clip(share, 0, 1)
    distance = np.hypot(y - begin[0] - share * along[0], x - begin[1] - share * along[1])
    return np.rint(255 * np.clip(STROKE_RADIUS + 0.5 - distance, 0, 1)).astype(np.uint8)
