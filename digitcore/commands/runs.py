"""`runs`: lists the training runs; shows, steers, compares, exports and deletes them."""

import argparse
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitcore import naming, runs
from digitcore.commands import Commands, train
from digitcore.commands.arguments import count
from digitcore.commands.output import percent, print_json, print_table
from digitcore.errors import DigitError, RunError, as_digit_error
from digitcore.recipes import script
from digitcore.runs import Run, catalogue, comparison, description, downloads, launch, queue, trash
from digitcore.runs.catalogue import Entry
from digitcore.runs.steering import CommandName

Action = Callable[[argparse.Namespace], int]


def add(commands: Commands) -> None:
    """Declares the command and its own."""
    parser = commands.add_parser("runs", help="list, show and steer runs", description="Lists the training runs.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_runs)
    inner = parser.add_subparsers(metavar="ACTION")
    _action(inner, "show", "show the status and the recipe of a run", show).add_argument(
        "--json", action="store_true", help="as JSON"
    )
    _action(inner, "stop", "stop a run, keeping its checkpoints, or take it out of the queue", stop)
    _action(inner, "pause", "pause a run", pause)
    _action(inner, "resume", "resume a paused run, or one that ended early (after its last finished epoch)", resume)
    # The name that "resume" had for a paused run in version 0.2.0.
    _run_parser(inner.add_parser("continue"), resume)
    _action(inner, "finish", "end a run after its current epoch", finish)
    rate = _action(inner, "rate", "set the learning rate of a run that trains", change_rate)
    rate.add_argument("rate", metavar="RATE", help="a number, or 'schedule' to follow the recipe's schedule again")
    extend = _action(inner, "extend", "add epochs to a run, and resume it if it has ended", add_epochs)
    extend.add_argument("epochs", metavar="N", type=count, help="how many")
    move = _action(inner, "move", "move a waiting run to another place in the queue", change_place)
    move.add_argument("place", metavar="PLACE", type=count, help="1 is the next")
    _action(inner, "rename", "give a run another name", rename).add_argument("to", metavar="NAME", help="new name")
    _action(inner, "note", "write a note on a run", annotate).add_argument("text", metavar="TEXT", help="the note")
    _action(inner, "delete", "delete a run for good", delete).add_argument("--yes", action="store_true", help="confirm")
    _action(inner, "code", "print a script that trains the recipe without this project", print_code)
    _export(_action(inner, "export", "convert a run's model or metrics for other programs", export))
    compare = inner.add_parser(
        "compare", help="say which run is best and how they differ", description="Compares runs."
    )
    compare.add_argument("names", metavar="RUN", nargs="+", help="its id, the start of its id, or its name")
    compare.set_defaults(run=compare_runs)


def _action(inner: Commands, name: str, help: str, run: Action) -> argparse.ArgumentParser:
    return _run_parser(inner.add_parser(name, help=help, description=help.capitalize() + "."), run)


def _run_parser(parser: argparse.ArgumentParser, run: Action) -> argparse.ArgumentParser:
    parser.add_argument("name", metavar="RUN", help="its id, the start of its id, or its name")
    parser.set_defaults(run=run)
    return parser


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", metavar="FORMAT", help=f"one of {', '.join(downloads.FORMATS)}")
    parser.add_argument(
        "--checkpoint", metavar="NAME", default="best", help=f"one of {', '.join(runs.CHECKPOINTS)} (default: best)"
    )
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, default=".", help="where to put it (default: the current folder)"
    )


def list_runs(args: argparse.Namespace) -> int:
    """Prints every run, newest first."""
    # After a restart of the machine, the queue has no keeper until someone asks.
    launch.advance()
    if args.json:
        print_json([_describe(run) for run in runs.every()])
        return 0
    rows = [_row(entry) for entry in catalogue.entries()]
    if rows:
        print_table(("RUN", "STATE", "DATA", "PRESET", "EPOCHS", "VALIDATION", "TEST"), rows)
    else:
        print("no runs yet; start one with: python -m digitcore train")
    return 0


def show(args: argparse.Namespace) -> int:
    """Prints the status and the recipe of a run."""
    described = _describe(runs.find(args.name))
    if args.json:
        print_json(described)
    else:
        flat = {key: value for key, value in described.items() if key != "config"} | described["config"]
        print_table(("WHAT", "VALUE"), [(key, str(value)) for key, value in flat.items() if value not in (None, "")])
    return 0


def stop(args: argparse.Namespace) -> int:
    """Asks a run's worker to stop, or takes the run out of the queue."""
    run = runs.find(args.name)
    was_waiting = run.id in queue.waiting()
    launch.stop(run)
    kept = "; its best checkpoint is kept" if run.best_checkpoint.exists() else ""
    print(f"run {run.name} {'has left the queue' if was_waiting else f'is stopping{kept}'}")
    return 0


