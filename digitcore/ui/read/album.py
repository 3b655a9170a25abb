"""The pictures of a session and what was read on them; they are kept in the session alone, and go with it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import streamlit as st

from digitcore.data.unpacking import File, unpacked
from digitcore.errors import PictureError
from digitcore.prediction import Engine
from digitcore.ui.read import kept_pictures
from digitcore.ui.read.opened import Opened, open_again
from digitcore.ui.read.outcome import Outcome, outcome_of

MOST_PICTURES = 1_000
ALBUM = "read_album"


@dataclass
class Picture:
    """A file's name and content, and what was read on it; None until that is done.

    Once it is read, the content is that of a smaller picture, or empty where the file is none.
    """

    number: int
    name: str
    content: bytes
    outcome: Outcome | None = None


@dataclass
class Album:
    """The pictures in the order in which they came, and a line for each file that was left out.

    `picked` is the number of the picture that someone chose to see, and `opened` is what explains it. `stopped` says
    whether someone has stopped the reading, `under_way` whether it goes on in the next run of the page, `seconds` how
    long it has taken, `model` what reads, and `reader` stands for the run of the page that reads now.
    """

    pictures: list[Picture] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    too_many: int = 0
    batches: int = 0
    picked: int | None = None
    stopped: bool = False
    under_way: bool = False
    seconds: float = 0.0
    model: object = None
    reader: object = None
    opened: Opened | None = None

    @property
    def unread(self) -> list[Picture]:
        """The pictures that are still to be read."""
        return [picture for picture in self.pictures if picture.outcome is None]

    @property
    def readable(self) -> list[Picture]:
        """The pictures that have been read."""
        return [picture for picture in self.pictures if picture.outcome and not picture.outcome.error]

    @property
    def problems(self) -> list[str]:
        """A line for each file that cannot be read."""
        errors = [f"{one.name}: {one.outcome.error}" for one in self.pictures if one.outcome and one.outcome.error]
        return self.left_out + errors

    @property
    def seconds_left(self) -> float:
        """How long the rest will take if it is like what has been read."""
        unread = len(self.unread)
        return self.seconds / max(1, len(self.pictures) - unread) * unread

    def add(self, files: Iterable[File]) -> None:
        """Adds files, and those in ZIPs; a picture that comes alone is picked."""
        content = unpacked(files, self.left_out)
        room = MOST_PICTURES - len(self.pictures)
        self.too_many = max(0, len(content) - room)
        for name, data in list(content.items())[:room]:
            self.pictures.append(Picture(len(self.pictures), self._new_name(name), data))
        self.picked = len(self.pictures) - 1 if len(content) == 1 and room else None
        self.stopped = False
        self.batches += 1

    def read_on(self, engine: Engine, seconds: float) -> None:
        """Reads for about so many seconds.

        A click begins another run of the page while this one still reads: what it then reads is not taken any more.
        """
        began = time.perf_counter()
        reader = self.reader = object()
        for picture in self.unread:
            content, outcome = _read(engine, picture)
            if self.reader is not reader:
                return
            picture.content, picture.outcome = content, outcome
            if time.perf_counter() - began > seconds:
                break
        self.seconds += time.perf_counter() - began
        self.under_way = bool(self.unread)

    def stop(self) -> None:
        """Leaves the rest unread."""
        self.stopped, self.under_way, self.reader = True, False, None

    def go_on(self) -> None:
        """Reads the rest after all."""
        self.stopped, self.under_way = False, True

    def read_with(self, model: object) -> None:
        """Forgets what another model has read."""
        if self.model not in (None, model):
            for picture in self.readable:
                picture.outcome = None
            self.seconds, self.stopped, self.reader = 0.0, False, None
        self.model = model

    def open(self, picture: Picture, engine: Engine) -> Opened:
        """The picture, read again unless it was opened last."""
        last = self.opened
        if last is None or (last.number, last.engine) != (picture.number, engine):
            last = self.opened = open_again(engine, picture.number, picture.content)
        return last

    def _new_name(self, name: str) -> str:
        """The name, with a number where another picture has it."""
        taken, path = {picture.name for picture in self.pictures}, PurePosixPath(name)
        names = (str(path.with_stem(f"{path.stem} ({number})")) for number in range(2, MOST_PICTURES + 2))
        return name if name not in taken else next(other for other in names if other not in taken)


def of_session() -> Album:
    """The session's album."""
    album: Album = st.session_state.setdefault(ALBUM, Album())
    return album


def forget() -> None:
    """Empties the session's album; as a callback of a button."""
    batches = of_session().batches
    st.session_state[ALBUM] = Album(batches=batches + 1)


def _read(engine: Engine, picture: Picture) -> tuple[bytes, Outcome]:
    """What is to be kept of the picture, and the result."""
    try:
        content = kept_pictures.to_keep(picture.content)
        return content, outcome_of(engine, picture.name, content)
    except PictureError as error:
        return b"", Outcome.of_error(picture.name, error)
