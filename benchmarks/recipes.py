"""What each recipe costs and achieves: parameters, seconds, accuracy on MNIST and on pen strokes.

    python -m benchmarks.recipes [--presets tiny,fast,classic,accurate] [--seeds 3] [--data mnist] [--home FOLDER]

The recipes take turns, seed by seed, each in a worker of its own, as the page starts it. Seconds are those of the fit
with validation and checkpoints, without loading and exporting. Scores are those of the best checkpoint by validation:
on MNIST's test split, and on pen digits of writers not used for training, anywhere on the canvas.
"""

import argparse
import sys
from statistics import mean, stdev

import numpy as np

from benchmarks.canvas import answers_to, somewhere
from benchmarks.trained import own_home, trained
from digitcore import data
from digitcore.commands.output import print_table
from digitcore.data import pen, pen_pictures
from digitcore.data.stroke_pictures import written_by
from digitcore.evaluation import evaluate
from digitcore.recipes import networks, presets
from digitcore.recipes.config import TrainingConfig

Scores = tuple[float, float, float]
"""Seconds of the fit, accuracy on MNIST's test digits, accuracy on the pen digits."""


def main() -> None:
    """Prints a row for each recipe, as means and standard deviations over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presets", default=",".join(presets.PRESETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--data", default="mnist", help="for the recipes that leave the data open")
    parser.add_argument("--home", default="", help="keeps its runs here; those already here are used again")
    args = parser.parse_args()
    recipes = {name: recipe(name, args.data) for name in args.presets.split(",")}
    scores: dict[str, list[Scores]] = {name: [] for name in recipes}
    with own_home(args.home):
        for seed in range(args.seeds):
            for name, config in recipes.items():
                scores[name].append(scored(TrainingConfig.of({"seed": seed}, config), f"{name}-{seed}"))
                print(f"{name}, seed {seed}: {_row(scores[name][-1:])}", file=sys.stderr, flush=True)
    header = ("RECIPE", "PARAMETERS", "SECONDS", "MNIST TEST", "PEN, ANYWHERE")
    rows = [(name, f"{networks.count_parameters(config):,}", *_row(scores[name])) for name, config in recipes.items()]
    print_table(header, rows)


def recipe(name: str, data_name: str) -> TrainingConfig:
    """The preset, with `data_name` for its data if it leaves them open."""
    config = presets.preset(name)
    return TrainingConfig.of({"data": data_name}, config) if config.data == "auto" else config


def scored(config: TrainingConfig, name: str) -> Scores:
    """Trains the recipe, unless that was done before, and scores its best checkpoint."""
    run, engine = trained(config, name)
    test = data.load_test(config.data.split("+")[0])
    drawings = written_by(pen_pictures.DEVELOPMENT_WRITERS, pen.load_drawings())
    random = np.random.default_rng(0)
    answers = answers_to([somewhere(drawing, random) for drawing in drawings], engine)
    return (
        run.status().fit_seconds,
        evaluate(engine.probabilities(test.images), test.labels).accuracy,
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
