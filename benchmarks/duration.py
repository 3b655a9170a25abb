"""How long a run takes, beside what the training page says before its start.

    python benchmarks/duration.py [--runs fast:sample:5 tiny:sample:4 classic:sample:2]

Each recipe is given as preset:data:epochs, and is run twice in a home of its own: as the first run there, when the
time is reckoned from the recipe's work and this machine's speed, and again, when the first one is known.
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
    """Prints what was said, what it took, and the ratio of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", nargs="+", metavar="PRESET:DATA:EPOCHS", default=RUNS)
    rows = []
    for name in parser.parse_args().runs:
        preset, data, epochs = name.split(":")
        rows += measure(name, replace(presets.preset(preset), data=data, epochs=int(epochs)))
    print_table(("RECIPE", "RUN", "SAID S", "TOOK S", "SAID / TOOK"), rows)


def measure(name: str, config: TrainingConfig) -> list[tuple[str, ...]]:
    """Both runs of a recipe, as rows."""
    rows = []
    with tempfile.TemporaryDirectory() as home:
        os.environ["DIGITCORE_HOME"] = home
        for order in ("first", "second"):
            said, began = duration.seconds(config), time.monotonic()
            run = launch.start(config)
            while run.is_alive():
                time.sleep(0.1)
            took = time.monotonic() - began
            if run.status().state != "finished":
                raise SystemExit(f"{name} is {run.status().state}: {run.status().error}")
            rows.append((name, order, f"{said:.1f}", f"{took:.1f}", f"{said / took:.2f}"))
    return rows


if __name__ == "__main__":
    main()
