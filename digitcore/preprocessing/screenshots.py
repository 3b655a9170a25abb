"""Ink on other programs' canvases: without the frame, the page around it, toolbars, text cursors and rulers."""

from typing import NamedTuple

import numpy as np

from digitcore.preprocessing.ink import Ink, Plane, on_even_paper
from digitcore.preprocessing.parts import Mask, Part, Parts, parts_of, stroke_width, touches_border

SAMPLE = 20_000
"""So many pixels are looked at to tell a screenshot from a photo."""
COLOURS, FLAT_SHARE = 4, 0.7
"""This share of a screenshot has exactly one of its so many most frequent colours; light makes a photo's many."""
STRUCTURE = 0.25
"""Lines and strokes are what is stronger than this; fainter ink is their edges."""
NEAR, PURE_SHARE = 8, 0.5
"""This share of what is near the most frequent colour has exactly that colour; paper has all the colours around it."""
LEVELS = 256
MOST_NESTED = 6
LEAST_SIDE, SIDE_COVERED, EDGE = 0.2, 0.8, 3
"""A canvas takes this share of each side of what it is in, and its frame or ground covers so much of each side of its
box, within so many pixels."""
FILLED = 0.6
"""A rectangle is filled, not a frame, from this share of ink on."""
BAR = 0.95
"""A bar or line across the picture covers this share of it."""
SLENDER = 0.1
"""A line is at most so wide for its length."""
WIDE_BUTTON, TALL_BUTTON, FULL = 1.5, 2, 0.9
"""A button is so many times as wide as high, so many times as high as strokes are wide, and filled to this share."""
REMAINS = 0.05
"""What touches the edge of a canvas is left of its frame below this share of the largest part's area."""
LONG, ACROSS = 1.3, 0.85
"""A line is so many times as long as the largest part, and takes this share of the picture's longer side."""
THIN = 0.7
"""Cursors and rulers are on average at most so wide for the strokes beside them."""
ALL = slice(None)


class Window(NamedTuple):
    """A part of the picture."""

    rows: slice
    columns: slice


