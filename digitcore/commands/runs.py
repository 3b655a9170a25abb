"""`runs`: every training run; show, steer, compare, keep or delete them."""

import argparse
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitcore import naming, runs
from digitcore.commands import train
from digitcore.commands.output import percent, print_json, print_table
from digitcore.errors import DigitError, RunError, as_digit_error
from digitcore.recipes import script
from digitcore.runs import Run, catalogue, comparison, description, downloads, launch, queue, trash
from digitcore.runs.catalogue import Entry
from digitcore.runs.steering import CommandName

Action = Callable[[argparse.Namespace], int]


def add(commands: argparse._SubParsersAction) -> None:
    """Declares the command and its own."""
    parser = commands.add_parser("runs", help="list, show and steer runs", description="Lists the training runs.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_runs)
    inner = parser.add_subparsers(metavar="ACTION")
    _action(inner, "show", "what is known of a run", show).add_argument("--json", action="store_true", help="as JSON")
    _action(inner, "stop", "stop a run, its best and last checkpoints are kept; or take it out of the line", stop)
    _action(inner, "resume", "go on with a run from its last whole epoch", resume)
    _action(inner, "pause", "let a run stand still", pause)
    _action(inner, "continue", "let a paused run go on", go_on)
    _action(inner, "finish", "end a run after the epoch that it is in", finish)
    rate = _action(inner, "rate", "change a run's learning rate while it trains", change_rate)
    rate.add_argument("rate", metavar="RATE", help="a number, or 'schedule' to follow the recipe's again")
    extend = _action(inner, "extend", "add epochs to a run, and go on with it where it has ended", add_epochs)
    extend.add_argument("epochs", metavar="N", type=_count, help="how many")
    move = _action(inner, "move", "give a run that waits another place in the line", change_place)
    move.add_argument("place", metavar="PLACE", type=_count, help="1 is the next")
    _action(inner, "rename", "call a run something else", rename).add_argument("to", metavar="NAME", help="new name")
    _action(inner, "note", "say something of a run", annotate).add_argument("text", metavar="TEXT", help="the note")
    _action(inner, "delete", "delete a run for good", delete).add_argument("--yes", action="store_true", help="mean it")
    _action(inner, "code", "print a script that trains the run's recipe without this project", print_code)
    _export(_action(inner, "export", "make a file of a run's model or curves for other programs", export))
    compare = inner.add_parser("compare", help="which run is best, and what differs", description="Compares runs.")
    compare.add_argument("names", metavar="RUN", nargs="+", help="its id, the start of it, or its name")
    compare.set_defaults(run=compare_runs)


def _action(inner: argparse._SubParsersAction, name: str, words: str, run: Action) -> argparse.ArgumentParser:
    parser = inner.add_parser(name, help=words, description=words.capitalize() + ".")
    parser.add_argument("name", metavar="RUN", help="its id, the start of it, or its name")
    parser.set_defaults(run=run)
    return parser


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", metavar="FORMAT", help=f"one of {', '.join(downloads.FORMATS)}")
    parser.add_argument(
        "--checkpoint", metavar="NAME", default="best", help=f"one of {', '.join(runs.CHECKPOINTS)}; default best"
    )
    parser.add_argument("--to", metavar="FOLDER", type=Path, default=".", help="where to; default the current folder")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not '{text}'")
    return int(text)


def list_runs(args: argparse.Namespace) -> int:
    """Prints every run, newest first."""
    # Where the machine was started anew, nobody has told the line yet.
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
    """Prints what is known of a run."""
    described = _describe(runs.find(args.name))
    if args.json:
        print_json(described)
    else:
        flat = {key: value for key, value in described.items() if key != "config"} | described["config"]
        print_table(("WHAT", "VALUE"), [(key, str(value)) for key, value in flat.items() if value not in (None, "")])
    return 0


def stop(args: argparse.Namespace) -> int:
    """Asks a run's worker to stop, or takes the run out of the line."""
    run = runs.find(args.name)
    waited = run.id in queue.waiting()
    launch.stop(run)
    kept = "; its best checkpoint is kept" if run.best_checkpoint.exists() else ""
    print(f"run {run.name} is {'out of the line' if waited else f'stopping{kept}'}")
    return 0


def resume(args: argparse.Namespace) -> int:
    """Goes on with a run, in the foreground."""
    return train.follow(launch.resume(runs.find(args.name)))


def pause(args: argparse.Namespace) -> int:
    """Lets a run stand still."""
    return _ask(runs.find(args.name), CommandName.PAUSE, None, "pauses")


def go_on(args: argparse.Namespace) -> int:
    """Lets a paused run go on."""
    return _ask(runs.find(args.name), CommandName.RESUME, None, "goes on")


def finish(args: argparse.Namespace) -> int:
    """Ends a run after the epoch that it is in."""
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
    return _ask(runs.find(args.name), CommandName.RATE, rate, f"goes on with a learning rate of {rate:g}")


def add_epochs(args: argparse.Namespace) -> int:
    """Adds epochs: to a run that trains while it does, to one that has ended by going on with it in the foreground."""
    run = runs.find(args.name)
    if run.is_training():
        total = launch.planned_epochs(run) + args.epochs
        return _ask(run, CommandName.EPOCHS, total, f"ends after epoch {total}")
    return train.follow(launch.extend(run, args.epochs))


def _ask(run: Run, name: CommandName, value: float | None, words: str) -> int:
    run.ask(name, value)
    print(f"run {run.name} {words}")
    return 0


def change_place(args: argparse.Namespace) -> int:
    """Moves a run in the line, and prints the line."""
    run = runs.find(args.name)
    if run.id not in queue.waiting():
        raise RunError(f"run '{run.name}' does not wait; it is {run.status().state}")
    queue.move(run.id, args.place)
    for place, waiting in enumerate(queue.waiting(), 1):
        print(f"{place}. {runs.by_id(waiting).name}")
    return 0


def rename(args: argparse.Namespace) -> int:
    """Gives a run another name; its folder and its address stay."""
    description.rename(runs.find(args.name), args.to)
    return 0


def annotate(args: argparse.Namespace) -> int:
    """Keeps a note with a run."""
    description.annotate(runs.find(args.name), args.text)
    return 0


def delete(args: argparse.Namespace) -> int:
    """Deletes a run for good, which has to be meant."""
    run = runs.find(args.name)
    if not args.yes:
        raise RunError(f"run '{run.name}' and its checkpoints would be gone for good; say so with --yes")
    removed = trash.remove(run)
    trash.purge(removed)
    print(f"run {removed.name} is deleted")
    return 0


def print_code(args: argparse.Namespace) -> int:
    """Prints the recipe as a script of its own."""
    print(script.code(runs.find(args.name).config), end="")
    return 0


def export(args: argparse.Namespace) -> int:
    """Makes the file and puts it into a folder."""
    made = downloads.prepare(runs.find(args.name), args.checkpoint, args.format)
    with as_digit_error(f"'{made.name}' cannot be written", args.to):
        print(shutil.copy(made, args.to))
    return 0


def compare_runs(args: argparse.Namespace) -> int:
    """Prints which of the runs is best, and in which settings and by which steering they differ."""
    compared = {run.id: run for run in map(runs.find, args.names)}
    entries = {entry.id: entry for entry in catalogue.entries()}
    print(comparison.summary([entries[id] for id in compared]))
    differences = [
        *comparison.differences({id: run.config for id, run in compared.items()}),
        *comparison.steering_differences([entries[id] for id in compared]),
    ]
    if differences:
        names = naming.distinct({id: run.name for id, run in compared.items()})
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
    named = {"id": run.id, "name": about.name or run.id, "remark": about.note}
    return named | asdict(run.status()) | {"config": config}


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
