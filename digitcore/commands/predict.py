"""`predict`: reads pictures, or folders of pictures."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitcore.commands import Commands
from digitcore.commands.output import print_json
from digitcore.errors import PictureError
from digitcore.prediction import Engine, Reading, open_bundle, read
from digitcore.prediction.reading import percent
from digitcore.preprocessing import find_pictures, open_picture

Result = Reading | PictureError | None
"""A reading; the error of a picture that cannot be read; None if nothing is drawn on it."""


def add(commands: Commands) -> None:
    """Declares the command."""
    text = "Reads pictures, or folders of pictures. Exits with 1 if any cannot be read."
    parser = commands.add_parser("predict", help="read the digit in pictures", description=text)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a picture, or a folder of them")
    parser.add_argument("--model", metavar="NAME", default="default", help="the model to read with (default: default)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads and prints one picture after the other; the others are still read if one cannot be."""
    engine = Engine(open_bundle(args.model))
    failed = False
    for path, result in _results(engine, args.paths):
        failed |= isinstance(result, PictureError)
        _print(path, result, args.json)
    return int(failed)


def _results(engine: Engine, paths: list[Path]) -> Iterator[tuple[Path, Result]]:
    for path in paths:
        try:
            for file in find_pictures([path]):
                yield file, _read(engine, file)
        except PictureError as error:
            yield path, error


def _read(engine: Engine, file: Path) -> Result:
    try:
        return read(engine, open_picture(file))
    except PictureError as error:
        return error


def _print(path: Path, result: Result, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(path)} | _as_json(result))
    elif isinstance(result, PictureError):
        print(f"{path}: {result}", file=sys.stderr)
    else:
        print(f"{path}: {_describe(result)}")


def _as_json(result: Result) -> dict[str, Any]:
    if isinstance(result, PictureError):
        return {"error": str(result)}
    if result is None:
        return {"text": "", "accepted": False, "digits": []}
    digit = {
        "digit": result.digit,
        "confidence": round(result.confidence, 6),
        "probabilities": [round(float(probability), 6) for probability in result.probabilities],
        "box": list(result.box),
    }
    return {"text": str(result.digit), "accepted": result.accepted, "digits": [digit]}


def _describe(reading: Reading | None) -> str:
    if reading is None:
        return "nothing is drawn on it"
    if reading.is_rejected:
        return f"no digit (closest to {reading.digit})"
    return f"{reading.digit} ({percent(reading.confidence)}{'' if reading.accepted else ', a guess'})"
