"""Accuracy on what people draw: the default model, the classic recipe, and a canvas that is merely resized.

    python -m benchmarks.handwriting [--model default] [--classic MODEL]
    python -m benchmarks.handwriting --leave-one-out [--data mnist+pen+unipen+letters+scribbles]

The digits are by writers whose strokes were used neither for training nor for any choice, drawn on a canvas of 320
pixels. "Anywhere" is at any place and any size, with a brush of 2% to 20% of the digit. The brushes are given as shares
of the canvas; the digits drawn with them take 60% of it. Letters and signs are those of the Hershey fonts, varied like
handwriting, and those that UNIPEN's unseen writers wrote; those that look like digits are left out (O, l, S, Z, b, g,
q, brackets).

"Thinned" brings every line to the width of the usual brush: an alternative to learning from brushes of all widths.
Another is to draw a canvas's strokes again with the usual brush, which gives the usual brush's row. Without --classic
the classic recipe is trained first, which takes minutes.

--leave-one-out trains a smaller network without each contributor to UNIPEN, and has it read that contributor's digits:
unseen people on an unseen tablet. It compares data and recipes.
"""

import argparse
from collections.abc import Callable

import numpy as np
from HersheyFonts import HersheyFonts
from PIL import Image
from scipy.ndimage import distance_transform_edt
from skimage.morphology import skeletonize

from benchmarks.canvas import (
    USUAL_BRUSH,
    USUAL_SIZE,
    Picture,
    Preprocess,
    answers_to,
    as_the_app_does,
    centred,
    normalised_pixels,
    on_canvas,
    rejected_share,
    somewhere,
)
from benchmarks.contributors import print_contributors
from benchmarks.trained import own_home, trained
from digitcore import data
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures, scribbles, unipen
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_pictures import written_by
from digitcore.data.stroke_variation import Strokes, vary
from digitcore.evaluation import evaluate
from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Engine, open_bundle
from digitcore.prediction.engine import Answers
from digitcore.preprocessing import find_ink
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig

BRUSHES = (0.01, 0.02, 0.04, 0.0625, 0.1, 0.15)
FONTS = ("futural", "rowmans", "scripts", "cursive", "greek", "cyrillic", "astrology", "markers", "symbolic", "music")
LIKE_DIGITS = "0123456789OoQIl|1!iSsZzBgq9b6G\"'`.,:;-_~^/\\()[]{}jJ"
SCRIBBLES = 1_000

Measure = tuple[str, Callable[[Engine, Preprocess], str]]


