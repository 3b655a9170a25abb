"""Simulated phone photos of digits and numbers on paper and boards: light, shadow, rules, a desk, noise and JPEG.

Lengths are shares of the photo's shorter side; colours are the share of the light that comes back, from 0 to 1.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from benchmarks.canvas import Picture
from digitcore.data.stroke_pictures import any_scale
from digitcore.data.stroke_variation import Strokes, fit
from digitcore.preprocessing.blocks import in_blocks
from digitcore.preprocessing.strokes import draw_strokes

SHORTER, LONGER = 600, 800
DIGIT, PEN, WIDEST_PEN = (0.06, 0.7), (0.008, 0.02), 0.15
"""Heights of digits, widths of pens, and the widest pen as a share of the digit's height."""
LONGEST, FLATTEST = 0.75, 0.15
"""The width of the longest numbers, and the least height as a share of the width: a 1 may lie down."""
Random = np.random.Generator
Light = NDArray[np.float32]
"""(H, W, 3) float32: how much of each colour comes back."""

Take = Callable[[Strokes, Random], Picture]
"""Takes a photo of what is written."""

INKS = ((0.08, 0.08, 0.1), (0.1, 0.15, 0.45), (0.12, 0.12, 0.3))
COLOURED_INKS = ((0.7, 0.12, 0.15), (0.1, 0.5, 0.25), (0.85, 0.45, 0.1), (0.6, 0.2, 0.6), (0.2, 0.6, 0.8))
BOARDS = ((0.1, 0.1, 0.1), (0.12, 0.25, 0.18), (0.18, 0.2, 0.22))
DESKS = ((0.35, 0.22, 0.12), (0.1, 0.09, 0.08), (0.6, 0.45, 0.3), (0.55, 0.55, 0.58))
RULES = ((0.55, 0.7, 0.85), (0.65, 0.65, 0.68), (0.8, 0.6, 0.6))


@dataclass(frozen=True)
class Scene:
    """What is photographed, and how."""

    coloured: bool = False
    faint: bool = False
    pencil: bool = False
    board: bool = False
    rules: bool = False
    squares: bool = False
    desk: bool = False
    uneven: bool = False
    shadow: bool = False
    tilted: bool = False
    rough: bool = False
    """Blurred, noisy, and saved with JPEG's lower qualities."""
    marker: bool = False
    """Written with a marker, which is three times as wide."""
    around: bool = False
    """All of the sheet is seen, and the desk around it."""
    cropped: bool = False
    """Cut out around the digit."""
    small: bool = False
    """Reduced to a tenth of the pixels or less."""


SCENES = {
    "even light": Scene(),
    "uneven light": Scene(uneven=True),
    "shadow": Scene(shadow=True),
    "blurred, noisy": Scene(rough=True),
    "ruled": Scene(rules=True, tilted=True),
    "squared": Scene(squares=True, tilted=True),
    "coloured pen": Scene(coloured=True, uneven=True),
    "faint pen": Scene(faint=True, uneven=True),
    "pencil": Scene(pencil=True, uneven=True),
    "edge of the desk": Scene(desk=True, tilted=True),
    "board": Scene(board=True, uneven=True),
    "desk, shadow, blurred": Scene(desk=True, tilted=True, shadow=True, uneven=True, rough=True),
    "marker": Scene(marker=True, coloured=True, uneven=True),
    "whole sheet on the desk": Scene(around=True, desk=True, tilted=True, uneven=True),
    "cropped": Scene(cropped=True, uneven=True),
    "cropped, squared, shadow": Scene(cropped=True, squares=True, tilted=True, shadow=True),
    "small": Scene(small=True, uneven=True),
    "cropped, small, blurred": Scene(cropped=True, small=True, uneven=True, rough=True),
    "squared, shadow, blurred": Scene(squares=True, tilted=True, shadow=True, rough=True),
}


def photograph(scene: Scene, written: Strokes, random: Random) -> Picture:
    """What is written somewhere on the paper, a digit or a number, as the (H, W, 3) uint8 photo of the scene."""
    shape = (SHORTER, LONGER) if random.random() < 0.5 else (LONGER, SHORTER)
    sheet = _sheet(scene, shape, random)
    rows, columns = _write(sheet, written, scene, random)
    if scene.tilted:
        sheet = _tilted(sheet, random)
    if scene.desk:
        sheet = _on_desk(sheet, random, 4 if scene.around else int(random.integers(1, 3)))
    photo = sheet * _light(scene, shape, random)[..., None]
    if scene.cropped:
        photo = photo[_cut(rows, shape[0], random), _cut(columns, shape[1], random)]
    if scene.small:
        photo = _reduced(photo, random)
    return _developed(photo, scene, random)