def is_screenshot(planes: list[Plane]) -> bool:
    """Whether most of the picture has few colours."""
    step = max(1, int(np.sqrt(planes[0].size / SAMPLE)))
    codes = np.zeros(planes[0][::step, ::step].shape, np.int64)
    for plane in planes:
        codes = codes * LEVELS + plane[::step, ::step]
    found, counts = np.unique(codes, return_counts=True)
    colours = np.stack([found // LEVELS**place % LEVELS for place in range(len(planes))], axis=1)
    common = np.argsort(-counts)[:COLOURS]
    is_near = (np.abs(colours - colours[common[0]]) <= NEAR).all(axis=1)
    is_pure = counts[common[0]] >= PURE_SHARE * counts[is_near].sum()
    return bool(is_pure and counts[common].sum() >= FLAT_SHARE * codes.size)


def shows_more(ink: Ink) -> bool:
    """Whether there is anything that may be a frame, a line, a cursor or a button, among strokes on even paper."""
    parts = parts_of(ink > 0)
    if _windows(parts):
        return True
    largest = _largest(parts)
    suspects = [
        part
        for part in parts.parts
        if part is not largest and (_is_slender(part) or part.width > WIDE_BUTTON * part.height)
    ]
    if not suspects:
        return False
    strokes = stroke_width(parts.only(largest))
    return not all(_may_be_drawn(part, parts, largest, strokes) for part in suspects)


def find_ink(planes: list[Plane]) -> Ink:
    """The ink of what is drawn on the innermost canvas, without lines beside it."""
    height, width = planes[0].shape
    window = Window(slice(0, height), slice(0, width))
    ink = _ink_in(planes, window)
    for _ in range(MOST_NESTED):
        inner = _inner(planes, window, ink)
        if inner is None:
            break
        window, ink = inner
    result = np.zeros((height, width), np.float32)
    result[window] = _drawing(ink, is_cut=ink.shape != result.shape)
    return result


def _inner(planes: list[Plane], window: Window, ink: Ink) -> tuple[Window, Ink] | None:
    """The best window in a window, and its ink; None if no other has ink."""
    # Strong ink shows rectangles without JPEG's noise, and all ink those that are faint.
    for mask in (ink > STRUCTURE, ink > 0):
        for inside in _windows(parts_of(mask)):
            inner = _in(window, inside)
            inner_ink = _ink_in(planes, inner)
            if inner_ink.any():
                return inner, inner_ink
    return None


def _ink_in(planes: list[Plane], window: Window) -> Ink:
    return on_even_paper([plane[window] for plane in planes])


def _in(window: Window, inside: Window) -> Window:
    """A window in a window, as one in the picture."""
    return Window(
        *(
            slice(outer.start + inner.start, outer.start + inner.stop)
            for outer, inner in zip(window, inside, strict=True)
        )
    )


def _windows(parts: Parts) -> list[Window]:
    """Where the drawing may be: within rectangles, the largest first, or beside bars across the picture."""
    mask = parts.labels > 0
    large = [part for part in parts.parts if _is_large(part, mask.shape)]
    canvases = [part for part in large if _is_rectangle(parts.only(part))]
    canvases.sort(key=lambda part: -part.height * part.width)
    bars = [part for part in parts.parts if _is_filled(parts.only(part))]
    beside = [window for part in bars if (window := _beside_bar(part, mask)) is not None]
    return [*(_inside(part, parts) for part in canvases), *beside]


def _is_large(part: Part, shape: tuple[int, ...]) -> bool:
    return part.height >= LEAST_SIDE * shape[0] and part.width >= LEAST_SIDE * shape[1]


def _is_rectangle(mask: Mask) -> bool:
    """Whether the mask covers all four sides of its box, and something is within."""
    if min(mask.shape) <= 4 * EDGE:
        return False
    sides = (mask[:EDGE].any(axis=0), mask[-EDGE:].any(axis=0), mask[:, :EDGE].any(axis=1), mask[:, -EDGE:].any(axis=1))
    return all(side.mean() >= SIDE_COVERED for side in sides)


def _inside(part: Part, parts: Parts) -> Window:
    """What is within a rectangle's edge or within a frame."""
    mask = parts.only(part)
    inner = (slice(EDGE, mask.shape[0] - EDGE), slice(EDGE, mask.shape[1] - EDGE))
    if mask.mean() < FILLED:
        holes = parts_of(~mask)
        inner = max(((hole.rows, hole.columns) for hole in holes.parts), key=_area, default=inner)
    return _in(Window(part.rows, part.columns), Window(*inner))


def _area(window: tuple[slice, slice]) -> int:
    rows, columns = window
    return int((rows.stop - rows.start) * (columns.stop - columns.start))


def _beside_bar(part: Part, mask: Mask) -> Window | None:
    """The side of a bar across the whole picture on which there is more ink; None if the part is no such bar."""
    if part.width >= BAR * mask.shape[1] and part.height < mask.shape[0] / 2:
        before, after = Window(slice(0, part.rows.start), ALL), Window(slice(part.rows.stop, None), ALL)
    elif part.height >= BAR * mask.shape[0] and part.width < mask.shape[1] / 2:
        before, after = Window(ALL, slice(0, part.columns.start)), Window(ALL, slice(part.columns.stop, None))
    else:
        return None
    more = before if mask[before].sum() > mask[after].sum() else after
    rows, columns = (slice(*part.indices(length)) for part, length in zip(more, mask.shape, strict=True))
    return Window(rows, columns)


def _drawing(ink: Ink, is_cut: bool) -> Ink:
    """The ink without what is no part of a drawing, if anything else is left; `is_cut` if it was cut out of a frame."""
    parts = parts_of(ink > STRUCTURE)
    if not parts.parts:
        return ink
    largest = _largest(parts)
    strokes = stroke_width(parts.only(largest))
    kept = [
        part
        for part in parts.parts
        if part is largest
        or _may_be_drawn(part, parts, largest, strokes)
        and not (is_cut and _is_left_of_frame(part, parts, largest))
    ]
    removed = parts.mask([part for part in parts.parts if part not in kept])
    # What is kept has fainter edges; what is faint and apart from it is a line or noise.
    whole = parts_of((ink > 0) & ~removed)
    drawn_on = set(np.unique(whole.labels[parts.mask(kept)]).tolist())
    drawing: Ink = np.where(whole.mask([part for part in whole.parts if part.label in drawn_on]), ink, np.float32(0))
    drawing /= drawing.max()
    return drawing


def _largest(parts: Parts) -> Part:
    """The largest part that is no line and no bar; if all are, the largest of them."""
    drawn = (part for part in parts.parts if not _is_slender(part) and not _is_filled(parts.only(part)))
    return next(drawn, parts.parts[0])


def _may_be_drawn(part: Part, parts: Parts, largest: Part, strokes: float) -> bool:
    """Whether a part is neither a line nor a cursor nor a button."""
    shape = parts.labels.shape
    if _is_slender(part):
        is_thin = part.area <= THIN * strokes * part.length
        return not is_thin and part.length < max(LONG * largest.length, ACROSS * max(shape))
    is_button = part.width > WIDE_BUTTON * part.height and part.height > TALL_BUTTON * strokes
    return not (is_button and parts.only(part).mean() > FULL)


def _is_left_of_frame(part: Part, parts: Parts, largest: Part) -> bool:
    return part.area < REMAINS * largest.area and touches_border(part, parts.labels.shape, 2 * EDGE)


def _is_slender(part: Part) -> bool:
    return min(part.height, part.width) <= SLENDER * part.length


def _is_filled(mask: Mask) -> bool:
    return bool(mask.mean() > FILLED)
