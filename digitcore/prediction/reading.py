"""From a picture to a reading: which digit it is, and how confident the network is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitcore.model_format import NO_DIGIT
from digitcore.prediction.engine import Engine, ForwardPass
from digitcore.preprocessing import Normalised, find_ink, normalise

SMALLEST_PIXELS, SMALLEST_SHARE = 6, 0.02
"""Ink that is smaller than this, in pixels or as a share of the picture's longer side, is a speck."""
LIKELY_SHARE = 1 / 3
"""An answer is likely if its share is at least this part of the largest share."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Reading:
    """The result of reading a picture, with everything that it was made from.

    `probabilities` is (10,) float32, as if the picture had to be a digit; `confidence` is the largest of them.
    `no_digit` is the share of the answer "no digit", None for a network without it. If not `accepted`, the digit is a
    guess: several are likely, or it does not look like a digit, or it is `too_small`, a speck.

    `ink` is the (H, W) float32 ink that `engine` read, and `normalised` the 28x28 made of it. The ink is that of the
    whole picture, or of one digit of several; then `corner` is the column and row at which it lies in the picture.
    """

    digit: int
    confidence: float
    probabilities: NDArray[np.float32]
    accepted: bool
    ink: NDArray[np.float32]
    normalised: Normalised
    engine: Engine
    no_digit: float | None = None
    too_small: bool = False
    corner: tuple[int, int] = (0, 0)
    first_run: ForwardPass | None = None

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The (28, 28) uint8 picture that the network read."""
        return self.normalised.pixels

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Where the ink was in the picture: x, y, width, height."""
        x, y, width, height = self.normalised.box
        return self.corner[0] + x, self.corner[1] + y, width, height

    @cached_property
    def forward(self) -> ForwardPass:
        """The network's run on the 28x28, from which all explanations start.

        The one that read it, if it read nothing else; else another, once an explanation is asked for: the layers of
        many digits take much memory.
        """
        return self.first_run or self.engine.forward(self.pixels)

    @property
    def embedding(self) -> NDArray[np.float32]:
        """(E,) the last layer's input; E is 0 for a bundle without it."""
        embedding: NDArray[np.float32] = self.forward.answers.embeddings[0]
        return embedding

    @property
    def shares(self) -> NDArray[np.floating]:
        """The shares of all answers, which add up to 1: ten digits, and "no digit" if the network has that answer."""
        if self.no_digit is None:
            return self.probabilities
        return np.append(self.probabilities * (1 - self.no_digit), self.no_digit)

    @property
    def answer(self) -> int:
        """The answer with the largest share: a digit, or model_format.NO_DIGIT."""
        return int(self.shares.argmax())

    @property
    def is_rejected(self) -> bool:
        """Whether it is taken for no digit; an uncertain digit is not rejected."""
        return not self.accepted and (self.too_small or self.answer == NO_DIGIT)

    @property
    def likely(self) -> list[int]:
        """The likely answers, the most likely first: digits, and perhaps model_format.NO_DIGIT."""
        best_first = np.argsort(-self.shares, kind="stable")[:MOST_NAMED]
        return [int(answer) for answer in best_first if self.shares[answer] >= LIKELY_SHARE * self.shares.max()]


def percent(share: float) -> str:
    """A share in percent, never rounded up to 100%."""
    return f"{share:.1%}" if share < 0.9995 else "over 99.9%"


def read(engine: Engine, picture: NDArray[np.uint8]) -> Reading | None:
    """Reads a uint8 picture, grey, RGB or RGBA, as one digit; None if there is no ink on it."""
    ink = find_ink(picture)
    return read_each(engine, [(ink, (0, 0))], smallest_side(ink.shape))[0] if ink.any() else None


def read_each(
    engine: Engine, inks: Sequence[tuple[NDArray[np.float32], tuple[int, int]]], smallest: float
) -> list[Reading]:
    """Reads each (H, W) ink, given with its corner in the picture, as one digit; there must be some on each.

    A speck is what is smaller than `smallest` pixels.
    """
    made = [(ink, corner, normalised) for ink, corner in inks if (normalised := normalise(ink))]
    pictures = [normalised.pixels for *_, normalised in made]
    if not pictures:
        return []
    run = engine.forward(pictures[0]) if len(pictures) == 1 else None
    answers = run.answers if run else engine.answers(np.stack(pictures))
    accepted = answers.support >= engine.bundle.rejection_threshold
    readings = []
    for index, (ink, corner, normalised) in enumerate(made):
        probabilities = answers.probabilities[index]
        digit, too_small = int(probabilities.argmax()), max(normalised.box[2:]) < smallest
        readings.append(
            Reading(
                digit,
                float(probabilities[digit]),
                probabilities,
                accepted=bool(accepted[index]) and not too_small,
                ink=ink,
                normalised=normalised,
                engine=engine,
                no_digit=float(answers.no_digit[index]) if engine.knows_no_digit else None,
                too_small=too_small,
                corner=corner,
                first_run=run,
            )
        )
    return readings


def smallest_side(shape: tuple[int, ...]) -> float:
    """The longer side in pixels from which ink on a picture of this shape is meant as a digit, and is no speck."""
    return max(SMALLEST_PIXELS, SMALLEST_SHARE * max(shape[:2]))
