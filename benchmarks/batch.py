"""How many small pictures of a folder are read in a second: as one digit each, as numbers, and by two processes.

    python -m benchmarks.batch [--model default] [--pictures 10000]

The pictures are PNG files of 28x28 to 100x100 pixels, made of the bundled sample's test digits. "One digit" is how the
command read before it read numbers. All sides open the files and make the line that `predict --json` prints, in the
same run; starting processes counts. Core seconds are those that all processes of a side used: unlike pictures a second,
they hardly depend on what else the machine does.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from digitcore import data
from digitcore.commands.output import print_table
from digitcore.commands.predict import Job, read_job
from digitcore.prediction import Engine, Writing, open_bundle, read
from digitcore.prediction.processes import in_processes
from digitcore.prediction.records import as_json
from digitcore.preprocessing import open_picture
from digitcore.runs.workload import cores

SIDES = 28, 100
"""The range of the pictures' sides in pixels."""
PROCESSES = 2


def main() -> None:
    """Prints pictures per second and core seconds of each side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--pictures", type=int, default=10_000)
    args = parser.parse_args()
    engine = Engine(open_bundle(args.model))
    as_numbers = partial(read_job, "json")
    with tempfile.TemporaryDirectory() as folder:
        jobs = [Job(file, Path(file.name)) for file in write_pictures(Path(folder), args.pictures)]
        sides: dict[str, Callable[[], int]] = {
            "one digit, one process": lambda: sum(bool(as_one_digit(engine, job)) for job in jobs),
            "numbers, one process": lambda: len(list(in_processes(engine, as_numbers, jobs, 1))),
            f"numbers, {PROCESSES} processes": lambda: len(list(in_processes(engine, as_numbers, jobs, PROCESSES))),
        }
        rows = [(name, *measure(side, len(jobs))) for name, side in sides.items()]
    print_table(("SIDE", "PICTURES A SECOND", "SECONDS", "CORE SECONDS"), rows)
    print(f"{args.pictures:,} pictures of {SIDES[0]} to {SIDES[1]} pixels, {cores()} cores")


def write_pictures(folder: Path, count: int) -> list[Path]:
    """Writes the pictures, and returns the files in order."""
    images, random = data.load_test("sample").images, np.random.default_rng(18)
    files = []
    for index, side in enumerate(random.integers(SIDES[0], SIDES[1] + 1, count)):
        file = folder / f"{index:06}.png"
        Image.fromarray(images[index % len(images)]).resize((side, side)).save(file)
        files.append(file)
    return files


def as_one_digit(engine: Engine, job: Job) -> str:
    """The line of JSON of a picture that is read as one digit."""
    reading = read(engine, open_picture(job.file))
    return json.dumps(as_json(job.file, Writing(((reading,),)) if reading else None))


def measure(side: Callable[[], int], count: int) -> tuple[str, str, str]:
    """Pictures per second, seconds, and core seconds, those of the processes that it started included."""
    began, used = time.perf_counter(), core_seconds()
    assert side() == count
    seconds = time.perf_counter() - began
    return f"{count / seconds:,.0f}", f"{seconds:.1f}", f"{core_seconds() - used:.1f}"


def core_seconds() -> float:
    """What this process and those that it started, and that have ended, have used."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main()
