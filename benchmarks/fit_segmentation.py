"""Fits what weighs network and geometry when a line of writing is taken apart: WEIGHTS and paths.SHARED.

    python -m benchmarks.fit_segmentation [--model default] [--numbers 400]

Numbers are composed from the strokes of the validation writers (benchmarks/written.py). The right texts are made most
probable among all that paths through their candidates give, a path being as probable as the exponential of its score:
the discriminative training of LeCun, Bottou, Bengio and Haffner (1998, section VI), by the forward algorithm. A quarter
of the numbers is not fitted to. Prints the weights, and the share of numbers that are read whole before and after.
"""

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.written import Number, numbers
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures, unipen
from digitcore.data.stroke_pictures import written_by
from digitcore.prediction import Engine, open_bundle, paths
from digitcore.prediction.candidates import candidates_of, features, left_out, read_pieces, units_of
from digitcore.prediction.reading import smallest_side
from digitcore.prediction.writing import WEIGHTS
from digitcore.preprocessing import find_ink
from digitcore.preprocessing.lines import find_lines
from digitcore.preprocessing.pieces import connected

Array = NDArray[np.float64]
STEP = 1e-4
"""Derivatives are differences over this step."""
STIFFNESS = 0.01
"""How strongly weights are kept from growing."""
HELD_OUT = 4
"""One number in so many is not fitted to."""
IMPOSSIBLE = -1e9


class Case(NamedTuple):
    """A number's C candidates: from which unit up to which, (C, F) features, (C, 10) logarithms of probabilities.

    And the score of leaving each unit out, and the digits that are right.
    """

    spans: list[tuple[int, int]]
    features: Array
    digits: Array
    left_out: list[float]
    right: list[int]


def main() -> None:
    """Prints the weights, and what they read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--numbers", type=int, default=400, help="numbers of each data set (default: 400)")
    args = parser.parse_args()
    engine, random = Engine(open_bundle(args.model)), np.random.default_rng(23)
    drawings = [
        written_by(pen_pictures.VALIDATION_WRITERS, pen.load_drawings()),
        written_by(unipen.writers("validation"), unipen.load_digits()),
    ]
    made = [number for written in drawings for number in numbers(written, args.numbers, random)]
    cases = [case for number in made if (case := case_of(engine, number)) is not None]
    fitted_to = [case for index, case in enumerate(cases) if index % HELD_OUT]
    before = np.array([*WEIGHTS, paths.SHARED])
    after = fit(fitted_to, before)
    print(f"WEIGHTS = ({', '.join(f'{weight:.2f}' for weight in after[:-1])})")
    print(f"SHARED = {after[-1]:.2f}")
    print_table(
        ("READ WHOLE", "NUMBERS", "BEFORE", "AFTER"),
        [
            (name, f"{len(group)}", *(f"{whole(group, weights):.1%}" for weights in (before, after)))
            for name, group in (("fitted to", fitted_to), ("held out", cases[::HELD_OUT]))
        ],
    )


def case_of(engine: Engine, number: Number) -> Case | None:
    """A number's candidates; None if it is not found in one line."""
    ink = find_ink(number.picture)
    smallest = smallest_side(ink.shape)
    lines = find_lines(connected(ink, smallest))
    if len(lines) != 1:
        return None
    (line,) = lines
    units = units_of(line, read_pieces(engine, line.pieces, smallest))
    candidates = candidates_of(engine, units, line.height, smallest)
    return Case(
        [(one.begin, one.end) for one in candidates],
        np.array([features(one, line.height) for one in candidates]),
        np.log(np.array([one.reading.probabilities for one in candidates], np.float64) + 1e-30),
        [max(IMPOSSIBLE, left_out(unit.piece, line.height)) for unit in units],
        [int(digit) for digit in number.text],
    )


def fit(cases: Sequence[Case], begin: Array) -> Array:
    """The weights, and after them the cost of a shared unit, that make the right texts most probable."""
    steps = np.vstack([np.zeros(len(begin)), STEP * np.eye(len(begin))])
    # What no path can give is cut wrongly: no weight helps.
    cases = [case for case in cases if surprise(case, begin[None])[0] < -IMPOSSIBLE / 2]

    def loss(weights: Array) -> tuple[float, Array]:
        values = sum((surprise(case, weights + steps) for case in cases), np.zeros(len(steps))) / len(cases)
        slope = (values[1:] - values[0]) / STEP + 2 * STIFFNESS * (weights - begin)
        return float(values[0] + STIFFNESS * ((weights - begin) ** 2).sum()), slope

    found: Array = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 40}).x
    return found


def surprise(case: Case, weights: Array) -> Array:
    """(V,) minus the logarithm of the right text's probability, for (V, F + 1) weights."""
    scores = case.features @ weights[:, :-1].T
    right = _forward(case, scores, weights[:, -1], case.digits[:, case.right])
    return _forward(case, scores, weights[:, -1], None)[:, 0] - right[:, -1]


def _forward(case: Case, scores: Array, shared: Array, digits: Array | None) -> Array:
    """(V, T + 1): the logarithm of the sum over all paths that give the first digits of the right text, for each number
    of them; (V, 1) of all paths if there are no (C, T) digits."""
    width = 1 if digits is None else digits.shape[1] + 1
    empty = np.full((len(shared), width), IMPOSSIBLE)
    ends = [empty.copy() for _ in range(len(case.left_out) + 1)]
    wide = [empty.copy() for _ in ends]
    ends[0][:, 0] = 0
    for end in range(1, len(ends)):
        ends[end] = ends[end - 1] + case.left_out[end - 1]
        for index in (place for place, span in enumerate(case.spans) if span[1] == end):
            begin = case.spans[index][0]
            before = ends[begin]
            if end - begin > 1:
                before = np.logaddexp(before, wide[begin + 1] - shared[:, None])
            path = (
                before + scores[index][:, None] if digits is None else _extended(before, scores[index], digits[index])
            )
            ends[end] = np.logaddexp(ends[end], path)
            if end - begin > 1:
                wide[end] = np.logaddexp(wide[end], path)
    return ends[-1]


def _extended(before: Array, score: Array, digits: Array) -> Array:
    """(V, T + 1): paths with one more digit."""
    longer = np.full_like(before, IMPOSSIBLE)
    longer[:, 1:] = before[:, :-1] + score[:, None] + digits
    return longer


def whole(cases: Sequence[Case], weights: Array) -> float:
    """The share of the numbers whose best path gives the right text."""
    return float(np.mean([best_text(case, weights) == case.right for case in cases]))


def best_text(case: Case, weights: Array) -> list[int]:
    """What the best path gives."""
    scores = case.features @ weights[:-1]
    spans = [paths.Span(*span, float(score)) for span, score in zip(case.spans, scores, strict=True)]
    chosen = paths.best_path(spans, case.left_out, float(weights[-1])).chosen
    return [int(case.digits[index].argmax()) for index in chosen]


if __name__ == "__main__":
    main()