def pause(args: argparse.Namespace) -> int:
    """Pauses a run."""
    return _ask(runs.find(args.name), CommandName.PAUSE, None, "pauses")


def resume(args: argparse.Namespace) -> int:
    """Resumes a paused run, or in the foreground one that has ended early."""
    run = runs.find(args.name)
    # Not only where it is paused already: it may have been asked to pause a moment ago.
    if run.is_training():
        return _ask(run, CommandName.RESUME, None, "resumes")
    return train.follow(launch.resume(run))


def finish(args: argparse.Namespace) -> int:
    """Ends a run after its current epoch."""
    run = runs.find(args.name)
    epoch = max(run.status().epoch, 1)
    return _ask(run, CommandName.EPOCHS, epoch, f"ends after epoch {epoch}")


def change_rate(args: argparse.Namespace) -> int:
    """Changes a run's learning rate."""
    if args.rate == "schedule":
        return _ask(runs.find(args.name), CommandName.RATE, None, "follows its schedule")
    try:
        rate = float(args.rate)
    except ValueError:
        raise RunError(f"a learning rate must be a number, or 'schedule', not '{args.rate}'") from None
    return _ask(runs.find(args.name), CommandName.RATE, rate, f"has a learning rate of {rate:g} from now on")


def add_epochs(args: argparse.Namespace) -> int:
    """Adds epochs to a run while it trains; one that has ended is resumed in the foreground."""
    run = runs.find(args.name)
    if run.is_training():
        total = launch.planned_epochs(run) + args.epochs
        return _ask(run, CommandName.EPOCHS, total, f"ends after epoch {total}")
    return train.follow(launch.extend(run, args.epochs))


def _ask(run: Run, name: CommandName, value: float | None, outcome: str) -> int:
    run.ask(name, value)
    print(f"run {run.name} {outcome}")
    return 0


def change_place(args: argparse.Namespace) -> int:
    """Moves a run in the queue, and prints the queue."""
    run = runs.find(args.name)
    if run.id not in queue.waiting():
        raise RunError(f"run '{run.name}' does not wait; it is {run.status().state}")
    queue.move(run.id, args.place)
    for place, run_id in enumerate(queue.waiting(), 1):
        print(f"{place}. {runs.by_id(run_id).name}")
    return 0


def rename(args: argparse.Namespace) -> int:
    """Gives a run another display name; its id stays."""
    description.rename(runs.find(args.name), args.to)
    return 0


def annotate(args: argparse.Namespace) -> int:
    """Replaces a run's note."""
    description.annotate(runs.find(args.name), args.text)
    return 0


def delete(args: argparse.Namespace) -> int:
    """Deletes a run for good, once that is confirmed."""
    run = runs.find(args.name)
    if not args.yes:
        raise RunError(f"run '{run.name}' and its checkpoints would be lost; confirm with --yes")
    removed = trash.remove(run)
    trash.purge(removed)
    print(f"run {removed.name} is deleted")
    return 0


def print_code(args: argparse.Namespace) -> int:
    """Prints a script that trains the recipe without this project."""
    print(script.code(runs.find(args.name).config), end="")
    return 0


def export(args: argparse.Namespace) -> int:
    """Converts a run's model or metrics, and puts the file into a folder."""
    file = downloads.prepare(runs.find(args.name), args.checkpoint, args.format)
    with as_digit_error(f"'{file.name}' cannot be written", args.to):
        print(shutil.copy(file, args.to))
    return 0


def compare_runs(args: argparse.Namespace) -> int:
    """Prints which of the runs is best, and in which settings and by which steering they differ."""
    compared = {run.id: run for run in map(runs.find, args.names)}
    by_id = {entry.id: entry for entry in catalogue.entries()}
    entries = [by_id[run_id] for run_id in compared]
    print(comparison.summary(entries))
    differences = [
        *comparison.differences({run_id: run.config for run_id, run in compared.items()}),
        *comparison.steering_differences(entries),
    ]
    if differences:
        names = naming.distinct_names({run_id: run.name for run_id, run in compared.items()})
        print_table(
            ("SETTING", *names.values()), [(label, *map(str, values.values())) for label, values in differences]
        )
    return 0


def _describe(run: Run) -> dict[str, Any]:
    try:
        config = run.config.to_dict()
    except DigitError as error:
        config = {"error": str(error)}
    about = description.about(run)
    names = {"id": run.id, "name": about.name or run.id, "remark": about.note}
    return names | asdict(run.status()) | {"config": config}


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.id if entry.name == entry.id else f"{entry.id} ({entry.name})",
        entry.state,
        entry.data or "-",
        entry.preset or "-",
        f"{entry.epochs_done}/{entry.epochs}",
        percent(entry.best_accuracy),
        percent(entry.test_accuracy),
    )