def main() -> None:
    """Prints a row for each measure and a column for each side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--classic", metavar="MODEL", default="", help="a model of the classic recipe, trained before")
    parser.add_argument("--leave-one-out", action="store_true", help="train without each contributor to UNIPEN instead")
    parser.add_argument("--data", default=presets.preset("accurate").data, help="for --leave-one-out")
    args = parser.parse_args()
    if args.leave_one_out:
        return print_contributors(args.data)
    model = Engine(open_bundle(args.model))
    classic = Engine(open_bundle(args.classic)) if args.classic else classic_engine()
    sides = {
        args.model: (model, as_the_app_does),
        f"{args.model}, thinned": (model, thinned),
        "classic": (classic, as_the_app_does),
        "classic, canvas resized": (classic, merely_resized),
    }
    rows = [(name, *(measure(*side) for side in sides.values())) for name, measure in measures()]
    print_table(("MEASURE", *sides), rows)


def merely_resized(picture: Picture) -> np.ndarray:
    """The whole canvas as 28x28, as in many demos."""
    return np.asarray(Image.fromarray(picture).resize((28, 28), Image.Resampling.BOX))


def thinned(picture: Picture) -> np.ndarray:
    """The 28x28 if all lines are first brought to the width of the usual brush."""
    skeleton = skeletonize(find_ink(picture) > 0.5)  # type: ignore[no-untyped-call]  # scikit-image has no types here.
    lines = distance_transform_edt(~skeleton)
    rows, columns = np.nonzero(lines == 0)
    width = max(np.ptp(rows), np.ptp(columns)) * USUAL_BRUSH / USUAL_SIZE
    return normalised_pixels((np.clip(width / 2 + 0.5 - lines, 0, 1)).astype(np.float32))


def measures() -> list[Measure]:
    """Each measure: its name, and the function that computes its figure."""
    test, random = data.load("mnist"), np.random.default_rng(0)
    written = written_by(pen_pictures.DEVELOPMENT_WRITERS, pen.load_drawings())
    others = written_by(unipen.writers("test"), unipen.load_digits())
    real = written_by(unipen.writers("test"), unipen.load_letters())
    signs = [on_canvas(strokes, USUAL_SIZE, random.uniform(0.02, 0.1)) for strokes in letters(random)]
    scribbled = [
        on_canvas(scribbles.scribble(written, random), USUAL_SIZE, random.uniform(0.02, 0.1)) for _ in range(SCRIBBLES)
    ]
    return [
        # MNIST's own pictures are 28x28 already, and are read as they are.
        ("MNIST test", lambda engine, _: accuracy(engine.answers(test.test_images), test.test_labels)),
        (
            "MNIST test, calibration error",
            lambda engine, _: miscalibration(engine.answers(test.test_images), test.test_labels),
        ),
        ("MNIST test, accepted", lambda engine, _: accepted(engine, engine.answers(test.test_images))),
        *of_strokes("pen", written, random),
        *of_brushes(written),
        *of_strokes("UNIPEN", others, random),
        rejection(f"{len(real):,} of UNIPEN's letters and signs", [somewhere(letter, random) for letter in real]),
        rejection(f"{len(signs):,} letters and signs of fonts", signs),
        rejection(f"{SCRIBBLES:,} scribbles", scribbled),
        (
            "letters and signs of fonts, rejected by confidence",
            lambda *side: rejected_by_confidence(side[0], answers_to(signs, *side), test.validation_images),
        ),
    ]


def of_strokes(name: str, drawings: list[Drawing], random: np.random.Generator) -> list[Measure]:
    """The measures of digits in the middle of the canvas, and at any place and size."""
    labels = np.array([drawing.label for drawing in drawings])
    usual = [centred(drawing) for drawing in drawings]
    anywhere = [somewhere(drawing, random) for drawing in drawings]
    return [
        (f"{name}, centred", lambda *side: accuracy(answers_to(usual, *side), labels)),
        (f"{name}, anywhere at any size", lambda *side: accuracy(answers_to(anywhere, *side), labels)),
        (f"{name}, calibration error", lambda *side: miscalibration(answers_to(anywhere, *side), labels)),
        (f"{name}, accepted", lambda *side: accepted(side[0], answers_to(anywhere, *side))),
    ]


def of_brushes(drawings: list[Drawing]) -> list[Measure]:
    """The accuracy with each brush."""
    labels = np.array([drawing.label for drawing in drawings])
    drawn = {brush: [centred(drawing, brush) for drawing in drawings] for brush in BRUSHES}
    return [
        (
            f"pen, brush {brush:.1%} of the canvas",
            lambda *side, pictures=pictures: accuracy(answers_to(pictures, *side), labels),
        )
        for brush, pictures in drawn.items()
    ]


def rejection(name: str, pictures: list[Picture]) -> Measure:
    """The measure of drawings that are no digit."""
    return f"{name}, rejected", lambda *side: rejected(side[0], answers_to(pictures, *side))


def letters(random: np.random.Generator) -> list[Strokes]:
    """The fonts' letters and signs, varied like handwriting."""
    written, font = [], HersheyFonts()
    for name in FONTS:
        font.load_default_font(name)
        for character in map(chr, range(33, 127)):
            lines = [np.array(line, float) for line in font.strokes_for_text(character) if len(line) > 1]
            if character not in LIKE_DIGITS and sum(map(len, lines)) > 3:
                smooth = [
                    np.concatenate([np.linspace(*pair, 6) for pair in zip(line, line[1:], strict=False)])
                    for line in lines
                ]
                written.append(vary(NO_DIGIT, smooth, random))
    return written


def accuracy(answers: Answers, labels: np.ndarray) -> str:
    """The accuracy."""
    return f"{evaluate(answers.probabilities, labels).accuracy:.2%}"


def miscalibration(answers: Answers, labels: np.ndarray) -> str:
    """The expected calibration error."""
    return f"{evaluate(answers.probabilities, labels).calibration_error:.2%}"


def accepted(engine: Engine, answers: Answers) -> str:
    """The share that is accepted."""
    return f"{(answers.support >= engine.bundle.rejection_threshold).mean():.2%}"


def rejected(engine: Engine, answers: Answers) -> str:
    """The share that is rejected."""
    return f"{rejected_share(answers, engine):.2%}"


def rejected_by_confidence(engine: Engine, answers: Answers, validation: np.ndarray) -> str:
    """The share that a threshold on the highest probability rejects, set to accept as many validation digits."""
    digits = engine.answers(validation)
    share = (digits.support >= engine.bundle.rejection_threshold).mean()
    threshold = np.quantile(digits.probabilities.max(axis=1), 1 - share)
    return f"{(answers.probabilities.max(axis=1) < threshold).mean():.2%}"


def classic_engine() -> Engine:
    """Trains the classic recipe on MNIST."""
    with own_home():
        return trained(TrainingConfig.of({"data": "mnist"}, presets.preset("classic")), "classic")[1]


if __name__ == "__main__":
    main()
