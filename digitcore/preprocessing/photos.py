"""Ink in photos: what is darker than the paper near it, or lighter on a board, without rules, shadows and desks.

The paper is estimated by morphological closing, which removes what is narrower than its window and keeps the edges of
light and shadow.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitcore.preprocessing import rules
from digitcore.preprocessing.blocks import in_blocks
from digitcore.preprocessing.ink import Ink, Plane
from digitcore.preprocessing.parts import (
    Mask,
    Part,
    Parts,
    gap,
    length_and_width,
    parts_of,
    stroke_width,
    touches_border,
)
from digitcore.preprocessing.rules import Contrast

WORKING_SIDE = 900
"""A larger photo is reduced to this; a digit of a twentieth of it still has 45 pixels."""
SMOOTH_FROM = 200
"""A photo of this side or more is smoothed against noise; in a smaller one, strokes are a pixel wide."""
FIRST_SIDE = 240
FIRST_WINDOW, WINDOW, LEAST_SHARE, LEAST_WINDOW = 0.2, 3.5, 0.03, 11
"""The side of the closing's window: first, in a photo reduced to less than twice FIRST_SIDE, a share of the photo's
shorter side that every pen is narrower than; then so many stroke widths, at least a share of the side, and at least so
many pixels."""
BOARD_SIDE, BOARD_WINDOW, CLEARLY = 64, 11, 20
"""Boards are told from paper in a photo reduced to less than twice this side, by what most of this window is. Among
simulated photos, light outweighs dark more than 50 times on boards, and less than 10 times on paper."""
LIGHTEST, LIGHTER = 0.998, 1.5
"""The lightest of a board, at this quantile, is so many times as light as its median."""
DARKEST_PAPER, DARK = 40.0, 0.35
"""Ink is compared with the paper's light, which is taken to be at least this: of 255, and of the photo's median."""
FAINTEST, NOISE_FACTOR = 0.06, 5.0
"""Ink takes this share of the paper's light, and so many standard deviations of the paper's noise."""
ONE_DEVIATION, STEP = 0.16, 3
"""The quantile one standard deviation below the median; every so many pixels are enough for it."""
STRONG_QUANTILE = 0.9
"""Ink is as strong as this quantile of it: blots are stronger, edges weaker."""
LONG, SPECK_AREA, NEAR = 0.35, 0.015, 0.3
"""A part is a digit or a piece of one if it is so long for the largest part; a shorter one needs so much of its area,
and no longer gap between it and such a part."""
WEAK = 0.5
"""A part is dirt or a shadow if its ink is weaker than this share of the strongest part's."""
EDGE_OF_INK = 0.8
"""Ink begins at this share of the threshold between ink and paper, as thin strokes are faint."""
PEELS = 4
"""What surrounds the paper is taken off so many times."""
MOST_RISE = 1.15
"""The light beyond the border is at most so many times that at the border."""
BORDER = 0.015
"""What comes so near to the border, as a share of the shorter side, touches it."""
CLEAR = 2
"""Strokes are so many times as strong as the faintest ink; what is fainter is the rest of what was taken off."""
CUT_OFF = 0.25
"""If there is nothing but what touches the border, it is writing from this share of the paper's light on."""
SLENDER, ACROSS = 12, 0.9
"""A line is so many times as long as wide, and takes this share of the photo's longer side."""
EDGE_REACH, EDGE_STEP, EDGE_SHARE, SLENDER_EDGE = 0.04, 0.2, 0.6, 3
"""At an edge, the paper's light changes by this share within so much of the photo's side. A part belongs to the edge if
so much of it lies there, and it is so many times as long as wide: digits lie on the edges of shadows, too."""