def _cut(part: slice, length: int, random: Random) -> slice:
    """The part with some paper at both ends; a tilt moves what is written."""
    size = part.stop - part.start
    before, after = random.uniform(0.15, 0.8, 2) * size + 0.04 * SHORTER
    return slice(max(0, int(part.start - before)), min(length, int(part.stop + after)))


def _reduced(photo: Light, random: Random) -> Light:
    """The photo with a shorter side of 60 to 200 pixels."""
    factor = max(1, round(min(photo.shape[:2]) / any_scale(random, 60, 200)))
    result: Light = in_blocks(photo, factor).mean(axis=(1, 3), dtype=np.float32)
    return result


def _sheet(scene: Scene, shape: tuple[int, int], random: Random) -> Light:
    colour = np.array(BOARDS[random.integers(len(BOARDS))] if scene.board else random.uniform(0.8, 0.95, 3) ** 0.5)
    grain = _clouds(shape, 40, random) * (0.1 if scene.board else 0.02) + random.normal(0, 0.008, shape)
    sheet = (colour * (1 + grain)[..., None]).astype(np.float32)
    if scene.rules or scene.squares:
        rule = np.array(RULES[random.integers(len(RULES))], np.float32)
        distance, width = round(SHORTER * random.uniform(0.04, 0.1)), round(SHORTER * random.uniform(0.002, 0.005)) + 1
        begin = random.integers(distance)
        for row in range(begin, shape[0], distance):
            sheet[row : row + width] *= rule
        for column in range(begin, shape[1] if scene.squares else 0, distance):
            sheet[:, column : column + width] *= rule
    return sheet


def _write(sheet: Light, written: Strokes, scene: Scene, random: Random) -> tuple[slice, slice]:
    """Draws the strokes on the sheet, anywhere where they are whole, and says where."""
    height = any_scale(random, 0.25 if scene.small else DIGIT[0], DIGIT[1]) * SHORTER
    strokes = fit(written)
    relative = float(np.ptp(np.concatenate(strokes), axis=0)[1])
    relative = max(relative, FLATTEST)
    size = min(height / relative, LONGEST * SHORTER)
    pen = min(any_scale(random, *PEN) * (3 if scene.marker else 1) * SHORTER, WIDEST_PEN * size * relative)
    side = round(size + pen + 4)
    ink = draw_strokes([stroke * size + side / 2 for stroke in strokes], pen, side) / np.float32(255)
    # What a tilt cuts off and a desk covers is paper.
    low = 0.16 if scene.desk or scene.tilted else 0.05
    margin = [min(low * length, max((length - side) / 2, 0)) for length in sheet.shape[:2]]
    top, left = (
        int(random.uniform(edge, max(length - side - edge, edge + 1)))
        for edge, length in zip(margin, sheet.shape[:2], strict=True)
    )
    part = sheet[top : top + side, left : left + side]
    cover = ink[: part.shape[0], : part.shape[1]] * _opacity(scene, part.shape[:2], random)
    part += cover[..., None] * (_pen_colour(scene, random) - part)
    return slice(top, top + side), slice(left, left + side)


def _opacity(scene: Scene, shape: tuple[int, ...], random: Random) -> NDArray[np.float32]:
    if scene.pencil:
        return np.clip(random.uniform(0.5, 0.75) + random.normal(0, 0.2, shape), 0, 1).astype(np.float32)
    if scene.board:
        return np.clip(random.normal(0.75, 0.2, shape), 0, 1).astype(np.float32)
    return np.full(shape, random.uniform(0.25, 0.45) if scene.faint else random.uniform(0.8, 1), np.float32)


def _pen_colour(scene: Scene, random: Random) -> NDArray[np.float64]:
    if scene.board:
        return np.array([0.9, 0.9, 0.88])
    if scene.pencil:
        return np.array([0.3, 0.3, 0.32])
    inks = COLOURED_INKS if scene.coloured else INKS
    return np.array(inks[random.integers(len(inks))])


