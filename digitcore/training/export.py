"""Exports a run's checkpoint: makes the files of a model bundle."""

import hashlib
import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digitcore import __version__, data, model_format, runs
from digitcore.errors import RunError
from digitcore.model_format import CARD_FORMAT, INPUT_SHAPE, as_input
from digitcore.recipes.presets import command
from digitcore.runs import Run, Stage, metrics
from digitcore.training import calibration, insides
from digitcore.training.calibration import digits_of
from digitcore.training.keras_model import load_to_read

TOLERANCE = 1e-5
"""How far LiteRT's outputs may be from Keras's, relative to the largest if that is above 1."""
COMPARED_DIGITS = 100
BATCH = 500


def export_best(run: Run, dataset: data.Dataset) -> dict[str, Any]:
    """Scores and exports the best checkpoint, as `export_checkpoint` does."""
    return export_checkpoint(run, dataset, "best")


def export_checkpoint(run: Run, dataset: data.Dataset, checkpoint: str) -> dict[str, Any]:
    """Scores a checkpoint, "best" or "last", exports it into its folder in the run, and returns the card.

    Raises RunError if LiteRT and Keras disagree.
    """
    source, target = run.checkpoint(checkpoint), run.export_folder(checkpoint)
    model = load_to_read(source)
    with tempfile.TemporaryDirectory(prefix="partial-export-", dir=run.folder) as folder:
        partial = Path(folder) / "export"
        partial.mkdir()
        model.save(partial / model_format.KERAS)
        network = insides.with_insides(model)
        network.export(partial / model_format.LITERT, format="litert", verbose=False)
        _compare(network, partial / model_format.LITERT, as_input(dataset.validation_images[:COMPARED_DIGITS]))
        insides.save_weights(model, partial / model_format.WEIGHTS)
        insides.save_neighbours(network, partial / model_format.NEIGHBOURS)
        origin = {"checkpoint": checkpoint, "epoch": _epoch(run, checkpoint)}
        card = _card(run, model, dataset) | insides.card(model) | origin | {"sha256": _checksums(partial)}
        (partial / model_format.CARD).write_text(json.dumps(card, indent=1))
        shutil.rmtree(target, ignore_errors=True)
        partial.replace(target)
    return card


def _epoch(run: Run, checkpoint: str) -> int | None:
    """The epoch at whose end the checkpoint was saved, from its optimizer's number of steps.

    The best checkpoint of a run that was stopped within its first epoch has none; the run's status names that epoch.
    """
    steps = int(keras.models.load_model(run.checkpoint(checkpoint)).optimizer.iterations)
    finished = {row.step: row.epoch for row in metrics.epochs(metrics.read(run.metrics_file))}
    return finished.get(steps, run.written_status().best_epoch if checkpoint == "best" else None)


def _compare(network: keras.Model, tflite: Path, inputs: np.ndarray) -> None:
    expected = network.predict(inputs, batch_size=BATCH, verbose=0)
    runner = Interpreter(str(tflite), num_threads=1).get_signature_runner()
    outputs = runner(**dict.fromkeys(runner.get_input_details(), inputs))
    for name, values in expected.items():
        distance = float(np.abs(outputs[name] - values).max() / max(1, np.abs(values).max()))
        if not distance <= TOLERANCE:
            raise RunError(f"LiteRT and Keras disagree by {distance:.1e} on the exported model's {name}")


def _card(run: Run, model: keras.Model, dataset: data.Dataset) -> dict[str, Any]:
    answers = model.predict(as_input(dataset.validation_images), batch_size=BATCH, verbose=0)
    validation = digits_of(answers)
    test = digits_of(model.predict(as_input(dataset.test_images), batch_size=BATCH, verbose=0))
    temperature = calibration.fit_temperature(validation, dataset.validation_labels)
    return {
        "format": CARD_FORMAT,
        "created": runs.now(),
        "version": __version__,
        "run": run.id,
        "command": command(run.config),
        "data": {
            "name": dataset.name,
            **dataset.counts(),
            "sources": [source.citation for source in data.sources(dataset.name)],
        },
        "recipe": run.config.to_dict(),
        "parameters": model.count_params(),
        "input": {"shape": list(INPUT_SHAPE), "range": [0, 1], "meaning": "0 is paper, 1 is ink"},
        "scores": {
            "validation_accuracy": _accuracy(validation, dataset.validation_labels),
            "test_accuracy": _accuracy(test, dataset.test_labels),
            **_by_data(test, dataset),
        },
        "temperature": temperature,
        "rejection_threshold": calibration.rejection_threshold(answers, temperature),
    }


def _by_data(probabilities: np.ndarray, dataset: data.Dataset) -> dict[str, float]:
    """The test accuracy on each source of a mixture."""
    if len(dataset.test_counts) == 1:
        return {}
    ends = np.cumsum(list(dataset.test_counts.values()))[:-1]
    parts = zip(dataset.test_counts, np.split(probabilities, ends), np.split(dataset.test_labels, ends), strict=True)
    return {f"test_accuracy_{name}": _accuracy(answers, labels) for name, answers, labels in parts}


def _accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float((probabilities.argmax(axis=1) == labels).mean())


def _checksums(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def main(run_id: str, checkpoint: str = "best") -> None:
    """Scores and exports a checkpoint that the run's worker did not export, for instance because it was killed."""
    run = runs.by_id(run_id)
    card = export_checkpoint(run, data.load(run.written_status().data or run.config.data), checkpoint)
    if checkpoint == "best" and not run.is_alive():
        scored = {"stage": Stage.DONE, "test_accuracy": card["scores"]["test_accuracy"]}
        run.write_status(replace(run.written_status(), **scored))


if __name__ == "__main__":
    main(*sys.argv[1:])
