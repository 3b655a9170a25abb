"""How well whole numbers are read, and whether one digit still is one.

    python -m benchmarks.numbers [--model default] [--numbers 500] [--digits 1000] [--photos 40]

Numbers of 2 to 6 digits are composed from the strokes of writers who were used neither for training nor for any choice,
each of one writer: as far apart as people write, or touching, high and low, on a sloping line, with brushes of all
widths (benchmarks/written.py). "Each digit alone" reads every digit of a number as if it stood alone: what better
segmentation can reach at most. "Connected" takes whatever is connected for one digit, and nothing else.

Photos are simulated (benchmarks/camera.py). Of a number that is not read whole, the digits count that are read in their
order.

Single digits are those of benchmarks/handwriting.py: read as one digit, and as whatever may be written. Times are
medians of one process; the first picture is not counted.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from statistics import median
from typing import Any

import numpy as np

from benchmarks import camera
from benchmarks.canvas import Picture, centred, somewhere
from benchmarks.handwriting import BRUSHES
from benchmarks.written import Number, numbers
from digitcore import data
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures, unipen
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_pictures import written_by
from digitcore.data.stroke_variation import Random
from digitcore.prediction import Engine, open_bundle, read, read_all
from digitcore.prediction.reading import read_each, smallest_side
from digitcore.preprocessing import find_ink
from digitcore.preprocessing.lines import find_lines
from digitcore.preprocessing.pieces import connected, cut

Reader = Callable[[Number], str]
Digits = list[tuple[Picture, int]]
LENGTHS = range(2, 7)
MOST_TIMED = 100


def main() -> None:
    """Prints numbers, single digits and times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--numbers", type=int, default=500, help="numbers of each data set (default: 500)")
    parser.add_argument("--digits", type=int, default=1_000, help="single digits for each measure (default: 1,000)")
    parser.add_argument("--photos", type=int, default=40, help="photographed numbers for each scene (default: 40)")
    args = parser.parse_args()
    engine, random = Engine(open_bundle(args.model)), np.random.default_rng(18)
    drawings = {
        "pen": written_by(pen_pictures.DEVELOPMENT_WRITERS, pen.load_drawings()),
        "UNIPEN": written_by(unipen.writers("test"), unipen.load_digits()),
    }
    composed = {name: numbers(written, args.numbers, random) for name, written in drawings.items()}
    print_numbers(engine, composed)
    print()
    single = single_digits(drawings, args.digits, random)
    print_single_digits(engine, single)
    print()
    print_photos(engine, [number for each in zip(*composed.values(), strict=True) for number in each], args.photos)
    print()
    print_times(engine, composed["pen"], [picture for picture, _ in single["pen, anywhere at any size"]])


def print_numbers(engine: Engine, composed: dict[str, list[Number]]) -> None:
    """The share of the numbers that each side reads whole."""
    sides: dict[str, Reader] = {
        "ALL": lambda number: text_of(engine, number.picture),
        "CONNECTED": lambda number: connected_alone(engine, number.picture),
        "EACH DIGIT ALONE": lambda number: "".join(str(digit_of(engine, digit)) for digit in number.digits),
    }
    rows = []
    for name, made in composed.items():
        right = {side: np.array([reader(number) == number.text for number in made]) for side, reader in sides.items()}
        for label, chosen in _groups(made):
            shares = [f"{hits[chosen].mean():.1%}" if chosen.any() else "-" for hits in right.values()]
            rows.append((f"{name}, {label}", f"{chosen.sum()}", *shares))
    print_table(("NUMBERS READ WHOLE", "NUMBERS", *sides), rows)


def _groups(made: Sequence[Number]) -> list[tuple[str, np.ndarray]]:
    """Names of groups of numbers, and which numbers are in each."""
    touch, lengths = np.array([number.touches for number in made]), np.array([len(number.text) for number in made])
    by_length = [(f"{length} digits", lengths == length) for length in LENGTHS]
    return [("all", lengths > 0), *by_length, ("apart", ~touch), ("some touching", touch)]


def text_of(engine: Engine, picture: Picture) -> str:
    """What is written."""
    writing = read_all(engine, picture)
    return writing.text if writing else ""


def digit_of(engine: Engine, picture: Picture) -> int | None:
    """What is written, taken for one digit."""
    reading = read(engine, picture)
    return reading.digit if reading else None


def connected_alone(engine: Engine, picture: Picture) -> str:
    """What is connected as one digit each, left to right."""
    ink = find_ink(picture)
    smallest = smallest_side(ink.shape)
    pieces = sorted(connected(ink, smallest), key=lambda piece: piece.middle[0])
    readings = read_each(engine, [(piece.ink, (piece.x, piece.y)) for piece in pieces], smallest)
    return "".join(str(reading.digit) for reading in readings)


