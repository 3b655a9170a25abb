"""`models`: lists the models, and publishes one from a run."""

import argparse

from digitcore import runs
from digitcore.commands import Commands
from digitcore.commands.output import percent, print_json, print_table
from digitcore.prediction import Bundle, open_all
from digitcore.runs.publish import publish


def add(commands: Commands) -> None:
    """Declares the command and its actions."""
    parser = commands.add_parser("models", help="list or publish models", description="Lists the models.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_models)
    inner = parser.add_subparsers(metavar="ACTION")
    text = "Publishes a run's best checkpoint as a model."
    one = inner.add_parser("publish", help="publish a run as a model", description=text)
    one.add_argument("name", metavar="RUN", help="the run's id, the start of it, or its name")
    one.add_argument("--name", metavar="M", dest="model", required=True, help="the model's name")
    one.set_defaults(run=publish_run)


def list_models(args: argparse.Namespace) -> int:
    """Prints every model, and the reason for each that is rejected."""
    opened, rejected = open_all()
    if args.json:
        # "title" is what version 0.2.0 calls the display name.
        models = [{"name": bundle.name, "title": bundle.display_name, **bundle.card} for bundle in opened]
        print_json(models + [{"error": reason} for reason in rejected])
        return 0
    if opened:
        print_table(("MODEL", "TEST", "DATA", "PARAMETERS", "COMMAND"), [_row(bundle) for bundle in opened])
    for reason in rejected:
        print(reason)
    if not opened and not rejected:
        print("no models yet; make one with: python -m digitcore train --publish NAME")
    return 0


def publish_run(args: argparse.Namespace) -> int:
    """Publishes the run's best checkpoint."""
    print(f"model {publish(runs.find(args.name), args.model)}")
    return 0


def _row(bundle: Bundle) -> tuple[str, ...]:
    card = bundle.card
    return (
        bundle.name if bundle.display_name == bundle.name else f"{bundle.name} ({bundle.display_name})",
        percent(card["scores"]["test_accuracy"]),
        card["data"]["name"],
        f"{card['parameters']:,}",
        card["command"],
    )
