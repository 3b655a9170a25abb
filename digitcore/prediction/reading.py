"""From a picture to a reading: which digit it is, and how sure the network is."""

from dataclasses import dataclass

import numpy as np

from digitcore.model_format import NO_DIGIT
from digitcore.prediction.engine import Engine
from digitcore.preprocessing import find_ink, normalise

SMALLEST_PIXELS, SMALLEST_SHARE = 6, 0.02
"""What is smaller, in pixels or as a share of the picture's longer side, is a slip of the pen."""


LIKELY_SHARE = 1 / 3
"""A digit with this share of the best one's, or more, is named beside it where neither is sure."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Reading:
    """What a network made of a picture.

    `probabilities` is (10,) float32, as if it had to be a digit; `confidence` is the best one's. `no_digit` is the
    share of the answer "no digit"; None for a network that cannot give it. `pixels` is the (28, 28) uint8 that was
    read, `box` where its ink was: x, y, width, height. Not `accepted`: the digit is a guess, be it that several are
    likely, that it looks like no digit, or that it is `too_small`, a speck.
    """

    digit: int
    confidence: float
    probabilities: np.ndarray
    accepted: bool
    pixels: np.ndarray
    box: tuple[int, int, int, int]
    no_digit: float | None = None
    too_small: bool = False

    @property
    def shares(self) -> np.ndarray:
        """The shares of all answers, which add up to 1: ten digits, and "no digit" where the network can say that."""
        if self.no_digit is None:
            return self.probabilities
        return np.append(self.probabilities * (1 - self.no_digit), self.no_digit)

    @property
    def answer(self) -> int:
        """The answer with the largest share: a digit, or model_format.NO_DIGIT."""
        return int(self.shares.argmax())

    @property
    def is_refused(self) -> bool:
        """Whether it is taken for no digit; what is merely unsure is not."""
        return not self.accepted and (self.too_small or self.answer == NO_DIGIT)

    @property
    def likely(self) -> list[int]:
        """The likeliest answers, the best first: those that come near it, model_format.NO_DIGIT being one that may."""
        best_first = np.argsort(-self.shares, kind="stable")[:MOST_NAMED]
        return [int(each) for each in best_first if self.shares[each] >= LIKELY_SHARE * self.shares.max()]

    def sureness(self) -> str:
        """The confidence in percent; no network is ever all sure, whatever rounding says."""
        return percent(self.confidence)


def percent(share: float) -> str:
    """A share in percent, never rounded up to all."""
    return f"{share:.1%}" if share < 0.9995 else "over 99.9%"


def read(engine: Engine, picture: np.ndarray) -> Reading | None:
    """Reads a uint8 picture, grey, RGB or RGBA; None where there is no ink on it."""
    normalised = normalise(find_ink(picture))
    if normalised is None:
        return None
    answers = engine.answers(normalised.pixels[None])
    (probabilities,), (support,), (no_digit,) = answers.probabilities, answers.support, answers.no_digit
    digit, too_small = int(probabilities.argmax()), _is_a_speck(normalised.box, picture)
    return Reading(
        digit,
        float(probabilities[digit]),
        probabilities,
        accepted=bool(support >= engine.bundle.rejection_threshold) and not too_small,
        pixels=normalised.pixels,
        box=normalised.box,
        no_digit=float(no_digit) if engine.knows_no_digit else None,
        too_small=too_small,
    )


def _is_a_speck(box: tuple[int, int, int, int], picture: np.ndarray) -> bool:
    """Whether there is no more than a speck of ink."""
    return max(box[2:]) < max(SMALLEST_PIXELS, SMALLEST_SHARE * max(picture.shape[:2]))
