"""Accuracy on what people draw: the default model, the classic recipe, and a canvas that is merely resized.

    python -m benchmarks.handwriting [--model default] [--classic MODEL]

The pen digits are by writers whose strokes were used neither for training nor for any choice, drawn on a canvas of 320
pixels. "Anywhere" is at any place and any size, with a brush of 2% to 20% of the digit. The brushes are given as shares
of the canvas; the digits drawn with them take 60% of it. Letters and signs are those of the Hershey fonts, varied like
handwriting, without those that look like digits (O, l, S, Z, b, g, q, brackets).

"Thinned" brings every line to the width of the usual brush: an alternative to learning from brushes of all widths.
Another is to draw a canvas's strokes again with the usual brush, which gives the usual brush's row. Without --classic
the classic recipe is trained first, which takes minutes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence

import numpy as np
from HersheyFonts import HersheyFonts
from PIL import Image
from scipy.ndimage import distance_transform_edt
from skimage.morphology import skeletonize

from digitcore import data, settings
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures, scribbles, stroke_pictures
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_variation import Strokes, fit, vary
from digitcore.evaluation import evaluate
from digitcore.model_format import NO_DIGIT
from digitcore.prediction import Engine, open_bundle
from digitcore.prediction.engine import Answers
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.strokes import draw_strokes

CANVAS, USUAL_SIZE, USUAL_BRUSH = 320, 0.6, 0.0625
BRUSHES = (0.01, 0.02, 0.04, 0.0625, 0.1, 0.15)
FONTS = ("futural", "rowmans", "scripts", "cursive", "greek", "cyrillic", "astrology", "markers", "symbolic", "music")
LIKE_DIGITS = "0123456789OoQIl|1!iSsZzBgq9b6G\"'`.,:;-_~^/\\()[]{}jJ"
SCRIBBLES = 1_000

Picture = np.ndarray
Preprocess = Callable[[Picture], np.ndarray]


def main() -> None:
    """Prints a row for each measure and a column for each side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--classic", metavar="MODEL", default="", help="a model of the classic recipe, trained before")
    args = parser.parse_args()
    model, classic = Engine(open_bundle(args.model)), Engine(open_bundle(args.classic)) if args.classic else train()
    sides = {
        args.model: (model, as_the_app_does),
        f"{args.model}, thinned": (model, thinned),
        "classic": (classic, as_the_app_does),
        "classic, canvas resized": (classic, merely_resized),
    }
    rows = [(name, *(measure(*side) for side in sides.values())) for name, measure in measures()]
    print_table(("MEASURE", *sides), rows)


def as_the_app_does(picture: Picture) -> np.ndarray:
    """The 28x28 that the app reads."""
    return normalised_pixels(find_ink(picture))


def normalised_pixels(ink: np.ndarray) -> np.ndarray:
    """The 28x28 of ink that is not empty."""
    normalised = normalise(ink)
    assert normalised
    return normalised.pixels


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


def measures() -> list[tuple[str, Callable[[Engine, Preprocess], str]]]:
    """Each measure: its name, and the function that computes its figure."""
    test, random = data.load("mnist"), np.random.default_rng(0)
    drawings = stroke_pictures.written_by(pen_pictures.DEVELOPMENT_WRITERS, pen.load_drawings())
    labels = np.array([drawing.label for drawing in drawings])
    usual = [on_canvas(fit(drawing.strokes), USUAL_SIZE, USUAL_BRUSH) for drawing in drawings]
    anywhere = [somewhere(drawing, random) for drawing in drawings]
    brushes = {brush: [on_canvas(fit(drawing.strokes), USUAL_SIZE, brush) for drawing in drawings] for brush in BRUSHES}
    signs = [on_canvas(strokes, USUAL_SIZE, random.uniform(0.02, 0.1)) for strokes in letters(random)]
    scribbled = [
        on_canvas(scribbles.scribble(drawings, random), USUAL_SIZE, random.uniform(0.02, 0.1)) for _ in range(SCRIBBLES)
    ]
    # MNIST's own pictures are 28x28 already, and are read as they are.
    return [
        ("MNIST test", lambda engine, _: accuracy(engine.answers(test.test_images), test.test_labels)),
        (
            "MNIST test, calibration error",
            lambda engine, _: miscalibration(engine.answers(test.test_images), test.test_labels),
        ),
        ("MNIST test, accepted", lambda engine, _: accepted(engine, engine.answers(test.test_images))),
        ("pen, centred", lambda *side: accuracy(answers_to(usual, *side), labels)),
        ("pen, anywhere at any size", lambda *side: accuracy(answers_to(anywhere, *side), labels)),
        *(
            (
                f"pen, brush {brush:.1%} of the canvas",
                lambda *side, drawn=drawn: accuracy(answers_to(drawn, *side), labels),
            )
            for brush, drawn in brushes.items()
        ),
        ("pen, calibration error", lambda *side: miscalibration(answers_to(anywhere, *side), labels)),
        ("pen, accepted", lambda *side: accepted(side[0], answers_to(anywhere, *side))),
        (f"{len(signs):,} letters and signs, rejected", lambda *side: rejected(side[0], answers_to(signs, *side))),
        (f"{SCRIBBLES:,} scribbles, rejected", lambda *side: rejected(side[0], answers_to(scribbled, *side))),
        (
            "letters and signs, rejected by confidence",
            lambda *side: rejected_by_confidence(side[0], answers_to(signs, *side), test.validation_images),
        ),
    ]


def on_canvas(strokes: Strokes, size: float, brush: float, middle: Sequence[float] = (0.5, 0.5)) -> Picture:
    """The canvas with the strokes on it; all sizes are shares of its side."""
    placed = [(stroke * size + np.array(middle)) * CANVAS for stroke in strokes]
    return draw_strokes(placed, brush * CANVAS, CANVAS)


def somewhere(drawing: Drawing, random: np.random.Generator) -> Picture:
    """The digit at any place and size."""
    size = stroke_pictures.any_scale(random, 0.12, 0.85)
    brush = size * stroke_pictures.any_scale(random, 0.02, 0.2)
    margin = (size + brush) / 2
    middle = random.uniform(margin, 1 - margin, 2).tolist() if margin < 0.5 else (0.5, 0.5)
    return on_canvas(fit(drawing.strokes), size, brush, middle)


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


def answers_to(pictures: Sequence[Picture], engine: Engine, preprocess: Preprocess) -> Answers:
    """The engine's answers to the pictures."""
    return engine.answers(np.stack([preprocess(picture) for picture in pictures]))


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
    return f"{(answers.support < engine.bundle.rejection_threshold).mean():.2%}"


def rejected_by_confidence(engine: Engine, answers: Answers, validation: np.ndarray) -> str:
    """The share that a threshold on the highest probability rejects, set to accept as many validation digits."""
    digits = engine.answers(validation)
    share = (digits.support >= engine.bundle.rejection_threshold).mean()
    threshold = np.quantile(digits.probabilities.max(axis=1), 1 - share)
    return f"{(answers.probabilities.max(axis=1) < threshold).mean():.2%}"


def train() -> Engine:
    """Trains the classic recipe on MNIST, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DIGITCORE_HOME": home, "DIGITCORE_MODELS": f"{home}/models"}
        arguments = ["train", "--preset", "classic", "--data", "mnist", "--publish", "classic"]
        subprocess.run([sys.executable, "-m", "digitcore", *arguments], cwd=settings.PROJECT, check=True)
        return Engine(open_bundle("classic"))


if __name__ == "__main__":
    main()
