"""A picture with a box around each digit that was read on it, and the digit beside it."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitcore.prediction.reading import Reading
from digitcore.prediction.records import sign
from digitcore.prediction.writing import Writing

LEAST_SIDE = 320
"""A smaller picture is enlarged by a whole number to about this longer side, so that there is room for labels."""
LINE_SHARE, THINNEST = 1 / 300, 2
"""How wide lines are, as a share of the picture's longer side, and at least in pixels."""
LABEL_SHARE, SMALLEST_LABEL, LARGEST_LABEL = 0.5, 11, 1 / 14
"""How high labels are, as a share of the boxes' median height; in pixels; as a share of the longer side."""
LABEL_COLOUR = "#101114"
"""It can be read on all of COLOURS."""

Picture = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Corners = tuple[int, int, int, int]
"""Left, top, right and bottom, all of them inside."""


class Assurance(StrEnum):
    """How far to trust a digit."""

    SURE = "sure"
    UNSURE = "unsure"
    NOT_ACCEPTED = "not accepted"


COLOURS = {Assurance.SURE: "#5b6cff", Assurance.UNSURE: "#f2994a", Assurance.NOT_ACCEPTED: "#e5484d"}


def assurance(reading: Reading) -> Assurance:
    """An accepted digit is unsure where other answers are likely, too."""
    if not reading.accepted:
        return Assurance.NOT_ACCEPTED
    return Assurance.SURE if len(reading.likely) == 1 else Assurance.UNSURE


def draw_boxes(picture: Picture, writing: Writing | None) -> Image.Image:
    """The uint8 picture, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA, with the boxes of what is written on it.

    It is `enlargement(picture)` times as large. The colour of a box is that of its digit's assurance; what is no digit
    to the model has a question mark.
    """
    factor = enlargement(picture)
    image = Image.fromarray(picture)
    image = image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)
    image = image.convert("RGBA" if image.mode in ("RGBA", "LA") else "RGB")
    readings = writing.digits if writing else ()
    width = max(THINNEST, round(LINE_SHARE * max(image.size)))
    boxes = [_outer(reading.box, factor, width) for reading in readings]
    for box, reading in zip(boxes, readings, strict=True):
        ImageDraw.Draw(image).rectangle(box, outline=COLOURS[assurance(reading)], width=width)
    # After all boxes, as a box must not cross out a label.
    for box, reading in zip(boxes, readings, strict=True):
        _label(image, box, reading, _font(boxes, image.size))
    return image


def enlargement(picture: Picture) -> int:
    """How many times as large as the picture that with boxes is."""
    longest: int = max(picture.shape[:2])
    return max(1, LEAST_SIDE // longest)


def _outer(box: tuple[int, int, int, int], factor: int, width: int) -> Corners:
    """The box around a digit, whose line does not touch the ink."""
    x, y, across, down = (factor * length for length in box)
    return x - width - 1, y - width - 1, x + across + width, y + down + width


def _font(boxes: Sequence[Corners], size: tuple[int, int]) -> Font:
    height = LABEL_SHARE * median(bottom - top for _, top, _, bottom in boxes)
    return ImageFont.load_default(max(SMALLEST_LABEL, min(height, LARGEST_LABEL * max(size))))


def _label(image: Image.Image, box: Corners, reading: Reading, font: Font) -> None:
    """Writes the digit above its box; where there is no room, below it, or else in its corner."""
    draw, text = ImageDraw.Draw(image), sign(reading)
    left, top, right, bottom = box
    _, _, across, down = draw.textbbox((0, 0), text, font=font)
    space = max(1, round(down / 6))
    width, height = round(across) + 2 * space, round(down) + space
    x = min(max(0, (left + right - width) // 2), max(0, image.width - width))
    y = top - height if top >= height else bottom if bottom + height <= image.height else max(0, top)
    draw.rectangle((x, y, x + width - 1, y + height - 1), fill=COLOURS[assurance(reading)])
    draw.text((x + space, y), text, fill=LABEL_COLOUR, font=font)
