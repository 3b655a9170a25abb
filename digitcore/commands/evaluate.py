"""`evaluate`: how well a model reads the test split of a data set."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from digitcore import data
from digitcore.commands import Commands
from digitcore.commands.output import download_bar, print_json, print_table
from digitcore.errors import DataError, as_digit_error
from digitcore.evaluation import Evaluation, evaluate
from digitcore.evaluation.contributors import ContributorScore, score_contributors
from digitcore.evaluation.predictions import Predictions, predict
from digitcore.evaluation.references import classic_robustness
from digitcore.evaluation.report import ReportedModel, predictions_csv, report_html
from digitcore.evaluation.robustness import DISTORTIONS, Measurements, measure_robustness
from digitcore.prediction import Engine, open_bundle


def add(commands: Commands) -> None:
    """Declares the command."""
    text = (
        "Evaluates a model on a data set's test split: accuracy with its 95% interval, precision and recall of each "
        "digit, confusion matrix, calibration, and accuracy by contributor where the data set has contributors."
    )
    parser = commands.add_parser("evaluate", help="evaluate a model", description=text)
    parser.add_argument("--model", metavar="NAME", default="default", help="the model to evaluate (default: default)")
    parser.add_argument("--data", metavar="NAME", default="auto", help=f"one of {', '.join(data.descriptions())}")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument(
        "--report", metavar="FILE", type=Path, help="write metrics, charts and mistakes to one HTML file"
    )
    parser.add_argument("--predictions", metavar="FILE", type=Path, help="write the prediction for each digit as CSV")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads every test digit, prints the metrics, and writes the requested files."""
    bundle = open_bundle(args.model)
    for file in (args.report, args.predictions):
        _check_writable(file)
    with download_bar() as progress:
        test = data.load_test(args.data, progress)
    engine = Engine(bundle)
    predictions = _predict(engine, test, quiet=args.json)
    evaluation = evaluate(predictions.probabilities, predictions.labels)
    contributors = score_contributors(test.contributors, predictions.right)
    if args.report:
        measured = _measure_robustness(engine, test, quiet=args.json)
        model = ReportedModel.of(engine, predictions, evaluation, measured, test.name, test.contributors)
        _write(args.report, report_html(test.name, [model], classic_robustness(test.name)))
    if args.predictions:
        _write(args.predictions, predictions_csv(predictions, [], bundle.rejection_threshold))
    note = data.overlap(bundle.card["data"]["name"], test.name) or test.note
    if args.json:
        by_contributor = {"contributors": [asdict(score) for score in contributors]} if contributors else {}
        print_json({"model": args.model, "data": test.name, "note": note, **_as_json(evaluation), **by_contributor})
    else:
        _print(bundle.display_name, test.name, note, evaluation)
        _print_contributors(contributors)
    return 0


def _predict(engine: Engine, test: data.Split, quiet: bool) -> Predictions:
    with tqdm(total=len(test.labels), unit=" digits", disable=True if quiet else None) as bar:
        return predict(engine, test.images, test.labels, lambda share: bar.update(round(share * bar.total) - bar.n))


def _measure_robustness(engine: Engine, test: data.Split, quiet: bool) -> Measurements:
    """The robustness to all kinds of distortion, which takes seconds."""
    kinds = tqdm(DISTORTIONS, desc="robustness", disable=True if quiet else None)
    return {kind: measure_robustness(engine, kind, test.images, test.labels) for kind in kinds}


def _check_writable(file: Path | None) -> None:
    """Raises DataError before the digits are read, which takes seconds."""
    if file and (file.is_dir() or not os.access(file.parent, os.W_OK)):
        raise DataError(f"{file} cannot be written: name a file in an existing folder that you can write to")


def _write(file: Path, text: str) -> None:
    with as_digit_error(f"{file.name} cannot be written", file.parent, DataError):
        file.write_text(text, encoding="utf-8")


def _as_json(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "count": evaluation.count,
        "accuracy": evaluation.accuracy,
        "interval": list(evaluation.interval),
        "calibration_error": evaluation.calibration_error,
        "reliability": [asdict(bin) for bin in evaluation.reliability],
        "precision": _numbers(evaluation.precision),
        "recall": _numbers(evaluation.recall),
        "confusion": evaluation.confusion.tolist(),
    }


def _numbers(values: np.ndarray) -> list[float | None]:
    """The values with None for NaN, which JSON does not have."""
    return [None if np.isnan(value) else float(value) for value in values]


def _print(model: str, name: str, note: str, evaluation: Evaluation) -> None:
    low, high = evaluation.interval
    share = f"{evaluation.accuracy:.2%} of {evaluation.count:,}"
    print(f"{model} on {name}: {share} (95% interval {low:.2%} to {high:.2%})")
    print(f"calibration error {evaluation.calibration_error:.2%}")
    if note:
        print(note)
    rows = [
        (str(digit), f"{evaluation.precision[digit]:.2%}", f"{evaluation.recall[digit]:.2%}", *map(str, row))
        for digit, row in enumerate(evaluation.confusion)
    ]
    print_table(
        ("CONFIDENCE", "ACCURACY", "DIGITS"),
        [(f"{bin.confidence:.1%}", f"{bin.accuracy:.1%}", f"{bin.count:,}") for bin in evaluation.reliability],
    )
    print_table(("DIGIT", "PRECISION", "RECALL", *(f"READ {digit}" for digit in range(10))), rows)


def _print_contributors(scores: Sequence[ContributorScore]) -> None:
    if scores:
        rows = [(score.contributor, *score.as_texts()) for score in scores]
        print_table(("CONTRIBUTOR", "DIGITS", "READ WRONG", "ACCURACY", "95% INTERVAL"), rows)
