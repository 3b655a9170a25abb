"""How long evaluation and explanations take; and the classic recipe's robustness, which the evaluation page shows.

    python -m benchmarks.evaluation [--model default] [--repeats 3] [--classic MODEL]

With --classic, the name of a model of the classic recipe, that model's accuracy on distorted pictures is measured and
written to digitcore/evaluation/classic.json. Explanations are of the sample's test digits. The pages are opened in
Chromium, on a server that was just started; "click to picture" is the time from the click until the picture is shown.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from digitcore import data
from digitcore.commands.output import print_table
from digitcore.evaluation import references, robustness
from digitcore.evaluation.predictions import predict
from digitcore.prediction import Engine, open_bundle
from digitcore.prediction.change import smallest_change
from digitcore.prediction.evidence import erasure_map, evidence
from digitcore.prediction.neighbours import nearest
from digitcore.prediction.units import open_unit
from tests.browser.live import chromium, start_server
from tests.browser.strokes import draw

DIGITS = 20
VIEWS = ("Ink", "Change", "Nearest", "Layers", "Steps")


def main() -> None:
    """Prints a row for each kind of wait."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--classic", metavar="MODEL", help="a model of the classic recipe, trained before")
    args = parser.parse_args()
    if args.classic:
        write_robustness(Engine(open_bundle(args.classic)))
    engine = Engine(open_bundle(args.model))
    waits = {
        "10,000 digits evaluated": evaluating(engine, args.repeats),
        **explaining(engine),
        **opening_pages(args.repeats),
    }
    rows = [
        (name, f"{1e3 * median(times):.1f}", f"{1e3 * max(times):.0f}", str(len(times)))
        for name, times in waits.items()
    ]
    print_table(("WAIT", "MEDIAN MS", "LONGEST MS", "TIMES"), rows)


def write_robustness(engine: Engine) -> None:
    """Measures the robustness of the classic recipe's model, and writes it down for the page."""
    measured = {
        test.name: {
            kind: robustness.accuracies(robustness.measure_robustness(engine, kind, test.images, test.labels))
            for kind in robustness.DISTORTIONS
        }
        for test in (data.load_test("mnist"), data.load_test("pen"))
    }
    references.FILE.write_text(json.dumps({"robustness": measured}, indent=1) + "\n")


def evaluating(engine: Engine, repeats: int) -> list[float]:
    """Seconds for MNIST's test digits."""
    test = data.load_test("mnist")
    return [seconds(lambda: predict(engine, test.images, test.labels)) for _ in range(repeats)]


def explaining(engine: Engine) -> dict[str, list[float]]:
    """Seconds for each explanation of a digit."""
    pictures = data.load("sample").test_images[:: 1_000 // DIGITS]
    explanations: dict[str, Callable[[np.ndarray], object]] = {
        "evidence": lambda picture: evidence(engine, engine.forward(picture), 3),
        "evidence, by erasing": lambda picture: erasure_map(engine, picture, 3),
        "smallest change": lambda picture: smallest_change(engine, engine.forward(picture)),
        "nearest neighbours": lambda picture: nearest(engine, engine.answers(picture[None]).embeddings),
        "feature maps of all layers": engine.forward,
        "a unit": lambda picture: open_unit(engine.bundle, engine.forward(picture), 1, 0).at(3, 3),
    }
    return {
        name: [seconds(partial(explain, picture)) for picture in pictures] for name, explain in explanations.items()
    }


def opening_pages(repeats: int) -> dict[str, list[float]]:
    """Seconds until pictures are shown in a browser."""
    waits: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for repeat in range(repeats):
            server = start_server(Path(folder) / str(repeat))
            for name in ("evaluate", "explore"):
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                with waited(waits, f"{name} page, first picture"):
                    page.goto(f"{server.url}/{name}")
                    page.wait_for_selector(".tiles img")
                page.close()
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(server.url)
            page.wait_for_selector("canvas.upper-canvas")
            draw(page, 3)
            page.wait_for_selector("img.seen")
            for view in VIEWS:
                page.wait_for_timeout(500)
                with waited(waits, f"{view}, click to picture"):
                    page.get_by_role("radio", name=view).click()
                    page.wait_for_selector(".maps img" if view == "Layers" else f".why img[data-view={view}]")
            page.close()
            server.stop()
    return waits


@contextmanager
def waited(waits: dict[str, list[float]], name: str) -> Iterator[None]:
    """Adds the seconds that the block took."""
    began = time.perf_counter()
    yield
    waits.setdefault(name, []).append(time.perf_counter() - began)


def seconds(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
