"""What each recipe costs and achieves: parameters, seconds, accuracy on MNIST and on pen strokes.

    python -m benchmarks.recipes [--presets tiny,fast,classic,accurate] [--seeds 3] [--data mnist] [--home FOLDER]

The recipes take turns, seed by seed, each in a worker of its own, as the page starts it. Seconds are those of the fit
with validation and checkpoints, without loading and exporting. Scores are those of the best checkpoint by validation:
on MNIST's test split, and on pen digits of writers not used for training, anywhere on the canvas.
"""

import argparse
import os
import sys
import tempfile
import time
from statistics import mean, stdev

import numpy as np

from benchmarks.handwriting import answers_to, as_the_app_does, somewhere
from digitcore import (
    data,
    runs,
)
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures, stroke_pictures
from digitcore.evaluation import evaluate
from digitcore.prediction import Engine, open_bundle
from digitcore.recipes import networks, presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import launch, publish

POLL_SECONDS = 1.0
Scores = tuple[float, float, float]
"""Seconds of the fit, accuracy on MNIST's test digits, accuracy on the pen digits."""


def main() -> None:
    """Prints a row for each recipe, as means and standard deviations over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presets", default=",".join(presets.PRESETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--data", default="mnist", help="for the recipes that leave the data open")
    parser.add_argument("--home", help="keeps runs and models here; those that are there already are not trained again")
    args = parser.parse_args()
    recipes = {name: recipe(name, args.data) for name in args.presets.split(",")}
    scores: dict[str, list[Scores]] = {name: [] for name in recipes}
    with tempfile.TemporaryDirectory() as temporary:
        home = args.home or temporary
        os.environ |= {"DIGITCORE_HOME": home, "DIGITCORE_MODELS": f"{home}/models"}
        for seed in range(args.seeds):
            for name, config in recipes.items():
                scores[name].append(train(TrainingConfig.of({"seed": seed}, config), f"{name}-{seed}"))
                print(f"{name}, seed {seed}: {_row(scores[name][-1:])}", file=sys.stderr, flush=True)
    header = ("RECIPE", "PARAMETERS", "SECONDS", "MNIST TEST", "PEN, ANYWHERE")
    rows = [(name, f"{networks.count_parameters(config):,}", *_row(scores[name])) for name, config in recipes.items()]
    print_table(header, rows)


def recipe(name: str, data_name: str) -> TrainingConfig:
    """The preset, with `data_name` for its data if it leaves them open."""
    config = presets.preset(name)
    return TrainingConfig.of({"data": data_name}, config) if config.data == "auto" else config


def train(config: TrainingConfig, name: str) -> Scores:
    """Trains the recipe, unless that was done before, and scores its best checkpoint."""
    run = {run.id: run for run in runs.every()}.get(name) or launch.start(config, name)
    while run.is_alive():
        time.sleep(POLL_SECONDS)
    status = run.status()
    if status.state != "finished":
        sys.exit(status.error or run.log_tail())
    engine, test = Engine(open_bundle(publish.publish_once(run))), data.load(config.data.split("+")[0])
    drawings = stroke_pictures.written_by(pen_pictures.DEVELOPMENT_WRITERS, pen.load_drawings())
    random = np.random.default_rng(0)
    answers = answers_to([somewhere(drawing, random) for drawing in drawings], engine, as_the_app_does)
    return (
        status.fit_seconds,
        evaluate(engine.probabilities(test.test_images), test.test_labels).accuracy,
        evaluate(answers.probabilities, np.array([drawing.label for drawing in drawings])).accuracy,
    )


def _row(scores: list[Scores]) -> tuple[str, str, str]:
    """The mean of each figure, and its standard deviation if there are several."""
    seconds, mnist, drawn = zip(*scores, strict=True)
    return _figure(seconds, "{:.1f}"), _figure(mnist, "{:.2%}"), _figure(drawn, "{:.2%}")


def _figure(values: tuple[float, ...], form: str) -> str:
    spread = f" ± {form.format(stdev(values))}" if len(values) > 1 else ""
    return form.format(mean(values)) + spread


if __name__ == "__main__":
    main()
