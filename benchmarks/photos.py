"""Accuracy on photos and screenshots of digits, for the ways to find ink.

    python -m benchmarks.photos [--model default] [--digits 100] [--writers unseen] [--only SCENE ...]

Photos and screenshots are simulated: benchmarks/camera.py and benchmarks/screens.py say what is in them. The digits are
by writers whose strokes were used neither for training nor for any choice; with `--writers training`, by others.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from skimage.filters import threshold_sauvola
from skimage.morphology import black_tophat, footprint_rectangle

from benchmarks import camera, screens
from benchmarks.canvas import Picture
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures, unipen
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_pictures import written_by
from digitcore.prediction import Engine, open_bundle
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.ink import find_ink_on_even_paper

Way = Callable[[Picture], np.ndarray]


def main() -> None:
    """Prints a row for each scene and a column for each way, and the time that each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--digits", type=int, default=100, help="for each scene")
    parser.add_argument("--writers", choices=("unseen", "training"), default="unseen")
    parser.add_argument("--only", nargs="*", metavar="SCENE", help="only these scenes")
    args = parser.parse_args()
    engine, drawings = Engine(open_bundle(args.model)), digits_of(args.writers)
    takes = camera.takes() | screens.SCREENS
    scenes = {name: take for name, take in takes.items() if not args.only or name in args.only}
    seconds = np.zeros(len(WAYS))
    rows = [(name, *results(take, drawings, args.digits, engine, seconds)) for name, take in scenes.items()]
    milliseconds = 1e3 * seconds / (len(scenes) * args.digits)
    print_table(("SCENE", *WAYS), [*rows, ("milliseconds a picture", *(f"{each:.1f}" for each in milliseconds))])


def results(take: camera.Take, drawings: list[Drawing], count: int, engine: Engine, seconds: np.ndarray) -> list[str]:
    """Each way's accuracy on the same pictures of a scene; the times that they take are added to `seconds`."""
    random = np.random.default_rng(1)
    chosen = [drawings[index] for index in random.integers(len(drawings), size=count)]
    pictures = [take(list(drawing.strokes), random) for drawing in chosen]
    labels = np.array([drawing.label for drawing in chosen])
    accuracies = []
    for index, way in enumerate(WAYS.values()):
        began = time.perf_counter()
        inks = [way(picture) for picture in pictures]
        seconds[index] += time.perf_counter() - began
        accuracies.append(f"{accuracy(engine, inks, labels):.1%}")
    return accuracies


def digits_of(writers: str) -> list[Drawing]:
    """The pen digits and UNIPEN's, by writers that networks were not trained on or by those that they were."""
    unseen = writers == "unseen"
    pens = pen_pictures.DEVELOPMENT_WRITERS if unseen else pen_pictures.TRAINING_WRITERS
    return [
        *written_by(pens, pen.load_drawings()),
        *written_by(unipen.writers("test" if unseen else "train"), unipen.load_digits()),
    ]


def accuracy(engine: Engine, inks: list[np.ndarray], labels: np.ndarray) -> float:
    """The share of digits that is read right; where there is no ink, it is not."""
    right = 0
    for ink, label in zip(inks, labels, strict=True):
        normalised = normalise(ink)
        right += normalised is not None and engine.answers(normalised.pixels[None]).probabilities.argmax() == label
    return right / len(labels)


def sauvola(picture: Picture) -> np.ndarray:
    """Ink is what is darker than Sauvola's local threshold (Sauvola and Pietikäinen 2000)."""
    grey = _grey(picture)
    ink: np.ndarray = grey < threshold_sauvola(grey, window_size=51, k=0.2)  # type: ignore[no-untyped-call]
    return ink.astype(np.float32)


def top_hat(picture: Picture) -> np.ndarray:
    """Ink is what morphological closing removes."""
    grey = _grey(picture)
    side = max(grey.shape) // 16
    hat = black_tophat(grey, footprint_rectangle((side, side), decomposition="separable"))  # type: ignore[no-untyped-call]
    ink = hat.astype(np.float32) / max(hat.max(), 1)
    ink[ink < 0.4] = 0
    result: np.ndarray = ink
    return result


def _grey(picture: Picture) -> np.ndarray:
    grey = picture if picture.ndim == 2 else picture[..., :3].mean(axis=-1).astype(np.uint8)
    dark = np.median(grey) < 128
    result: np.ndarray = 255 - grey if dark else grey
    return result


WAYS: dict[str, Way] = {
    "digitcore": find_ink,
    "even paper": find_ink_on_even_paper,
    "Sauvola": sauvola,
    "black top-hat": top_hat,
}


if __name__ == "__main__":
    main()
