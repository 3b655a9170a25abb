"""How long a reading takes: canvas to answer, through LiteRT and through `keras.Model.predict`.

    python -m benchmarks.reading [--model default] [--readings 300]

Both sides take the same 400x400 RGBA canvases, preprocess them by the same function, and run in one process, in turn.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np
from PIL import Image, ImageDraw

from digitcore.commands.output import print_table
from digitcore.model_format import as_input
from digitcore.prediction import Engine, open_bundle, read
from digitcore.preprocessing import find_ink, normalise

SIDE, BRUSH = 400, 25
"""Those of the drawing page, in pixels."""
WARM_UP = 20
STROKES = (
    [(100, 86), (286, 86), (172, 328)],
    [(200, 57), (200, 343)],
    [(114, 114), (272, 100), (172, 200), (286, 286), (114, 328)],
    [(200, 72), (100, 200), (200, 328), (300, 200), (200, 72)],
)


def main() -> None:
    """Prints both sides and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--readings", type=int, default=300)
    args = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    bundle = open_bundle(args.model)
    engine, network = Engine(bundle), keras.models.load_model(bundle.folder / "model.keras")
    canvases = [canvas(stroke) for stroke in STROKES]

    def through_litert(picture: np.ndarray) -> int:
        reading = read(engine, picture)
        assert reading
        return reading.digit

    def through_keras(picture: np.ndarray) -> int:
        normalised = normalise(find_ink(picture))
        assert normalised
        answers = network.predict(as_input(normalised.pixels[None]), verbose=0)
        # Without the eleventh answer, "no digit".
        return int(answers[0, :10].argmax())

    sides: dict[str, Callable[[np.ndarray], int]] = {"LiteRT": through_litert, "keras.Model.predict": through_keras}
    seconds = measure(sides, canvases, args.readings)
    rows = [
        (name, f"{1e3 * median(times):.2f}", f"{1e3 * float(np.quantile(times, 0.95)):.2f}")
        for name, times in seconds.items()
    ]
    print_table(("SIDE", "MEDIAN MS", "95TH PERCENTILE MS"), rows)
    fast, slow = (median(times) for times in seconds.values())
    print(
        f"{slow / fast:.0f} times faster ({args.readings} readings of {SIDE}x{SIDE} RGBA canvases, model {args.model})"
    )


def measure(
    sides: dict[str, Callable[[np.ndarray], int]], canvases: list[np.ndarray], readings: int
) -> dict[str, list[float]]:
    """Seconds of each reading, the sides taking turns so that whatever else the machine does slows both."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for index in range(-WARM_UP, readings):
        picture = canvases[index % len(canvases)]
        answers = set()
        for name, side in sides.items():
            began = time.perf_counter()
            answers.add(side(picture))
            if index >= 0:
                seconds[name].append(time.perf_counter() - began)
        if len(answers) > 1:
            sys.exit(f"the sides disagree: {answers}")
    return seconds


def canvas(stroke: list[tuple[int, int]]) -> np.ndarray:
    """Ink on a transparent canvas, like that of the drawing page."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    ImageDraw.Draw(image).line(stroke, fill="#5b6cff", width=BRUSH, joint="curve")
    return np.asarray(image)


if __name__ == "__main__":
    main()
