"""`data`: lists the data sets, and downloads one."""

import argparse

from digitcore import data
from digitcore.commands import Commands
from digitcore.commands.output import download_bar, print_json, print_table


def add(commands: Commands) -> None:
    """Declares the command and its actions."""
    parser = commands.add_parser("data", help="list or download data sets", description="Lists the data sets.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_data)
    inner = parser.add_subparsers(metavar="ACTION")
    one = inner.add_parser("fetch", help="download a data set", description="Downloads a data set and checks it.")
    one.add_argument("name", metavar="NAME", help=f"one of {', '.join(data.descriptions())}")
    one.set_defaults(run=fetch)


def list_data(args: argparse.Namespace) -> int:
    """Prints each data set, and whether it loads without a download."""
    rows = [(name, data.is_here(name), description) for name, description in data.descriptions().items()]
    if args.json:
        print_json([{"name": name, "here": here, "description": description} for name, here, description in rows])
    else:
        print_table(
            ("DATA", "HERE", "DESCRIPTION"), [(name, "yes" if here else "no", text) for name, here, text in rows]
        )
    return 0


def fetch(args: argparse.Namespace) -> int:
    """Loads the data set, which downloads and checks missing files."""
    with download_bar() as progress:
        dataset = data.load(args.name, progress)
    counts = ", ".join(f"{count:,} for {split}" for split, count in dataset.counts().items())
    print(f"{dataset.name}: {counts}")
    if dataset.note:
        print(dataset.note)
    return 0
