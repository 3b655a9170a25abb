"""Digits on other programs' canvases, as screenshots show them: frames, grounds, toolbars, cursors and rulers."""

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.camera import Take, jpeg
from benchmarks.canvas import CANVAS, Picture
from digitcore.data.stroke_pictures import any_scale
from digitcore.data.stroke_variation import Strokes, fit
from digitcore.preprocessing.strokes import draw_strokes

Random = np.random.Generator
Colour = tuple[int, int, int]
PAPERS_AND_INKS: tuple[tuple[Colour, Colour], ...] = (
    ((255, 255, 255), (0, 0, 0)),
    ((0, 0, 0), (255, 255, 255)),
    ((255, 255, 255), (30, 60, 200)),
    ((238, 238, 238), (20, 20, 20)),
    ((20, 22, 28), (240, 240, 240)),
    ((255, 250, 220), (200, 30, 40)),
)
GROUNDS: tuple[Colour, ...] = ((255, 255, 255), (240, 240, 240), (200, 205, 210), (14, 17, 23), (38, 39, 48))
GREYS: tuple[Colour, ...] = ((0, 0, 0), (128, 128, 128), (204, 204, 204), (70, 110, 220))


def canvas(written: Strokes, random: Random) -> Picture:
    """The (CANVAS, CANVAS, 3) canvas in any colours, with the digit on it."""
    paper, ink = PAPERS_AND_INKS[random.integers(len(PAPERS_AND_INKS))]
    size = any_scale(random, 0.3, 0.8)
    brush = size * any_scale(random, 0.03, 0.2)
    middle = random.uniform((size + brush) / 2 + 0.05, 1 - (size + brush) / 2 - 0.05, 2) if size + brush < 0.9 else 0.5
    placed = [(stroke * size + middle) * CANVAS for stroke in fit(written)]
    cover = draw_strokes(placed, brush * CANVAS, CANVAS)[..., None] / 255
    return np.rint(np.array(paper) * (1 - cover) + np.array(ink) * cover).astype(np.uint8)


def framed(written: Strokes, random: Random) -> Picture:
    """Cut out along the canvas's frame."""
    return _framed(canvas(written, random), random)


def on_a_page(written: Strokes, random: Random) -> Picture:
    """With the page around the canvas."""
    return np.asarray(_page(canvas(written, random), random))


def framed_on_a_page(written: Strokes, random: Random) -> Picture:
    """With a frame and the page around it."""
    return np.asarray(_page(_framed(canvas(written, random), random), random))


def in_a_window(written: Strokes, random: Random) -> Picture:
    """In a program's window: title, buttons with text, canvas."""
    image = _page(_framed(canvas(written, random), random), random, least=50)
    pen, width = ImageDraw.Draw(image), image.width
    pen.rectangle((0, 0, width, 24), fill=_any(GREYS, random))
    pen.text((10, 7), "Draw a digit", fill=(250, 250, 250))
    for button in range(random.integers(1, 4)):
        left = 10 + 90 * button
        pen.rectangle((left, image.height - 40, left + 80, image.height - 12), fill=(90, 100, 120), outline=(0, 0, 0))
        pen.text((left + 15, image.height - 32), "Predict", fill=(255, 255, 255))
    return np.asarray(image)


def with_a_cursor(written: Strokes, random: Random) -> Picture:
    """With a text cursor beside the digit."""
    image = Image.fromarray(canvas(written, random))
    colour = (0, 0, 0) if np.asarray(image)[0, 0].mean() > 128 else (255, 255, 255)
    height, left = int(random.uniform(0.1, 0.5) * CANVAS), _free_column(image, random)
    top = int(random.uniform(0.1, 0.9) * (CANVAS - height))
    ImageDraw.Draw(image).rectangle((left, top, left + int(random.integers(0, 3)), top + height), fill=colour)
    return np.asarray(image)


def with_a_line(written: Strokes, random: Random) -> Picture:
    """With a ruler or a line below the digit, or beside it, from edge to edge or nearly so."""
    image = Image.fromarray(canvas(written, random))
    colour, inset, width = _any(GREYS[1:], random), int(random.choice((0, 10, 20))), int(random.integers(1, 5))
    turned = random.random() < 0.5
    image = image.transpose(Image.Transpose.TRANSPOSE) if turned else image
    row = _free_column(image.transpose(Image.Transpose.TRANSPOSE), random)
    pen = ImageDraw.Draw(image)
    pen.rectangle((inset, row, CANVAS - inset, row + width - 1), fill=colour)
    if random.random() < 0.5:
        for tick in range(inset, CANVAS - inset, 10):
            pen.line((tick, row, tick, row - 4), fill=colour)
    return np.asarray(image.transpose(Image.Transpose.TRANSPOSE) if turned else image)


def saved_as_jpeg(written: Strokes, random: Random) -> Picture:
    """A window, saved as JPEG."""
    return jpeg(in_a_window(written, random), int(random.integers(40, 90)))


def _framed(picture: Picture, random: Random) -> Picture:
    image = Image.fromarray(picture)
    pen, width = ImageDraw.Draw(image), int(random.integers(1, 5))
    colour, last = _any(GREYS, random), CANVAS - 1
    if random.random() < 0.3:
        pen.rounded_rectangle((0, 0, last, last), radius=10, outline=colour, width=width)
    else:
        pen.rectangle((0, 0, last, last), outline=colour, width=width)
    return np.asarray(image)


def _page(picture: Picture, random: Random, least: int = 4) -> Image.Image:
    left, top, right, bottom = (int(any_scale(random, least, 200)) for _ in range(4))
    page = Image.new("RGB", (CANVAS + left + right, CANVAS + top + bottom), _any(GROUNDS, random))
    page.paste(Image.fromarray(picture), (left, top))
    return page


def _any(colours: tuple[Colour, ...], random: Random) -> Colour:
    return colours[random.integers(len(colours))]


def _free_column(image: Image.Image, random: Random) -> int:
    """A column of the canvas beside the digit."""
    pixels = np.asarray(image).astype(int)
    taken = np.flatnonzero((np.abs(pixels - pixels[0, 0]).max(axis=-1) > 20).any(axis=0))
    before, after = np.arange(4, taken[0] - 10), np.arange(taken[-1] + 8, CANVAS - 8)
    free = np.concatenate([before, after])
    return int(random.choice(free)) if len(free) else int(taken[-1]) + 4


SCREENS: dict[str, Take] = {
    "canvas alone": canvas,
    "frame": framed,
    "page around it": on_a_page,
    "frame and page": framed_on_a_page,
    "window with toolbars": in_a_window,
    "text cursor": with_a_cursor,
    "ruler or line": with_a_line,
    "window, as JPEG": saved_as_jpeg,
}
