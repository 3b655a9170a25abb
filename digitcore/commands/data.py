"""`data`: which digits are on this machine; fetch what is not."""

import argparse

from digitcore import data
from digitcore.commands.output import download_bar, print_json, print_table


def add(commands: argparse._SubParsersAction) -> None:
    """Declares the command and its own."""
    parser = commands.add_parser("data", help="list or fetch data sets", description="Lists the data sets.")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.set_defaults(run=list_data)
    inner = parser.add_subparsers(metavar="ACTION")
    one = inner.add_parser("fetch", help="download a data set", description="Downloads a data set, and checks it.")
    one.add_argument("name", metavar="NAME", help=f"one of {', '.join(data.descriptions())}")
    one.set_defaults(run=fetch)


def list_data(args: argparse.Namespace) -> int:
    """Prints each data set, and whether it is here."""
    named = [(name, data.is_here(name), words) for name, words in data.descriptions().items()]
    if args.json:
        print_json([{"name": name, "here": here, "description": words} for name, here, words in named])
    else:
        print_table(("DATA", "HERE", "WHAT"), [(name, "yes" if here else "no", words) for name, here, words in named])
    return 0


def fetch(args: argparse.Namespace) -> int:
    """Loads the data set, which downloads and checks what is missing."""
    with download_bar() as tell:
        dataset = data.load(args.name, tell)
    counts = ", ".join(f"{count:,} for {split}" for split, count in dataset.counts().items())
    print(f"{dataset.name}: {counts}")
    if dataset.note:
        print(dataset.note)
    return 0
