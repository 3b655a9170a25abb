"""`predict`: reads pictures, or folders of pictures."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitcore.commands.output import print_json
from digitcore.errors import PictureError
from digitcore.prediction import Engine, Reading, open_bundle, read
from digitcore.prediction.reading import percent
from digitcore.preprocessing import find_pictures, open_picture


def add(commands: argparse._SubParsersAction) -> None:
    """Declares the command."""
    words = "Reads pictures, or folders of pictures. Exits with 1 where some could not be read."
    parser = commands.add_parser("predict", help="read the digit in pictures", description=words)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a picture, or a folder of them")
    parser.add_argument("--model", metavar="NAME", default="default", help="the model to read with (default: default)")
    parser.add_argument("--json", action="store_true", help="print a JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads one picture after the other; one that cannot be read does not keep the others from it."""
    engine = Engine(open_bundle(args.model))
    failed = False
    for path, answer in _answers(engine, args.paths):
        if isinstance(answer, PictureError):
            failed = True
        _tell(path, answer, args.json)
    return int(failed)


def _answers(engine: Engine, paths: list[Path]) -> Iterator[tuple[Path, Reading | PictureError | None]]:
    for path in paths:
        try:
            for file in find_pictures([path]):
                yield file, _answer(engine, file)
        except PictureError as error:
            yield path, error


def _answer(engine: Engine, file: Path) -> Reading | PictureError | None:
    try:
        return read(engine, open_picture(file))
    except PictureError as error:
        return error


def _tell(path: Path, answer: Reading | PictureError | None, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(path)} | _as_json(answer))
    elif isinstance(answer, PictureError):
        print(f"{path}: {answer}", file=sys.stderr)
    else:
        print(f"{path}: {_in_words(answer)}")


def _as_json(answer: Reading | PictureError | None) -> dict[str, Any]:
    if isinstance(answer, PictureError):
        return {"error": str(answer)}
    if answer is None:
        return {"text": "", "accepted": False, "digits": []}
    digit = {
        "digit": answer.digit,
        "confidence": round(answer.confidence, 6),
        "probabilities": [round(float(share), 6) for share in answer.probabilities],
        "box": list(answer.box),
    }
    return {"text": str(answer.digit), "accepted": answer.accepted, "digits": [digit]}


def _in_words(answer: Reading | None) -> str:
    if answer is None:
        return "nothing is drawn on it"
    if answer.is_rejected:
        return f"no digit (closest to {answer.digit})"
    return f"{answer.digit} ({percent(answer.confidence)}{'' if answer.accepted else ', a guess'})"