def _tilted(sheet: Light, random: Random) -> Light:
    """The sheet seen from aside, and turned a little; it still fills the photo."""
    height, width = sheet.shape[:2]
    corners = np.array([(0, 0), (0, height), (width, height), (width, 0)]) + random.uniform(0, 0.06, (4, 2)) * (
        np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)]) * SHORTER
    )
    planes = [
        Image.fromarray(plane).transform((width, height), Image.Transform.QUAD, corners.ravel().tolist(), BILINEAR)
        for plane in np.moveaxis(sheet, -1, 0)
    ]
    return np.stack([np.asarray(plane) for plane in planes], axis=-1)


BILINEAR = Image.Resampling.BILINEAR


def _on_desk(sheet: Light, random: Random, sides: int) -> Light:
    """The sheet ends at some sides of the photo, where the desk is seen, and throws a thin shadow on it."""
    desk = np.array(DESKS[random.integers(len(DESKS))]) * (1 + _wood(sheet.shape[:2], random))[..., None]
    y, x = np.mgrid[: sheet.shape[0], : sheet.shape[1]].astype(np.float32)
    inside = np.full(sheet.shape[:2], np.inf, np.float32)
    first = random.integers(4)
    for side in range(first, first + sides):
        edge, slope = random.uniform(0.02, 0.13) * SHORTER, random.normal(0, 0.04)
        distances = (y - slope * x, x - slope * y, sheet.shape[0] - y - slope * x, sheet.shape[1] - x - slope * y)
        inside = np.minimum(inside, distances[side % 4] - edge)
    cover = np.clip(inside + 0.5, 0, 1)[..., None]
    shade = 1 - 0.5 * np.exp(-((np.minimum(inside, 0) / random.uniform(2, 10)) ** 2))[..., None]
    result: Light = (cover * sheet + (1 - cover) * desk * shade).astype(np.float32)
    return result


def _wood(shape: tuple[int, int], random: Random) -> NDArray[np.float32]:
    grain = gaussian_filter(random.normal(0, 1, shape), (1, 60))
    result: NDArray[np.float32] = (grain / grain.std() * random.uniform(0.02, 0.15)).astype(np.float32)
    return result


def _light(scene: Scene, shape: tuple[int, int], random: Random) -> NDArray[np.float32]:
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32) / SHORTER - 0.5
    angle = random.uniform(0, 2 * np.pi)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    light = np.full(shape, random.uniform(0.75, 1), np.float32)
    if scene.uneven:
        light *= 1 - random.uniform(0.2, 0.6) / (1 + np.exp(-random.uniform(1, 4) * along))
    if scene.shadow:
        edge = along - random.uniform(-0.2, 0.3) + random.uniform(0, 0.1) * np.sin(random.uniform(4, 9) * across)
        light *= 1 - random.uniform(0.25, 0.6) / (1 + np.exp(-edge / any_scale(random, 0.004, 0.05)))
    result: NDArray[np.float32] = (light * (1 - 0.15 * (x**2 + y**2))).astype(np.float32)
    return result


def _developed(light: Light, scene: Scene, random: Random) -> Picture:
    """What the camera makes of the light: blur, noise, JPEG."""
    blur, noise, quality = ((1.0, 2.2), (3.0, 8.0), (25, 60)) if scene.rough else ((0.4, 1.0), (0.5, 3.0), (60, 95))
    seen = gaussian_filter(light, (*[random.uniform(*blur)] * 2, 0)) * 255
    seen += random.normal(0, random.uniform(*noise), light.shape)
    return jpeg(np.clip(seen, 0, 255).astype(np.uint8), int(random.integers(*quality)))


def jpeg(picture: Picture, quality: int) -> Picture:
    """The picture after it was saved as JPEG."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


def _clouds(shape: tuple[int, int], size: float, random: Random) -> NDArray[np.float32]:
    clouds = gaussian_filter(random.normal(0, 1, shape).astype(np.float32), size)
    result: NDArray[np.float32] = clouds / clouds.std()
    return result


def takes() -> dict[str, Take]:
    """Each scene's name, and the function that photographs what is written in it."""
    return {name: partial(photograph, scene) for name, scene in SCENES.items()}
