"""Run folders written by hand, without any training."""

import json
from dataclasses import replace

from digitcore import runs
from digitcore.runs import Run, Stage, State, metrics, observations
from digitcore.runs.observations import WATCHED, Observation
from tests.conftest import tiny

BATCHES = 10


def observe(run: Run, digits: int) -> None:
    """Adds an observation of so many validation digits after the first epoch."""
    confusion = [[0] * 10 for _ in range(10)]
    confusion[3][3] = digits
    observations.append(run.observations_file, Observation(BATCHES, 1, confusion, [[0.1] * 10 for _ in WATCHED]))


def make(run_id: str, accuracy: float | None = 0.98, minute: int = 0, epochs: int = 2, **changes: object) -> Run:
    """A run that ended with `accuracy` on validation in its last epoch; one without an accuracy finished no epoch.

    `minute` is when it was made, within an hour; `changes` are those of its recipe.
    """
    run = runs.create(tiny(epochs=epochs, **changes), run_id)
    recipe = json.loads(run.config_file.read_text()) | {"created": f"2026-01-01T12:{minute:02d}:00+00:00"}
    run.config_file.write_text(json.dumps(recipe))
    status = replace(run.written_status(), data=run.config.data, batches=BATCHES, fit_seconds=12.5)
    if accuracy is None:
        run.write_status(replace(status, state=State.FAILED, error="The disk is full.", epoch=1))
        return run
    _write_metrics(run, accuracy, epochs)
    best = {"best_epoch": epochs, "best_accuracy": accuracy, "test_accuracy": accuracy - 0.01}
    run.write_status(replace(status, state=State.FINISHED, stage=Stage.DONE, epoch=epochs, **best))
    return run


def _write_metrics(run: Run, accuracy: float, epochs: int) -> None:
    with metrics.open_to_append(run.metrics_file) as stream:
        for epoch in range(1, epochs + 1):
            for batch in range(1, BATCHES + 1):
                step = (epoch - 1) * BATCHES + batch
                metrics.append(stream, metrics.Row("batch", step, epoch, 1 / step, 0.9, 0.001))
            reached = accuracy - 0.01 * (epochs - epoch)
            row = metrics.Row("epoch", epoch * BATCHES, epoch, 1 / epoch, 0.9, 0.001, 1 - reached, reached)
            metrics.append(stream, row)