def find_ink(planes: list[Plane]) -> Ink:
    """The ink in a photo; where nothing differs clearly from the paper, none."""
    factor = max(1, -(-max(planes[0].shape) // WORKING_SIDE))
    plane = _darkest([_reduced(plane, factor) for plane in planes])
    side = min(plane.shape)
    if side >= SMOOTH_FROM:
        plane = ndimage.gaussian_filter(plane, 0.8)
    ink = _ink(plane, max(WINDOW * _stroke_width(plane), LEAST_SHARE * side, LEAST_WINDOW))
    return _enlarged(ink, factor, planes[0].shape)


def _darkest(planes: list[Contrast]) -> Contrast:
    """One plane in which ink of any colour is dark: the least of all planes, each as a share of its median.

    On a board, ink is light, and all is turned round first.
    """
    if _is_board(planes):
        planes = [255 - plane for plane in planes]
    result = np.full(planes[0].shape, np.inf, np.float32)
    for plane in planes:
        np.minimum(result, plane / max(float(np.median(plane[::STEP, ::STEP])), DARKEST_PAPER), out=result)
    return result


def _stroke_width(plane: Contrast) -> float:
    """The width of the strokes in pixels, 0 if there are none."""
    step = max(1, int(min(plane.shape)) // FIRST_SIDE)
    small = _reduced(plane, step)
    first = _ink(small, FIRST_WINDOW * min(small.shape))
    return stroke_width(np.greater(first, 0.5)) * step


def _reduced(plane: NDArray[np.generic], factor: int) -> Contrast:
    """The means of blocks of `factor` pixels a side."""
    means: Contrast = in_blocks(plane, factor).mean(axis=(1, 3), dtype=np.float32)
    return means


def _enlarged(ink: Ink, factor: int, shape: tuple[int, ...]) -> Ink:
    if factor == 1:
        return ink
    large = np.repeat(np.repeat(ink, factor, axis=0), factor, axis=1)
    result: Ink = np.pad(large, [(0, whole - part) for whole, part in zip(shape, large.shape, strict=True)])
    return result


def _is_board(planes: list[Contrast]) -> bool:
    """Whether what differs from most of its neighbourhood is light, clearly, and much lighter than the photo."""
    grey = np.mean(planes, axis=0)
    light = np.log(_reduced(grey, max(1, min(grey.shape) // BOARD_SIDE)) + 1)
    if np.quantile(light, LIGHTEST) - np.median(light) < np.log(LIGHTER):
        return False
    ground = ndimage.median_filter(light, BOARD_WINDOW)
    # The third power counts what stands out, strokes, and not the many pixels of a shadow.
    apart = np.where(_edges(np.exp(ground)), 0, light - ground) ** 3
    return bool(apart[apart > 0].sum() > CLEARLY * -apart[apart < 0].sum())


def _ink(plane: Contrast, window: float) -> Ink:
    """The ink, as far as strokes are narrower than the window."""
    paper = _paper(plane, 2 * int(window / 2) + 1)
    contrast: Contrast = np.divide(paper - plane, np.maximum(paper, DARK), dtype=np.float32)
    # Below the median there is no ink.
    low, median = np.quantile(contrast[::STEP, ::STEP], (ONE_DEVIATION, 0.5)).tolist()
    faintest = max(FAINTEST, NOISE_FACTOR * (median - low))
    unruled = rules.without_rules(np.maximum(contrast - np.float32(median), 0), faintest)
    contrast = _without_surroundings(unruled, faintest, _edges(paper))
    threshold = _threshold(contrast, faintest)
    parts = parts_of(contrast > threshold)
    kept = _writing(parts, contrast)
    if not kept:
        return np.zeros(contrast.shape, np.float32)
    near = ndimage.binary_dilation(parts.mask(kept), iterations=2)
    full = float(np.quantile(contrast[parts.mask(kept)], STRONG_QUANTILE))
    low = threshold / 2
    return np.where(near, np.clip((contrast - low) / max(full - low, 1e-3), 0, 1), 0).astype(np.float32)


def _paper(plane: Contrast, size: int) -> Contrast:
    """The plane without what is darker than all around it and narrower than `size` pixels."""
    # At the border light goes on rising or falling; a mirrored slope would have a dark valley there. Ink does not.
    margin = [(min(size // 2, length - 1),) * 2 for length in plane.shape]
    wide = np.minimum(np.pad(plane, margin, "reflect", reflect_type="odd"), np.pad(plane, margin, "edge") * MOST_RISE)
    rows, columns = (slice(begin, begin + length) for (begin, _), length in zip(margin, plane.shape, strict=True))
    paper: Contrast = ndimage.grey_closing(wide, (size, size))[rows, columns]
    return paper


def _edges(paper: Contrast) -> Mask:
    """Where one paper ends and another begins: the sheet on the desk, or light and shadow."""
    reach = 2 * int(EDGE_REACH * min(paper.shape) / 2) + 1
    lightest = ndimage.maximum_filter(paper, reach)
    edges: Mask = lightest - ndimage.minimum_filter(paper, reach) > EDGE_STEP * lightest
    return edges


def _otsu(values: NDArray[np.float32]) -> float:
    """The threshold that splits the values into the two most different groups (Otsu 1979)."""
    counts, edges = np.histogram(values, 64)
    middles = (edges[1:] + edges[:-1]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * middles)
    above = below[-1] - below
    difference = sums / np.maximum(below, 1) - (sums[-1] - sums) / np.maximum(above, 1)
    return float(middles[int((below * above * difference**2).argmax())])


def _threshold(contrast: Contrast, faintest: float) -> float:
    """Where ink begins."""
    strong = contrast[contrast > faintest]
    return max(faintest, EDGE_OF_INK * _otsu(strong)) if len(strong) else faintest


def _without_surroundings(contrast: Contrast, faintest: float, edges: Mask) -> Contrast:
    """The contrast without desk, lines and what lies on edges; if that is all there is, with some of it."""
    for around in (edges, np.zeros_like(edges)):
        inside = _peeled(contrast, faintest, around)
        if inside.max() > CLEAR * faintest:
            return inside
    return np.where(contrast > CUT_OFF, contrast, np.float32(0))


def _peeled(contrast: Contrast, faintest: float, edges: Mask) -> Contrast:
    """The contrast without what surrounds the paper, taken off in turn: it may be stronger than ink, or fainter."""
    for _ in range(PEELS):
        parts = parts_of(contrast > _threshold(contrast, faintest))
        around = [part for part in parts.parts if _is_border(part, parts, edges)]
        if not around:
            break
        contrast = np.where(ndimage.binary_dilation(parts.mask(around), iterations=2), np.float32(0), contrast)
    return contrast


def _writing(parts: Parts, contrast: Contrast) -> list[Part]:
    """The parts without dirt: what is as strong as the largest part, and as long, or close to such a part."""
    if not parts.parts:
        return []
    strengths = {part.label: _strength(part, parts, contrast) for part in parts.parts}
    largest = max(parts.parts, key=lambda part: part.area * strengths[part.label])
    strong = [part for part in parts.parts if strengths[part.label] >= WEAK * strengths[largest.label]]
    long = [part for part in strong if part.length >= LONG * largest.length]
    return [
        part
        for part in strong
        if part in long
        or part.area >= SPECK_AREA * largest.area
        and min(gap(part, other) for other in long) < NEAR * largest.length
    ]


def _strength(part: Part, parts: Parts, contrast: Contrast) -> float:
    return float(np.quantile(contrast[part.rows, part.columns][parts.only(part)], STRONG_QUANTILE))


def _is_border(part: Part, parts: Parts, edges: Mask) -> bool:
    """Whether a part touches the photo's border, lies along the edge of the paper, or is a line across the photo."""
    shape, mask = parts.labels.shape, parts.only(part)
    if touches_border(part, shape, max(2, int(BORDER * min(shape)))):
        return True
    length, width = length_and_width(mask)
    if edges[part.rows, part.columns][mask].mean() > EDGE_SHARE and length > SLENDER_EDGE * width:
        return True
    return length > SLENDER * width and length > ACROSS * max(shape)
