"""Removes the rules of ruled and squared paper: straight lines that go on where the writing stops."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitcore.preprocessing.blocks import in_blocks
from digitcore.preprocessing.parts import Mask

SEARCH_SIDE = 240
"""Lines are searched in a picture reduced to this."""
SLOPES = np.linspace(-0.16, 0.16, 41)
"""Of lines along the rows; 0.16 is nine degrees."""
APART = 6
"""Lines so many rows apart are two, or else one line, or an edge, found twice."""
COVERED, FEW, FEW_COVERED = 0.55, 5, 0.85
"""A line is dark along this share of the picture's width; if there are fewer than so many, along more, as a straight
stroke may be long, too."""
END_COVERED = 0.4
"""A line is dark along this share of each end, a quarter of the width; strokes end before."""
BESIDE, BESIDE_COVERED = 4, 0.6
"""So many pixels above and below a line, less is dark, by this factor; a line of writing is higher."""
Contrast = NDArray[np.float32]


def without_rules(contrast: Contrast, faintest: float) -> Contrast:
    """(H, W) contrast without lines across the picture, along rows and along columns.

    Writing that crosses a line stays where it is darker than the line, or goes on at both sides of it.
    """
    along_rows = without_lines_along_rows(contrast, faintest)
    return without_lines_along_rows(along_rows.T, faintest).T


def without_lines_along_rows(contrast: Contrast, faintest: float) -> Contrast:
    """The contrast without lines from left to right, as `without_rules` has it."""
    step = max(1, max(contrast.shape) // SEARCH_SIDE)
    lines = _lines(in_blocks(contrast, step).max(axis=(1, 3)) > faintest)
    if not lines:
        return contrast
    result = contrast.copy()
    for begin, slope in lines:
        _remove(result, (begin + 0.5) * step, slope, 2 * step + 1, faintest)
    return result


def _lines(mask: Mask) -> list[tuple[int, float]]:
    """The row at the left edge and the slope of each line; each is the best among its neighbours."""
    dark, seen = _sums_along_lines(mask), _sums_along_lines(np.ones_like(mask))
    quarter, half = mask.shape[1] // 4, mask.shape[1] / 2
    to_both_ends = np.minimum(dark[..., 0], dark[..., -1]) > END_COVERED * quarter
    length = seen.sum(axis=-1)
    covered = np.where(to_both_ends & (length > half), dark.sum(axis=-1) / np.maximum(length, 1), 0)
    best = covered == ndimage.maximum_filter(covered, (len(SLOPES), 3))
    beside = np.maximum(covered[:, : -2 * BESIDE], covered[:, 2 * BESIDE :])
    best[:, BESIDE:-BESIDE] &= beside < BESIDE_COVERED * covered[:, BESIDE:-BESIDE]
    margin = _margin(mask)
    found = [(int(row) - margin, float(SLOPES[index])) for index, row in np.argwhere(best & (covered > COVERED))]
    if _count_apart(found, mask.shape[1]) >= FEW:
        return found
    return [line for line, share in zip(found, covered[best & (covered > COVERED)], strict=True) if share > FEW_COVERED]


def _count_apart(lines: list[tuple[int, float]], width: int) -> int:
    """How many lines there are if those that are close to each other count once."""
    middles = np.sort([row + slope * width / 2 for row, slope in lines])
    return int(np.count_nonzero(np.diff(middles) > APART)) + bool(lines)


def _margin(mask: Mask) -> int:
    """How far above and below the mask lines begin that pass through half of it."""
    return int(mask.shape[1]) // 12 + 1


def _sums_along_lines(mask: Mask) -> NDArray[np.int32]:
    """(slopes, rows, 3): how many pixels of the mask are on each line's first quarter, middle and last quarter.

    Lines begin at each row, and at rows above and below. Columns at which a line stays in its row are summed at once.
    """
    height, width = mask.shape
    margin, reach, quarter = _margin(mask), width // 5 + 1, width // 4
    sums = np.zeros((height + 2 * (margin + reach), width + 1), np.int32)
    np.cumsum(mask, axis=1, out=sums[margin + reach : -(margin + reach), 1:])
    result = np.zeros((len(SLOPES), height + 2 * margin, 3), np.int32)
    thirds = (0, quarter, width - quarter, width)
    for index, slope in enumerate(SLOPES):
        shifts = np.rint(slope * np.arange(width)).astype(int)
        steps = np.union1d(thirds, np.flatnonzero(np.diff(shifts)) + 1)
        for begin, end in pairwise(steps.tolist()):
            part = 0 if end <= quarter else 1 if end <= width - quarter else 2
            row = reach + int(shifts[begin])
            result[index, :, part] += (sums[:, end] - sums[:, begin])[row : row + height + 2 * margin]
    return result


def _remove(contrast: Contrast, begin: float, slope: float, reach: int, faintest: float) -> None:
    """Sets a line's pixels to 0, except where writing crosses it."""
    height, width = contrast.shape
    columns = np.arange(width)
    rows = np.rint(begin + slope * columns).astype(int) + np.arange(-reach - 2, reach + 3)[:, None]
    inside = (rows >= 0) & (rows < height)
    rows = np.clip(rows, 0, height - 1)
    band = contrast[rows, columns] * inside
    level = float(np.median(band.max(axis=0)))
    is_line = band < max(1.7 * level, faintest)
    crossed = (band[0] > faintest) & (band[-1] > faintest)
    is_line[[0, 1, -2, -1]] = False
    is_line &= ~crossed
    contrast[rows[inside & is_line], np.broadcast_to(columns, rows.shape)[inside & is_line]] = 0