def print_photos(engine: Engine, made: Sequence[Number], count: int) -> None:
    """The shares of photographed numbers that are read whole, and of their digits, by scene."""
    rows = [_photographed(engine, name, take, made[:count]) for name, take in camera.takes().items()]
    means = np.mean([shares for _, *shares in rows], axis=0)
    shown = [(name, *(f"{share:.1%}" for share in shares)) for name, *shares in [*rows, ("mean", *means)]]
    print_table((f"PHOTOS, {count} EACH", "WHOLE", "DIGITS", "CONNECTED, WHOLE", "CONNECTED, DIGITS"), shown)


def _photographed(
    engine: Engine, name: str, take: camera.Take, made: Sequence[Number]
) -> tuple[str, *tuple[float, ...]]:
    """A scene's row: both shares as all is read, and as connected strokes alone are."""
    random, shares = np.random.default_rng(1), []
    photos = [take(number.strokes, random) for number in made]
    for reader in (text_of, connected_alone):
        read_as = [reader(engine, photo) for photo in photos]
        pairs = list(zip(read_as, [number.text for number in made], strict=True))
        shares += [float(np.mean([text == right for text, right in pairs])), digits_right(pairs)]
    return name, *shares


def digits_right(pairs: Sequence[tuple[str, str]]) -> float:
    """The share of the digits that are read, in their order, of (read, written) texts."""
    matched = sum(
        block.size
        for text, right in pairs
        for block in SequenceMatcher(None, text, right, autojunk=False).get_matching_blocks()
    )
    return matched / sum(len(right) for _, right in pairs)


def single_digits(drawings: dict[str, list[Drawing]], count: int, random: Random) -> dict[str, Digits]:
    """Pictures of single digits with their labels, for each measure."""
    test = data.load("mnist")
    chosen = {
        name: [written[i] for i in random.permutation(len(written))[:count]] for name, written in drawings.items()
    }
    anywhere = {
        f"{name}, anywhere at any size": [(somewhere(drawing, random), drawing.label) for drawing in written]
        for name, written in chosen.items()
    }
    brushes = {
        f"pen, brush {brush:.1%} of the canvas": [(centred(drawing, brush), drawing.label) for drawing in chosen["pen"]]
        for brush in BRUSHES
    }
    mnist = [(test.test_images[i], int(test.test_labels[i])) for i in random.permutation(len(test.test_images))[:count]]
    return {"MNIST test": mnist, **anywhere, **brushes}


def print_single_digits(engine: Engine, measures: dict[str, Digits]) -> None:
    """The accuracy before and after, and how many digits were lost and won."""
    rows = []
    for name, digits in measures.items():
        before = np.array([digit_of(engine, picture) == label for picture, label in digits])
        after = np.array([text_of(engine, picture) == str(label) for picture, label in digits])
        lost, won = int((before & ~after).sum()), int((after & ~before).sum())
        rows.append((name, f"{len(digits):,}", f"{before.mean():.2%}", f"{after.mean():.2%}", f"{lost}", f"{won}"))
    print_table(("SINGLE DIGITS", "DIGITS", "AS ONE DIGIT", "AS WRITING", "LOST", "WON"), rows)


def print_times(engine: Engine, made: Sequence[Number], digits: Sequence[Picture]) -> None:
    """The time for one digit and for numbers of six, and for each stage of the latter."""
    apart, touching = (
        [number.picture for number in made if len(number.text) == LENGTHS[-1] and number.touches == touch]
        for touch in (False, True)
    )
    inks = [find_ink(picture) for picture in apart + touching]
    found = [connected(ink, smallest_side(ink.shape)) for ink in inks]
    wide = [piece for pieces in found for piece in pieces if piece.width > piece.height]
    rows = [
        ("one digit, as one digit", milliseconds(lambda picture: read(engine, picture), digits[:MOST_TIMED])),
        ("one digit, as writing", milliseconds(lambda picture: read_all(engine, picture), digits[:MOST_TIMED])),
        ("six digits apart", milliseconds(lambda picture: read_all(engine, picture), apart)),
        ("six digits, some touching", milliseconds(lambda picture: read_all(engine, picture), touching)),
        ("of these: ink", milliseconds(find_ink, apart + touching)),
        ("connected strokes", milliseconds(lambda ink: connected(ink, smallest_side(ink.shape)), inks)),
        ("lines", milliseconds(find_lines, found)),
        ("cuts of what is wider than high, each", milliseconds(cut, wide)),
        ("the network, ten candidates", milliseconds(engine.answers, [np.zeros((10, 28, 28), np.uint8)] * 30)),
    ]
    print_table(("TIME", "MEDIAN MS"), rows)


def milliseconds(work: Callable[[Any], object], inputs: Sequence[Any]) -> str:
    """The median time that the work takes for an input."""
    seconds = []
    for one in inputs:
        began = time.perf_counter()
        work(one)
        seconds.append(time.perf_counter() - began)
    return f"{1e3 * median(seconds[1:]):.2f}" if len(seconds) > 1 else "-"


if __name__ == "__main__":
    main()
