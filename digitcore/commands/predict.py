"""`predict`: reads what is written on pictures, or on all pictures in folders."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from digitcore.commands import Commands
from digitcore.commands.arguments import count
from digitcore.commands.box_files import prepare_folder, targets, write_boxes
from digitcore.errors import PictureError
from digitcore.prediction import Engine, open_bundle, read_all, records
from digitcore.prediction.processes import in_processes
from digitcore.prediction.records import Result, printable
from digitcore.preprocessing import find_pictures, open_picture
from digitcore.preprocessing.pictures import reduction
from digitcore.runs.workload import cores

SECONDS_A_PICTURE, SECONDS_A_MEGABYTE, SECONDS_A_PROCESS = 0.002, 0.1, 1.5
"""About how long one process reads, and how long a process must read so that starting it pays."""
MOST_PROCESSES = 16
"""Each takes 150 MB of memory."""
DESCRIPTION = (
    "Reads what is written on pictures: numbers and single digits, in one line or several. Prints a line for each "
    "picture: the digits, how confident the model is that all are right, and whether they are a guess, as they do not "
    "reach its rejection threshold. A question mark stands for what is no digit. Exits with 1 if any picture cannot be "
    "read; the others are still read."
)


class Job(NamedTuple):
    """A file to read, or why it cannot be; its path in the folder that was given, if one was; where boxes go."""

    file: Path
    name: Path
    error: str = ""
    target: Path | None = None


class Line(NamedTuple):
    """What is printed of a file."""

    text: str
    is_error: bool


def add(commands: Commands) -> None:
    """Declares the command."""
    parser = commands.add_parser("predict", help="read the digits on pictures", description=DESCRIPTION)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a picture, or a folder of them")
    parser.add_argument("--model", metavar="NAME", default="default", help="the model to read with (default: default)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object a line; not with --csv")
    form.add_argument(
        "--csv", action="store_true", help=f"print CSV: {', '.join(records.COLUMNS)}, with the columns' names first"
    )
    parser.add_argument(
        "--boxes", metavar="DIR", type=Path, help="write each picture with boxes around its digits to DIR, as PNG"
    )
    parser.add_argument(
        "--processes",
        metavar="N",
        type=count,
        help="read in N processes (default: in several where it takes less time)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads and prints one picture after the other; the others are still read if one cannot be."""
    bundle = open_bundle(args.model)
    jobs = [job for path in args.paths for job in _jobs(path)]
    if args.boxes:
        jobs = _with_targets(jobs, args.boxes)
    form = "json" if args.json else "csv" if args.csv else "text"
    lines = in_processes(Engine(bundle), partial(read_job, form), jobs, args.processes or _processes(jobs))
    failed = False
    with closing(lines), tqdm(total=len(jobs), unit=" pictures", disable=None, delay=0.5) as bar:
        if args.csv:
            _print(records.csv_line(records.COLUMNS))
        for line in lines:
            _print(line.text, to_errors=line.is_error and form == "text")
            failed |= line.is_error
            bar.update()
    return int(failed)


def _jobs(path: Path) -> Iterator[Job]:
    try:
        for file in find_pictures([path]):
            yield Job(file, Path(file.name) if file == path else file.relative_to(path))
    except PictureError as error:
        yield Job(path, Path(path.name), str(error))


def _with_targets(jobs: Sequence[Job], folder: Path) -> list[Job]:
    """The jobs with the files that boxes are drawn in."""
    found = iter(targets(folder, [job.name for job in jobs if not job.error]))
    prepare_folder(folder)
    return [job if job.error else job._replace(target=next(found)) for job in jobs]


def _processes(jobs: Sequence[Job]) -> int:
    """How many processes take the least time."""
    megabytes = sum(_size(job.file) for job in jobs) / 1e6
    seconds = SECONDS_A_PICTURE * len(jobs) + SECONDS_A_MEGABYTE * megabytes
    return max(1, min(cores(), MOST_PROCESSES, int(seconds / SECONDS_A_PROCESS)))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def read_job(form: str, engine: Engine, job: Job) -> Line:
    """Reads a file, draws its boxes, and says what is on it."""
    try:
        if job.error:
            raise PictureError(job.error)
        picture = open_picture(job.file)
    except PictureError as error:
        return _line(form, job.file, error)
    writing = read_all(engine, picture)
    if job.target:
        write_boxes(job.target, picture, writing)
    return _line(form, job.file, writing, reduction(job.file, picture) if form == "json" else 1)


def _line(form: str, file: Path, result: Result, reduced: int = 1) -> Line:
    is_error = isinstance(result, PictureError)
    if form == "json":
        return Line(json.dumps(records.as_json(file, result, reduced)), is_error)
    if form == "csv":
        return Line(records.csv_line(records.as_row(file, result)), is_error)
    described = str(result) if isinstance(result, PictureError) else records.describe(result)
    return Line(f"{printable(file)}: {described}", is_error)


def _print(text: str, to_errors: bool = False) -> None:
    """Prints a line above the bar."""
    stream = sys.stderr if to_errors else sys.stdout
    with tqdm.external_write_mode(stream):
        print(text, file=stream, flush=True)
