"""From a picture to a reading: which digit it is, and how sure the network is."""

from dataclasses import dataclass

import numpy as np

from digitcore.prediction.engine import Engine
from digitcore.preprocessing import find_ink, normalise

SMALLEST_PIXELS, SMALLEST_SHARE = 6, 0.02
"""What is smaller, in pixels or as a share of the picture's longer side, is a slip of the pen."""


@dataclass(frozen=True)
class Reading:
    """What a network made of a picture.

    `probabilities` is (10,) float32, `pixels` the (28, 28) uint8 that was read, `box` where its ink was: x, y, width,
    height. Not `accepted`: this does not look like a digit, and the one given is a guess.
    """

    digit: int
    confidence: float
    probabilities: np.ndarray
    accepted: bool
    pixels: np.ndarray
    box: tuple[int, int, int, int]

    def sureness(self) -> str:
        """The confidence in percent; no network is ever all sure, whatever rounding says."""
        return f"{self.confidence:.1%}" if self.confidence < 0.9995 else "over 99.9%"


def read(engine: Engine, picture: np.ndarray) -> Reading | None:
    """Reads a uint8 picture, grey, RGB or RGBA; None where there is no ink on it."""
    normalised = normalise(find_ink(picture))
    if normalised is None:
        return None
    answers = engine.answers(normalised.pixels[None])
    (probabilities,), (support,) = answers.probabilities, answers.support
    digit = int(probabilities.argmax())
    accepted = bool(support >= engine.bundle.rejection_threshold) and _is_large_enough(normalised.box, picture)
    return Reading(digit, float(probabilities[digit]), probabilities, accepted, normalised.pixels, normalised.box)


def _is_large_enough(box: tuple[int, int, int, int], picture: np.ndarray) -> bool:
    """Whether there is more than a speck of ink."""
    return max(box[2:]) >= max(SMALLEST_PIXELS, SMALLEST_SHARE * max(picture.shape[:2]))
