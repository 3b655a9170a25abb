"""A drawing and all its earlier states, so that each step can be undone and redone."""

import base64
import binascii
import io
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

Strokes = list[dict[str, Any]]
"""The canvas's own objects, first to last, as JSON."""
MOST_STATES = 200
KEY = "draw_drawing"


class State(NamedTuple):
    """What was on the canvas: its strokes, and its picture as PNG; None until the canvas has painted it."""

    strokes: Strokes
    png: bytes | None


@dataclass
class Drawing:
    """The states of one drawing, which of them is current, and what passed between page and canvas.

    Once the canvas has painted a drawing that it was given to show, it reports it. Such a report is `expected`; any
    other is something that a person drew. Reports of superseded drawings may come late, or never.
    """

    states: list[State] = field(default_factory=lambda: [State([], None)])
    at: int = 0
    shown: dict[str, Any] = field(default_factory=lambda: {"objects": []})
    revision: int = 0
    expected: list[Strokes] = field(default_factory=list)
    heard: Strokes | None = None
    obeyed: float = 0

    @property
    def strokes(self) -> Strokes:
        """What is drawn now."""
        return self.states[self.at].strokes

    @property
    def png(self) -> bytes | None:
        """The picture of what is drawn now, as PNG; None for an empty canvas, or until the canvas has painted it."""
        return self.states[self.at].png if self.strokes else None

    @property
    def picture(self) -> np.ndarray | None:
        """The same, as (height, width, 4) uint8 RGBA."""
        return None if self.png is None else np.asarray(Image.open(io.BytesIO(self.png)))

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has drawn anything yet."""
        return len(self.states) == 1 and not self.strokes

    def can(self, action: str) -> bool:
        """Whether there is something to "undo", "redo" or "clear"."""
        return {"undo": self.at > 0, "redo": self.at + 1 < len(self.states), "clear": bool(self.strokes)}[action]

    def obey(self, asked: list[tuple[float, str]]) -> None:
        """Does what was asked since the last time: ascending numbers, each with "undo", "redo" or "clear"."""
        for number, action in asked:
            if number > self.obeyed:
                self.obeyed = number
                if self.can(action):
                    {"undo": self._undo, "redo": self._redo, "clear": self._clear}[action]()

    def hear(self, strokes: Strokes, png: bytes) -> None:
        """Takes a report of the canvas: that it has painted what it was given to show, or what a person drew."""
        if strokes == self.heard:
            return
        self.heard = strokes
        confirmed = [place for place, expected in enumerate(self.expected) if same(expected, strokes)]
        if not confirmed:
            self.expected = []
            self._add_strokes(self._shared(strokes), png)
            return
        self.expected = self.expected[confirmed[-1] + 1 :]
        if same(strokes, self.strokes):
            self.states[self.at] = State(self.strokes, png)

    def mount(self) -> None:
        """To be called for a new canvas, which shows what it is given and reports nothing until someone draws on it."""
        self.shown = {"objects": self.strokes, "revision": self.revision}
        self.expected, self.heard = [], None

    def restore(self, kept: Any, size: tuple[int, int]) -> None:
        """Restores a drawing that the browser kept, as `kept` made it; ignores a damaged one, and one of another size.

        `size` is the canvas's width and height.
        """
        state = _kept_state(kept, size)
        if state and state.png is not None and self.is_untouched:
            self._add_strokes(state.strokes, state.png)
            self._show()

    def kept(self) -> dict[str, Any]:
        """What the browser keeps, so that the drawing outlives a reload of the page."""
        return {"strokes": self.strokes, "png": base64.b64encode(self.png or b"").decode()}

    def _undo(self) -> None:
        self.at -= 1
        self._show()

    def _redo(self) -> None:
        self.at += 1
        self._show()

    def _clear(self) -> None:
        self._add(State([], None))
        self._show()

    def _add_strokes(self, strokes: Strokes, png: bytes) -> None:
        """Adds a state for each new stroke: quick strokes are reported together, but each can be undone."""
        before = len(self.strokes) if same(strokes[: len(self.strokes)], self.strokes) else len(strokes) - 1
        for count in range(before + 1, len(strokes)):
            self._add(State(strokes[:count], None))
        self._add(State(strokes, png))

    def _add(self, state: State) -> None:
        """Adds a state, after which nothing that was undone before can be redone."""
        self.states = [*self.states[: self.at + 1], state][-MOST_STATES:]
        self.at = len(self.states) - 1

    def _show(self) -> None:
        """Gives the canvas the strokes to show; the revision makes them differ from what it was given before."""
        self.revision += 1
        self.shown = {"objects": self.strokes, "revision": self.revision}
        self.expected.append(self.strokes)

    def _shared(self, strokes: Strokes) -> Strokes:
        """The strokes, with the same objects for those that are unchanged, so that many states take little memory."""
        return [
            old if old is not None and old == new else new
            for old, new in zip_longest(self.strokes[: len(strokes)], strokes)
        ]


def same(one: Strokes, other: Strokes) -> bool:
    """Whether both have the same lines, whatever else the canvas says of them."""
    return [stroke.get("path") for stroke in one] == [stroke.get("path") for stroke in other]


def _kept_state(kept: Any, size: tuple[int, int]) -> State | None:
    """The state that the browser kept; None where it is damaged, or of another size."""
    try:
        strokes, png = kept["strokes"], base64.b64decode(kept["png"], validate=True)
        with Image.open(io.BytesIO(png)) as image:
            fits = image.format == "PNG" and image.size == size and image.mode == "RGBA"
            image.load()
    except (TypeError, KeyError, ValueError, OSError, SyntaxError, binascii.Error):
        return None
    return State(strokes, png) if fits and strokes and all(isinstance(stroke, dict) for stroke in strokes) else None


def of_session() -> Drawing:
    """The drawing of this browser's session, on whatever page."""
    drawing: Drawing = st.session_state.setdefault(KEY, Drawing())
    return drawing
