"""What was read from a file, for programs, for spreadsheets and for people."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitcore.errors import PictureError
from digitcore.prediction.reading import Reading, percent
from digitcore.prediction.writing import Writing

Result = Writing | PictureError | None
"""The writing on a picture; the error of one that cannot be read; None if nothing is written on it."""
Cell = str | float | int

COLUMNS = ("file", "text", "accepted", "confidence", "digits", "error")
"""`digits` is their number."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of them for a formula, and computes it."""
UNREADABLE = "?"
"""What people see in the place of what is no digit to the model."""
NOTHING_WRITTEN, NO_DIGITS = "nothing is written on it", "no digits found"


def as_json(file: Path | str, result: Result, reduced: int = 1) -> dict[str, Any]:
    """The result as `predict --json` prints it; `text` has a guess for what is not accepted.

    Boxes are in the file's pixels if `reduced` is the factor by which the picture was reduced when it was opened.
    """
    if isinstance(result, PictureError):
        return {"file": str(file), "error": str(result)}
    if result is None:
        return {"file": str(file), "text": "", "accepted": False, "digits": []}
    digits = [_digit(reading, reduced) for reading in result.digits]
    return {"file": str(file), "text": result.text, "accepted": result.accepted, "digits": digits}


def as_row(file: Path | str, result: Result) -> list[Cell]:
    """The result as a row of COLUMNS; `text` has a question mark for what is no digit."""
    name = defused(printable(file))
    if isinstance(result, PictureError):
        return [name, "", "", "", "", defused(str(result))]
    if result is None or is_without_digits(result):
        return [name, "", "false", "", 0, ""]
    digits, accepted = sum(not reading.is_rejected for reading in result.digits), str(result.accepted).lower()
    return [name, shown_text(result), accepted, round(result.confidence, 6), digits, ""]


def csv_line(row: Sequence[Cell]) -> str:
    """A row as a line of CSV, without its end. Text is in quotes, so that programs can tell 007 from 7."""
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="").writerow(row)
    return stream.getvalue()


def describe(result: Writing | None) -> str:
    """The result in a line for people, for example "407 (98.7%)"."""
    text = in_a_line(result)
    return text if result is None or is_without_digits(result) else f"{text} ({_trust(result)})"


def in_a_line(result: Writing | None) -> str:
    """The text as people see it in a line, or why there is none."""
    if result is None:
        return NOTHING_WRITTEN
    return NO_DIGITS if is_without_digits(result) else " / ".join(shown_text(result).splitlines())


def shown_text(writing: Writing) -> str:
    """The text as people see it, with a question mark for what is no digit; lines are separated by newlines."""
    return "\n".join("".join(map(sign, line)) for line in writing.lines)


def sign(reading: Reading) -> str:
    """A digit as people see it, or a question mark for what is none."""
    return UNREADABLE if reading.is_rejected else str(reading.digit)


def is_without_digits(writing: Writing) -> bool:
    """Whether nothing on the picture is a digit to the model."""
    return all(reading.is_rejected for reading in writing.digits)


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet computes: with an apostrophe before what begins a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def printable(file: Path | str) -> str:
    """A file's name; bytes in it that are no text are replaced, as they cannot be printed."""
    return os.fsencode(file).decode(errors="replace")


def _trust(writing: Writing) -> str:
    if any(reading.is_rejected for reading in writing.digits):
        return "not all of it is digits"
    return f"{percent(writing.confidence)}{'' if writing.accepted else ', a guess'}"


def _digit(reading: Reading, reduced: int) -> dict[str, Any]:
    return {
        "digit": reading.digit,
        "confidence": round(reading.confidence, 6),
        "probabilities": [round(float(probability), 6) for probability in reading.probabilities],
        "accepted": reading.accepted,
        "box": [reduced * length for length in reading.box],
    }
