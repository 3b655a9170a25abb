"""The duration that the training page shows before a run starts, compared with the duration that the run takes.

    python -m benchmarks.duration [--runs fast:sample:5 tiny:sample:4 classic:sample:2]

Each recipe is given as preset:data:epochs, and is run twice in a home of its own. Before the first run the duration is
estimated from the recipe's work and this machine's speed, before the second from the first run.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace

from digitcore.commands.output import print_table
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import duration, launch

RUNS = ("fast:sample:5", "tiny:sample:4", "classic:sample:2", "fast:mnist:2")


def main() -> None:
    """Prints the estimate, the duration, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", nargs="+", metavar="PRESET:DATA:EPOCHS", default=RUNS)
    rows = []
    for name in parser.parse_args().runs:
        preset, data, epochs = name.split(":")
        rows += measure(name, replace(presets.preset(preset), data=data, epochs=int(epochs)))
    print_table(("RECIPE", "RUN", "ESTIMATED S", "TAKEN S", "RATIO"), rows)


def measure(name: str, config: TrainingConfig) -> list[tuple[str, ...]]:
    """A row for each of the recipe's two runs."""
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as home:
        os.environ["DIGITCORE_HOME"] = home
        for order in ("first", "second"):
            estimated, began = duration.seconds(config), time.monotonic()
            run = launch.start(config)
            while run.is_alive():
                time.sleep(0.1)
            taken = time.monotonic() - began
            if run.status().state != "finished":
                raise SystemExit(f"{name} is {run.status().state}: {run.status().error}")
            rows.append((name, order, f"{estimated:.1f}", f"{taken:.1f}", f"{estimated / taken:.2f}"))
    return rows


if __name__ == "__main__":
    main()
