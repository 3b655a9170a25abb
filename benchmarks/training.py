"""What live reporting costs: a recipe trained by the worker, and by a bare `model.fit`.

    python -m benchmarks.training [--preset classic] [--data mnist] [--epochs 10]

Both train on the same digits and validate after each epoch, in processes of their own. They take turns, epoch by epoch,
one suspended while the other trains, so that whatever else the machine does slows both. An epoch's seconds include
validation; for the worker also metrics, status and checkpoints, for the bare fit Keras's checkpoint of the best epoch.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import psutil

from digitcore import data
from digitcore.commands.output import print_table
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, Status, launch
from digitcore.runs.status import Stage

POLL_SECONDS = 0.05


def main() -> None:
    """Prints both sides and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="classic")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--epochs", default=None)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    given = {"data": args.data} | ({"epochs": args.epochs} if args.epochs else {})
    config = TrainingConfig.of(given, presets.preset(args.preset))
    if args.bare:
        bare(config)
        return
    seconds, accuracies = take_turns(config)
    rows = [
        (side, f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}", f"{accuracy:.2%}")
        for side, times, accuracy in zip(("worker, live reporting", "bare model.fit"), seconds, accuracies, strict=True)
    ]
    print_table(("SIDE", "SECONDS AN EPOCH (MEDIAN)", "LEAST", "MOST", "TEST ACCURACY"), rows)
    ratio = median(worker / bare for worker, bare in zip(*seconds, strict=True))
    print(f"ratio {ratio:.3f}, median over {config.epochs} pairs of epochs ({config.preset} on {config.data})")


def take_turns(config: TrainingConfig) -> tuple[tuple[list[float], list[float]], tuple[float, float]]:
    """Seconds of each epoch, and test accuracy of the best checkpoint, for the worker and for the bare side."""
    command = [sys.executable, "-m", "benchmarks.training", *sys.argv[1:], "--bare"]
    with tempfile.TemporaryDirectory() as home:
        os.environ["DIGITCORE_HOME"] = home
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bare_side:
            assert bare_side.stdin and bare_side.stdout
            run = launch.start(config)
            worker = worker_of(run)
            wait_until(run, lambda status: status.epoch >= 1)
            seconds: tuple[list[float], list[float]] = [], []
            for epoch in range(1, config.epochs + 1):
                began = time.perf_counter()
                worker.resume()
                wait_until(run, partial(has_finished, epoch))
                worker.suspend()
                seconds[0].append(time.perf_counter() - began)
                print("go", file=bare_side.stdin, flush=True)
                seconds[1].append(float(bare_side.stdout.readline()))
            worker.resume()
            wait_until(run, lambda status: not run.is_alive())
            return seconds, (run.status().test_accuracy or 0, float(bare_side.stdout.readline()))


def has_finished(epoch: int, status: Status) -> bool:
    """Whether a run has finished the epoch."""
    return status.epoch > epoch or status.stage == Stage.SCORING


def worker_of(run: Run) -> psutil.Process:
    """The worker's process."""
    (worker,) = (child for child in psutil.Process().children() if run.id in child.cmdline())
    return worker


def wait_until(run: Run, condition: Callable[[Status], bool]) -> None:
    """Waits until the run's status meets the condition; ends the benchmark if the run has failed."""
    while not condition(run.status()):
        if run.status().state not in ("queued", "running", "finished"):
            sys.exit(run.status().error or run.log_tail())
        time.sleep(POLL_SECONDS)


def bare(config: TrainingConfig) -> None:
    """The same network and digits by `model.fit`: waits for a line before each epoch, prints its seconds."""
    import keras

    from digitcore.model_format import as_input
    from digitcore.training.keras_model import build

    began = 0.0

    def wait_for_turn(epoch: int, logs: dict[str, float]) -> None:
        nonlocal began
        input()
        began = time.perf_counter()

    def print_seconds(epoch: int, logs: dict[str, float]) -> None:
        print(time.perf_counter() - began, flush=True)

    dataset = data.load(config.data)
    model = build(config)
    with tempfile.TemporaryDirectory() as folder:
        best = f"{folder}/best.keras"
        model.fit(
            as_input(dataset.train_images),
            dataset.train_labels,
            batch_size=config.batch_size,
            epochs=config.epochs,
            validation_data=(as_input(dataset.validation_images), dataset.validation_labels),
            validation_batch_size=500,
            callbacks=[
                keras.callbacks.ModelCheckpoint(best, "val_accuracy", save_best_only=True),
                keras.callbacks.LambdaCallback(on_epoch_begin=wait_for_turn, on_epoch_end=print_seconds),
            ],
            verbose=0,
        )
        model = keras.models.load_model(best)
    _, accuracy = model.evaluate(as_input(dataset.test_images), dataset.test_labels, batch_size=500, verbose=0)
    print(accuracy, flush=True)


if __name__ == "__main__":
    main()
