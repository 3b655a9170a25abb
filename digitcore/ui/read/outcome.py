"""What is kept of a reading: its records and how it is shown, without the ink and the layers that it was made from."""

from dataclasses import dataclass
from typing import Any

from digitcore.errors import PictureError
from digitcore.prediction import Engine, read_all, records
from digitcore.ui.read import kept_pictures
from digitcore.ui.wording import sentence


@dataclass(frozen=True)
class Outcome:
    """The result for a file: for programs, for spreadsheets and for people, and a small picture as a data URL.

    `confidence` is None where there is no digit. `error` is empty unless the file cannot be read.
    """

    record: dict[str, Any]
    row: list[records.Cell]
    text: str = ""
    confidence: float | None = None
    accepted: bool = False
    thumbnail: str = ""
    error: str = ""

    @classmethod
    def of_error(cls, name: str, error: PictureError) -> "Outcome":
        """That of a file that cannot be read."""
        return cls(records.as_json(name, error), records.as_row(name, error), error=str(error))


def outcome_of(engine: Engine, name: str, content: bytes) -> Outcome:
    """What is written on the picture. Raises PictureError."""
    picture = kept_pictures.opened(content)
    writing = read_all(engine, picture)
    return Outcome(
        records.as_json(name, writing),
        records.as_row(name, writing),
        sentence(records.in_a_line(writing)),
        None if writing is None or records.is_without_digits(writing) else writing.confidence,
        bool(writing and writing.accepted),
        kept_pictures.thumbnail(picture),
    )
