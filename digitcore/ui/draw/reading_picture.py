"""A drawing and its readings as a picture to keep or to show."""

import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitcore.ui import palette
from digitcore.ui.draw.reading_view import NAMES, Shown, headline

SIDE, MARGIN, WIDTH = 400, 32, 360
"""Of the drawing, around everything, and of each reading, in pixels."""
TOP, STEP, NAME_WIDTH, SHARE_WIDTH = 96, 28, 70, 60
"""Where the bars begin, how far apart they are, and how wide the text on their left and right is."""


def reading_png(drawing: np.ndarray, shown: list[Shown]) -> bytes:
    """A PNG of the (H, W, 4) uint8 RGBA drawing on white, and beside it each of its readings."""
    size = (SIDE + MARGIN + (WIDTH + MARGIN) * len(shown) + MARGIN, SIDE + 2 * MARGIN)
    picture = Image.new("RGB", size, palette.PAPER)
    ink = Image.fromarray(drawing).resize((SIDE, SIDE))
    picture.paste(ink, (MARGIN, MARGIN), ink)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((MARGIN, MARGIN, MARGIN + SIDE, MARGIN + SIDE), outline=palette.TRACK)
    for place, reading in enumerate(shown):
        _write(pen, reading, 2 * MARGIN + SIDE + place * (WIDTH + MARGIN))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _write(pen: ImageDraw.ImageDraw, shown: Shown, left: int) -> None:
    reading = shown.reading
    first, second = headline(reading)
    sign = "?" if reading.is_rejected else str(reading.digit)
    pen.text((left, MARGIN - 12), sign, palette.TEXT, _font(84))
    pen.text((left + NAME_WIDTH, MARGIN + 4), first, palette.TEXT, _font(28))
    for line, text in enumerate(filter(None, (second, shown.model))):
        pen.text(
            (left + NAME_WIDTH, MARGIN + 40 + 20 * line),
            _shortened(text, WIDTH - NAME_WIDTH),
            palette.QUIET_TEXT,
            _font(15),
        )
    for answer, share in enumerate(reading.shares):
        _bar(pen, left, MARGIN + TOP + STEP * answer, NAMES[answer], float(share), answer == reading.answer)


def _shortened(text: str, width: int) -> str:
    """As much of the text as fits into the width, in pixels."""
    font = _font(15)
    if font.getlength(text) <= width:
        return text
    return next(f"{text[:end]}…" for end in range(len(text), -1, -1) if font.getlength(f"{text[:end]}…") <= width)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu, which has the letters of most languages and comes with Matplotlib."""
    import matplotlib  # takes a while, which only a saved picture needs

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)


def _bar(pen: ImageDraw.ImageDraw, left: int, top: int, name: str, share: float, best: bool) -> None:
    font, begin, end = _font(15), left + NAME_WIDTH, left + WIDTH - SHARE_WIDTH
    pen.text((left, top), name, palette.TEXT, font)
    pen.rounded_rectangle((begin, top + 3, end, top + 15), 6, palette.TRACK)
    if share > 0.01:
        pen.rounded_rectangle(
            (begin, top + 3, begin + share * (end - begin), top + 15), 6, palette.INK if best else palette.FILL
        )
    pen.text((left + WIDTH, top), f"{share:.1%}", palette.TEXT, font, anchor="ra")
