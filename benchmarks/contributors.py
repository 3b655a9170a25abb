"""How well UNIPEN's contributors are read by networks that were trained without them: leave one contributor out.

`python -m benchmarks.handwriting --leave-one-out` prints its table. It compares data and recipes rather than the
shipped model: the networks are smaller, and are trained for fewer epochs.
"""

import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

import numpy as np

from benchmarks.canvas import answers_to, centred, rejected_share, somewhere
from benchmarks.trained import own_home, trained
from digitcore.commands.output import print_table
from digitcore.data import unipen
from digitcore.data.drawings import Drawing
from digitcore.evaluation import evaluate
from digitcore.prediction import Engine
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig

SMALLER = {"network": "strided", "filters": (24, 48, 64), "epochs": 4, "batch_size": 256, "learning_rate": 0.006}
LETTERS = 1_000
"""So many letters and signs of a contributor are read at the most."""
Row = tuple[str, int | str, float, float, int | str, float]
HEADER = ("LEFT OUT", "DIGITS", "CENTRED", "ANYWHERE", "LETTERS AND SIGNS", "REJECTED")


def print_contributors(data_name: str) -> None:
    """Prints a row for each contributor, and the means. Raises DataError if UNIPEN is not here."""
    config = TrainingConfig.of(SMALLER | {"data": data_name}, presets.preset("accurate"))
    digits, letters = unipen.load_digits(), unipen.load_letters()
    names = sorted({digit.contributor for digit in digits})
    rows = [left_out(name, config, digits, letters) for name in names]
    means = np.mean([[row[2], row[3], row[5]] for row in rows], axis=0).tolist()
    print_table(HEADER, [*map(_shown, rows), _shown(("mean", "", means[0], means[1], "", means[2]))])


def left_out(contributor: str, config: TrainingConfig, digits: list[Drawing], letters: list[Drawing]) -> Row:
    """The contributor's row: its numbers of digits and letters, and how many a network without it reads right."""
    others = {digit.contributor for digit in digits} - {contributor}
    with tempfile.TemporaryDirectory() as folder:
        copy_distribution(Path(folder), others)
        with own_home(data=folder):
            _, engine = trained(config, f"without-{contributor}")
    own = [digit for digit in digits if digit.contributor == contributor]
    no_digits = _some([letter for letter in letters if letter.contributor == contributor])
    return contributor, len(own), *accuracies(own, engine), len(no_digits), rejected(no_digits, engine)


def copy_distribution(folder: Path, contributors: Collection[str]) -> None:
    """Copies what these contributors gave into a distribution of its own, in `folder`."""
    root = unipen.root()
    assert root is not None, "its digits were loaded"

    def others(parent: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(parent).parent == root / "data" and name not in contributors]

    shutil.copytree(root, folder / unipen.NAME, ignore=others)


def accuracies(digits: list[Drawing], engine: Engine) -> tuple[float, float]:
    """The accuracy on digits in the middle of a canvas, and at any place and size."""
    random, labels = np.random.default_rng(0), np.array([digit.label for digit in digits])
    usual = [centred(digit) for digit in digits]
    anywhere = [somewhere(digit, random) for digit in digits]
    answers = (answers_to(pictures, engine) for pictures in (usual, anywhere))
    in_the_middle, placed = (evaluate(answer.probabilities, labels).accuracy for answer in answers)
    return in_the_middle, placed


def rejected(letters: list[Drawing], engine: Engine) -> float:
    """The share of letters and signs, at any place and size, that is rejected."""
    random = np.random.default_rng(0)
    return rejected_share(answers_to([somewhere(letter, random) for letter in letters], engine), engine)


def _some(letters: list[Drawing]) -> list[Drawing]:
    chosen = np.random.default_rng(0).permutation(len(letters))[:LETTERS]
    return [letters[index] for index in chosen]


def _shown(row: Row) -> tuple[str, ...]:
    return tuple(f"{value:.2%}" if isinstance(value, float) else str(value) for value in row)
