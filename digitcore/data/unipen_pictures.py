"""Pictures of UNIPEN's digits, split by writer, and of its letters and signs, which are no digits."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from digitcore.data import unipen
from digitcore.data.dataset import Dataset, Labelled, Split
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_pictures import as_written, by_hands, no_digits, written_by
from digitcore.data.stroke_variation import Random, vary
from digitcore.model_format import NO_DIGIT

NAME = "unipen"
HANDS = 3
"""How often each training digit is drawn, each time varied and with another brush."""
MOST_OF_A_CHARACTER = 420
"""So many drawings of one letter or sign: in UNIPEN's English texts, some are ten times as frequent as others."""
TEST_SEED, VALIDATION_SEED, TRAINING_SEED, LETTERS_SEED = 11_358, 11_359, 11_360, 11_361


def draw_unipen() -> Dataset:
    """UNIPEN's digits for training, validation and testing, each by other writers.

    Those for validation and testing are drawn as they were written. The same at every call. Raises DataError if
    UNIPEN is not here.
    """
    digits = unipen.load_digits()
    training = by_hands(_written(digits, "train"), HANDS, np.random.default_rng(TRAINING_SEED))
    validation = as_written(_written(digits, "validation"), np.random.default_rng(VALIDATION_SEED))
    test = as_written(_written(digits, "test"), np.random.default_rng(TEST_SEED))
    return Dataset.of(NAME, training, validation, test, unipen.damage_note())


def draw_test() -> Split:
    """The test digits of `draw_unipen`, without drawing the others. Raises DataError as it does."""
    digits = _written(unipen.load_digits(), "test")
    return _split(digits, as_written(digits, np.random.default_rng(TEST_SEED)))


def draw_first_hands() -> Split:
    """The training digits of `draw_unipen`, each drawn once. Raises DataError as it does."""
    digits = _written(unipen.load_digits(), "train")
    return _split(digits, by_hands(digits, 1, np.random.default_rng(TRAINING_SEED)))


def draw_letters() -> Labelled:
    """Letters and signs by the training writers, labelled NO_DIGIT; the same at every call.

    Raises DataError if UNIPEN is not here.
    """
    random = np.random.default_rng(LETTERS_SEED)
    letters = _evenly(_written(unipen.load_letters(), "train"), random)
    return no_digits((vary(NO_DIGIT, letter.strokes, random) for letter in letters), random)


def _written(drawings: Sequence[Drawing], part: unipen.Part) -> list[Drawing]:
    return written_by(unipen.writers(part), drawings)


def _split(digits: Sequence[Drawing], drawn: Labelled) -> Split:
    contributors = np.array([digit.contributor for digit in digits])
    return Split(NAME, *drawn, unipen.damage_note(), contributors)


def _evenly(letters: Sequence[Drawing], random: Random) -> list[Drawing]:
    """At most MOST_OF_A_CHARACTER of each character, chosen at random."""
    by_character = defaultdict(list)
    for letter in letters:
        by_character[letter.character].append(letter)
    return [
        alike[index]
        for alike in by_character.values()
        for index in random.permutation(len(alike))[:MOST_OF_A_CHARACTER]
    ]
