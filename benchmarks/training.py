"""What watching costs: a recipe through the worker with live reporting, and through a bare `model.fit`.

    python benchmarks/training.py [--preset classic] [--data mnist] [--epochs 10]

Both see the same digits, validate after each epoch, and run one after the other in processes of their own. An epoch's
seconds include its validation; for the worker also its rows, its status and its checkpoints.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from digitcore import data  # noqa: E402
from digitcore.commands.output import print_table  # noqa: E402
from digitcore.training import launch, presets  # noqa: E402
from digitcore.training.config import TrainingConfig  # noqa: E402

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
        print(json.dumps(bare(config)))
        return
    sides = {"worker, live reporting": through_worker(config), "bare model.fit": in_process_of_its_own()}
    rows = [
        (name, f"{median(seconds):.2f}", f"{min(seconds):.2f}", f"{max(seconds):.2f}", f"{accuracy:.2%}")
        for name, (seconds, accuracy) in sides.items()
    ]
    print_table(("SIDE", "SECONDS AN EPOCH (MEDIAN)", "LEAST", "MOST", "TEST ACCURACY"), rows)
    worker, plain = (median(seconds) for seconds, _ in sides.values())
    print(f"ratio {worker / plain:.3f} ({config.epochs} epochs of {config.preset} on {config.data})")


def through_worker(config: TrainingConfig) -> tuple[list[float], float]:
    """Seconds of each epoch, and the test accuracy of the best checkpoint."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["DIGITCORE_HOME"] = home
        run = launch.start(config)
        marks: list[float] = []
        while run.is_alive():
            status = run.status()
            if status.epoch > len(marks) or (status.stage == "scoring" and len(marks) == config.epochs):
                marks.append(time.perf_counter())
            time.sleep(POLL_SECONDS)
        if run.status().state != "finished":
            sys.exit(run.status().error or run.log_tail())
        return [later - earlier for earlier, later in zip(marks, marks[1:], strict=False)], run.status().test_accuracy


def in_process_of_its_own() -> tuple[list[float], float]:
    """The bare side, in a fresh process as the worker is."""
    words = [sys.executable, __file__, *sys.argv[1:], "--bare"]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def bare(config: TrainingConfig) -> tuple[list[float], float]:
    """The same network and digits through `model.fit`, with nothing beside it but Keras's checkpoint of the best."""
    import keras

    from digitcore.training.feed import as_input
    from digitcore.training.keras_model import build

    marks: list[float] = []
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
                keras.callbacks.LambdaCallback(
                    on_epoch_begin=lambda epoch, logs: marks.append(time.perf_counter()),
                    on_train_end=lambda logs: marks.append(time.perf_counter()),
                ),
            ],
            verbose=0,
        )
        model = keras.models.load_model(best)
    _, accuracy = model.evaluate(as_input(dataset.test_images), dataset.test_labels, batch_size=500, verbose=0)
    return [later - earlier for earlier, later in zip(marks, marks[1:], strict=False)], accuracy


if __name__ == "__main__":
    main()
