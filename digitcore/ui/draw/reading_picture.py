"""A drawing and its readings as a picture to keep or to show."""

import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from digitcore.prediction import Writing
from digitcore.prediction.records import shown_text, sign
from digitcore.ui import palette
from digitcore.ui.reading_view import NAMES, Shown, headline, number_headline, place_of

HEIGHT, MARGIN, WIDTH = 400, 32, 360
"""Of the drawing, around everything, and of each reading, in pixels."""
TOP, STEP, NAME_WIDTH, SHARE_WIDTH = 96, 28, 70, 60
"""Where the bars begin, how far apart they are, and how wide the text on their left and right is."""
NUMBER_HEIGHT, FONT_WIDTH, GAP = 44, 0.64, 6
"""The height that a number's lines share, a digit's width as a share of its font's size, and between ink and box."""


def reading_png(shown: list[Shown]) -> bytes:
    """A PNG of the drawing on white, boxes around the first reading's digits, and beside it each of the readings."""
    drawing = Image.fromarray(_on_square(shown[0].drawing))
    ink = drawing.resize((drawing.width * HEIGHT // drawing.height, HEIGHT))
    size = (ink.width + MARGIN + (WIDTH + MARGIN) * len(shown) + MARGIN, HEIGHT + 2 * MARGIN)
    picture = Image.new("RGB", size, palette.PAPER)
    picture.paste(ink, (MARGIN, MARGIN), ink)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((MARGIN, MARGIN, MARGIN + ink.width, MARGIN + HEIGHT), outline=palette.TRACK)
    if len(shown[0].writing.digits) > 1:
        _draw_boxes(pen, shown[0], HEIGHT / drawing.height)
    for place, reading in enumerate(shown):
        _write(pen, reading, 2 * MARGIN + ink.width + place * (WIDTH + MARGIN))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _on_square(drawing: np.ndarray) -> np.ndarray:
    """The drawing, without what is on the right of a square if that is empty."""
    height = len(drawing)
    return drawing if drawing[:, height:].any() else drawing[:, :height]


def _draw_boxes(pen: ImageDraw.ImageDraw, shown: Shown, scale: float) -> None:
    """A box around each digit, and what it was read as above it, or in it at the upper edge of the drawing."""
    for at, reading in enumerate(shown.writing.digits):
        x, y, width, height = (scale * side for side in reading.box)
        left, top = MARGIN + x - GAP, MARGIN + y - GAP
        colour = palette.SELECTED if at == shown.picked else palette.GREY
        pen.rectangle((left, top, left + width + 2 * GAP, top + height + 2 * GAP), outline=colour, width=2)
        place = (left + width / 2 + GAP, max(top - 4, MARGIN + 20))
        pen.text(place, sign(reading), palette.TEXT, _font(20), anchor="mb")


def _write(pen: ImageDraw.ImageDraw, shown: Shown, left: int) -> None:
    """A reading: what was read, how sure that is, and the picked digit's shares."""
    if len(shown.writing.digits) == 1:
        first, second = headline(shown.reading)
        pen.text((left, MARGIN - 12), sign(shown.reading), palette.TEXT, _font(84))
        pen.text((left + NAME_WIDTH, MARGIN + 4), first, palette.TEXT, _font(28))
        _write_quietly(pen, (left + NAME_WIDTH, MARGIN + 40), WIDTH - NAME_WIDTH, second, shown.model)
    else:
        _write_number(pen, shown.writing, left)
        first, second = number_headline(shown.writing)
        pen.text((left, MARGIN + 38), " · ".join(filter(None, (first, second))), palette.TEXT, _font(18))
        _write_quietly(pen, (left, MARGIN + 66), WIDTH, " · ".join(filter(None, (place_of(shown), shown.model))))
    reading = shown.reading
    for answer, share in enumerate(reading.shares):
        _bar(pen, left, MARGIN + TOP + STEP * answer, NAMES[answer], float(share), answer == reading.answer)


def _write_quietly(pen: ImageDraw.ImageDraw, corner: tuple[int, int], width: int, *lines: str) -> None:
    for row, text in enumerate(filter(None, lines)):
        pen.text((corner[0], corner[1] + 20 * row), _shortened(text, width), palette.QUIET_TEXT, _font(15))


def _write_number(pen: ImageDraw.ImageDraw, writing: Writing, left: int) -> None:
    """The number, line by line, as large as there is room for."""
    lines = shown_text(writing).splitlines()
    size = min(NUMBER_HEIGHT // len(lines), int(WIDTH / (FONT_WIDTH * max(map(len, lines)))))
    for row, line in enumerate(lines):
        pen.text((left, MARGIN + row * size), line, palette.TEXT, _font(size), anchor="lt")


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
