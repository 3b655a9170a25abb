"""`models`: the model bundles; publish one from a run."""

import argparse

from digitcore import runs
from digitcore.commands.output import percent, print_json, print_table
from digitcore.prediction import Bundle, open_all
from digitcore.runs.publish import publish


def add(commands: argparse._SubParsersAction) -> None:
    """Declares the command and its own."""
    parser = commands.add_parser("models", help="list or publish models", description="Lists the model bundles.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_models)
    inner = parser.add_subparsers(metavar="ACTION")
    words = "Makes a model of a run's best checkpoint."
    one = inner.add_parser("publish", help="make a model of a run", description=words)
    one.add_argument("name", metavar="RUN", help="the run's id, the start of it, or its name")
    one.add_argument("--name", metavar="M", dest="model", required=True, help="what the model is called")
    one.set_defaults(run=publish_run)


def list_models(args: argparse.Namespace) -> int:
    """Prints every model, and why one is refused."""
    opened, refused = open_all()
    if args.json:
        told = [{"name": bundle.name, "title": bundle.display_name, **bundle.card} for bundle in opened]
        print_json(told + [{"error": line} for line in refused])
        return 0
    if opened:
        print_table(("MODEL", "TEST", "DATA", "PARAMETERS", "MADE BY"), [_row(bundle) for bundle in opened])
    for line in refused:
        print(line)
    if not opened and not refused:
        print("no models yet; make one with: python -m digitcore train --publish NAME")
    return 0


def publish_run(args: argparse.Namespace) -> int:
    """Makes a bundle of a run's best checkpoint."""
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
