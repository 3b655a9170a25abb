"""Pictures of strokes, drawn as on a canvas: with brushes of many widths, at many sizes."""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from digitcore.data.dataset import Labelled
from digitcore.data.drawings import Drawing
from digitcore.data.stroke_variation import Random, Strokes, fit, vary
from digitcore.model_format import NO_DIGIT
from digitcore.preprocessing import find_ink, normalise
from digitcore.preprocessing.strokes import draw_strokes

ALL_WIDTHS, USUAL_WIDTHS, NO_DIGIT_WIDTHS = (0.015, 0.28), (0.05, 0.16), (0.015, 0.16)
"""Ranges of brush widths, as shares of the drawing's longer side. A thick brush makes scribbles look like digits."""
WIDEST = 0.5
"""The widest brush, as a share of the drawing's shorter side: a wider one turns a narrow 6 or 8 into a 1."""
USUAL_SHARE = 0.5
SIZE, SIZES = 80, (24, 112)
"""The drawing's longer side in pixels, if it is fixed, and its range: people draw icons, and they fill a canvas."""
THINNEST = 1.0
"""The width in pixels of the thinnest brush: a thinner one leaves gaps, and no dots."""
MARGIN = 0.2
"""The space on each side of a drawing, as a share of its longer side."""
JAGGED_SHARE, JAGGED_BELOW, INK_FROM = 0.3, 64, 128
"""The share of the drawings below a size that have no grey pixels, as many programs draw small pictures; such a
drawing's pixels are ink from this value on."""


def picture(strokes: Strokes, width: float, size: float = SIZE) -> NDArray[np.uint8]:
    """The normalised (28, 28) uint8 picture of strokes whose longer side is 1, drawn `width` wide and `size` large."""
    return _normalised(_on_canvas(strokes, width, size))


def as_written(drawings: Iterable[Drawing], random: Random) -> Labelled:
    """The pictures and labels of drawings as they were written, with brushes of all widths."""
    pairs = [(picture(fit(d.strokes), any_scale(random, *ALL_WIDTHS)), d.label) for d in drawings]
    return _stacked(pairs)


def by_hands(drawings: Iterable[Drawing], hands: int, random: Random) -> Labelled:
    """The pictures and labels of drawings, all of them drawn `hands` times, each time varied as by another writer."""
    return _stacked([_by_hand(drawing, random) for drawing in list(drawings) * hands])


def no_digits(drawn: Iterable[Strokes], random: Random) -> Labelled:
    """The pictures of strokes that are no digit, labelled so."""
    return _stacked(
        [(_any_picture(strokes, any_scale(random, *NO_DIGIT_WIDTHS), random), NO_DIGIT) for strokes in drawn]
    )


def written_by(writers: Collection[str], drawings: Iterable[Drawing]) -> list[Drawing]:
    """What these people wrote."""
    return [drawing for drawing in drawings if drawing.writer in writers]


def any_scale(random: Random, least: float, most: float) -> float:
    """A random number between two, uniform on a logarithmic scale."""
    return float(np.exp(random.uniform(np.log(least), np.log(most))))


def _by_hand(drawing: Drawing, random: Random) -> tuple[NDArray[np.uint8], int]:
    strokes = vary(drawing.label, drawing.strokes, random)
    return _any_picture(strokes, any_brush(drawing.label, strokes, random), random), drawing.label


def any_brush(label: int, strokes: Strokes, random: Random) -> float:
    """A random brush width for a digit.

    Often one of MNIST's usual widths: there a 1 with a flag must be distinguished from MNIST's 7.
    """
    width = any_scale(random, *(USUAL_WIDTHS if random.random() < USUAL_SHARE else ALL_WIDTHS))
    shorter = float(np.ptp(np.concatenate(strokes), axis=0).min())
    return width if label == 1 else min(width, WIDEST * shorter)


def _any_picture(strokes: Strokes, width: float, random: Random) -> NDArray[np.uint8]:
    """A picture of the strokes at a random size, and small ones at times without grey pixels."""
    size = any_scale(random, *SIZES)
    canvas = _on_canvas(strokes, width, size)
    jagged = size < JAGGED_BELOW and random.random() < JAGGED_SHARE and canvas.max() >= INK_FROM
    return _normalised(np.where(canvas >= INK_FROM, np.uint8(255), np.uint8(0)) if jagged else canvas)


def _on_canvas(strokes: Strokes, width: float, size: float) -> NDArray[np.uint8]:
    side = round(size * (1 + 2 * MARGIN))
    return draw_strokes([stroke * size + side / 2 for stroke in strokes], max(width * size, THINNEST), side)


def _normalised(canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
    normalised = normalise(find_ink(canvas))
    assert normalised is not None, "a stroke leaves ink"
    return normalised.pixels


def _stacked(pairs: list[tuple[NDArray[np.uint8], int]]) -> Labelled:
    pictures, labels = zip(*pairs, strict=True)
    return np.stack(pictures), np.array(labels, np.uint8)
