"""From a picture to a reading: which digit it is, and how sure the network is."""

from dataclasses import dataclass

import numpy as np

from digitcore.prediction.engine import Engine
from digitcore.preprocessing import find_ink, normalise


@dataclass(frozen=True)
class Reading:
    """What a network made of a picture.

    `probabilities` is (10,) float32, `pixels` the (28, 28) uint8 that was read, `box` where its ink was: x, y, width,
    height. Not `accepted`: the digit is a guess, less sure than the bundle's threshold asks for.
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
    probabilities = engine.probabilities(normalised.pixels[None])[0]
    digit = int(probabilities.argmax())
    confidence = float(probabilities[digit])
    accepted = confidence >= engine.bundle.rejection_threshold
    return Reading(digit, confidence, probabilities, accepted, normalised.pixels, normalised.box)
