"""`runs`: every training run; show, stop or resume one."""

import argparse
from dataclasses import asdict
from typing import Any

from digitcore.commands import train
from digitcore.commands.output import percent, print_json, print_table
from digitcore.errors import DigitError, RunError
from digitcore.training import launch, runs
from digitcore.training.runs import Run


def add(commands: argparse._SubParsersAction) -> None:
    """Declares the command and its own."""
    parser = commands.add_parser("runs", help="list, show, stop or resume runs", description="Lists the training runs.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_runs)
    inner = parser.add_subparsers(metavar="ACTION")
    for name, words, action in (
        ("show", "what is known of a run", show),
        ("stop", "stop a run; its best checkpoint is kept", stop),
        ("resume", "go on with a run from its last whole epoch", resume),
    ):
        one = inner.add_parser(name, help=words, description=words.capitalize() + ".")
        one.add_argument("name", metavar="RUN", help="its name, or the start of it")
        if name == "show":
            one.add_argument("--json", action="store_true", help="print a JSON object")
        one.set_defaults(run=action)


def list_runs(args: argparse.Namespace) -> int:
    """Prints every run, newest first."""
    described = [_describe(run) for run in runs.every()]
    if args.json:
        print_json(described)
    elif described:
        rows = [_row(each) for each in described]
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
    """Asks a run's worker to stop."""
    run = runs.find(args.name)
    if not run.is_alive():
        raise RunError(f"run '{run.id}' is {run.status().state}; there is nothing to stop")
    run.request_stop()
    print(f"run {run.id} is stopping; its best checkpoint is kept")
    return 0


def resume(args: argparse.Namespace) -> int:
    """Goes on with a run, in the foreground."""
    return train.follow(launch.resume(runs.find(args.name)))


def _describe(run: Run) -> dict[str, Any]:
    try:
        config = run.config.to_dict()
    except DigitError as error:
        config = {"error": str(error)}
    return {"id": run.id, **asdict(run.status()), "config": config}


def _row(described: dict[str, Any]) -> tuple[str, ...]:
    config = described["config"]
    return (
        described["id"],
        described["state"],
        described["data"] or config.get("data", "-"),
        config.get("preset", "-"),
        f"{described['epoch']}/{described['epochs']}",
        percent(described["best_accuracy"]),
        percent(described["test_accuracy"]),
    )
