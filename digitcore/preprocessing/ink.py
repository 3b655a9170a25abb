"""From any picture to ink: how much each pixel differs from the paper, for any colours and transparency."""

import numpy as np
from numpy.typing import NDArray

FAINTEST_INK = 24
"""A picture is empty if no pixel differs from the paper by more than this (of 255)."""
NOISE_SHARE = 0.1
"""Anything fainter than this share of the strongest ink is paper grain or compression noise."""
LEAST_SIDE = 16
"""A smaller picture is a digit and nothing else."""
FRAMED_SHARE, FRAMED_LEAST = 0.6, 0.2
"""Ink that covers this share of each side of its box, and whose box takes this share of each of the picture's,
may be a frame or a window."""
UNEVEN_SHARE = 0.02
"""Paper is exactly even, as only programs make it, if at most this share of the picture differs from it faintly."""
SHEET_SHARE, SHEET_FILLED = 0.15, 0.8
"""A box that takes this share of the picture, and is filled to this one, may be a sheet on a desk."""

Plane = NDArray[np.int16]
"""One channel of a picture, (H, W): a colour times its opacity, or the opacity."""
Ink = NDArray[np.float32]


def find_ink(picture: NDArray[np.uint8]) -> Ink:
    """The ink in `picture`, as (H, W) float32 from 0 (paper) to 1 (the strongest ink).

    `picture` is uint8, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA. Ink is the largest difference from the paper in
    any channel, transparency included. Even paper has the colour of the picture's border; what else there may be,
    screenshots and photos, is left to `screenshots` and `photos`.
    """
    difference = _difference(picture)
    ink = _strong(difference)
    if min(ink.shape) < LEAST_SIDE or (is_alone := _is_alone(ink)) and not _is_apart(ink):
        return ink
    # SciPy takes a quarter of a second to import, and most drawings need none of it.
    from digitcore.preprocessing import photos, screenshots

    is_even = np.count_nonzero(difference) - np.count_nonzero(ink) <= UNEVEN_SHARE * ink.size
    if is_alone and is_even and not screenshots.shows_more(ink):
        return ink
    planes = _planes(picture)
    return screenshots.find_ink(planes) if screenshots.is_screenshot(planes) else photos.find_ink(planes)


def find_ink_on_even_paper(picture: NDArray[np.uint8]) -> Ink:
    """The ink, if the paper has everywhere the colour of the picture's border."""
    return _strong(_difference(picture))


def on_even_paper(planes: list[Plane]) -> Ink:
    """The ink, if the paper is everywhere like the median of the border."""
    return _strong(_difference_from_paper(planes))


def _difference(picture: NDArray[np.uint8]) -> Plane:
    """The largest difference of each pixel from the paper."""
    if picture.shape[2:] == (4,) and not any(side.any() for side in _sides(picture[..., 3])):
        # The paper is 0 in every plane, and no colour times its opacity is more than the opacity.
        return picture[..., 3].astype(np.int16)
    return _difference_from_paper(_planes(picture))


def _sides(plane: NDArray[np.generic]) -> tuple[NDArray[np.generic], ...]:
    """The rows and columns at the border."""
    return plane[0], plane[-1], plane[1:-1, 0], plane[1:-1, -1]


def _strong(difference: Plane) -> Ink:
    """Ink as a share of the strongest, without noise."""
    strongest = difference.max(initial=0)
    if strongest <= FAINTEST_INK:
        return np.zeros(difference.shape, np.float32)
    ink = difference * np.float32(1 / strongest)
    ink[ink < NOISE_SHARE] = 0
    return ink


def _is_alone(ink: Ink) -> bool:
    """Whether there is nothing at the border, and the ink is neither a frame nor a sheet."""
    mask = ink > 0
    if any(side.any() for side in _sides(mask)):
        return False
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return True
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    is_wide = all(inner >= FRAMED_LEAST * outer for inner, outer in zip(box.shape, mask.shape, strict=True))
    is_framed = is_wide and all(side.mean() > FRAMED_SHARE for side in (box[0], box[-1], box[:, 0], box[:, -1]))
    is_sheet = box.size > SHEET_SHARE * mask.size and box.mean() > SHEET_FILLED
    return not (is_framed or is_sheet)


def _is_apart(ink: Ink) -> bool:
    """Whether empty rows or columns lie between strokes."""
    places = (np.flatnonzero(ink.any(axis=axis)) for axis in (0, 1))
    return any(len(own) and own[-1] - own[0] >= len(own) for own in places)


def _planes(picture: NDArray[np.uint8]) -> list[Plane]:
    """The picture's channels; colours are multiplied by their opacity.

    One channel at a time is five times faster than along a last axis of three or four.
    """
    if picture.ndim == 2:
        return [picture.astype(np.int16)]
    channels = [picture[..., index].astype(np.int16) for index in range(picture.shape[-1])]
    if len(channels) < 4:
        return channels
    *colours, alpha = channels
    if alpha.min(initial=255) == 255:
        return colours
    opacity = alpha * np.float32(1 / 255)
    return [*((colour * opacity).astype(np.int16) for colour in colours), alpha]


def _difference_from_paper(planes: list[Plane]) -> Plane:
    """The largest difference in any plane from the median of its border."""
    difference = np.zeros_like(planes[0])
    for plane in planes:
        paper = np.int16(np.median(np.concatenate(_sides(plane))))
        np.maximum(difference, np.abs(plane - paper), out=difference)
    return difference
