"""The connected parts of a mask, and what they look like: lines, specks, frames."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitcore.preprocessing.normalise import box_of

Mask = NDArray[np.bool_]
ALL_NEIGHBOURS = np.ones((3, 3), bool)
MOST_PARTS = 400
"""A printed page or noise has more; only the largest are looked at."""


@dataclass(frozen=True)
class Part:
    """A connected part: its number among the labels, its box as slices, and its area in pixels."""

    label: int
    rows: slice
    columns: slice
    area: int

    @property
    def height(self) -> int:
        """Of its box."""
        return int(self.rows.stop - self.rows.start)

    @property
    def width(self) -> int:
        """Of its box."""
        return int(self.columns.stop - self.columns.start)

    @property
    def length(self) -> int:
        """The longer side of its box."""
        return max(self.height, self.width)


@dataclass(frozen=True)
class Parts:
    """The connected parts of a mask, the largest first, and (H, W) the number of each pixel's part."""

    labels: NDArray[np.int32]
    parts: list[Part]

    def mask(self, chosen: list[Part]) -> Mask:
        """The pixels of the chosen parts."""
        wanted = np.zeros(int(self.labels.max(initial=0)) + 1, bool)
        wanted[[part.label for part in chosen]] = True
        result: Mask = wanted[self.labels]
        return result

    def only(self, part: Part) -> Mask:
        """The part's pixels in its box."""
        result: Mask = self.labels[part.rows, part.columns] == part.label
        return result


def parts_of(mask: Mask) -> Parts:
    """The connected parts of a mask, diagonal neighbours included."""
    labels = np.zeros(mask.shape, np.int32)
    whole = box_of(mask)
    if whole is None:
        return Parts(labels, [])
    # The box of all parts is often much smaller than the mask.
    x, y, width, height = whole
    box = labels[y : y + height, x : x + width]
    count = ndimage.label(mask[y : y + height, x : x + width], ALL_NEIGHBOURS, box)
    areas = np.bincount(box.ravel(), minlength=count + 1)
    boxes = ndimage.find_objects(box)
    largest = 1 + np.argsort(-areas[1:], kind="stable")[:MOST_PARTS]
    parts = []
    for label in map(int, largest):
        rows, columns = boxes[label - 1]
        parts.append(Part(label, _moved(rows, y), _moved(columns, x), int(areas[label])))
    return Parts(labels, parts)


def _moved(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)


def touches_border(part: Part, shape: tuple[int, ...], within: int = 1) -> bool:
    """Whether the part comes within so many pixels of the border."""
    return bool(
        part.rows.start < within
        or part.columns.start < within
        or part.rows.stop > shape[0] - within
        or part.columns.stop > shape[1] - within
    )


def gap(one: Part, other: Part) -> int:
    """How far the boxes of two parts are apart; 0 if they overlap or touch."""
    down: int = max(one.rows.start, other.rows.start) - min(one.rows.stop, other.rows.stop)
    right: int = max(one.columns.start, other.columns.start) - min(one.columns.stop, other.columns.stop)
    return max(0, down, right)


def length_and_width(mask: Mask) -> tuple[float, float]:
    """How long and how wide a straight bar is that spreads as the mask does."""
    y, x = np.nonzero(mask)
    if len(y) < 2:
        return 1.0, 1.0
    # A bar of length n has variance (n² - 1) / 12.
    narrow, wide = np.linalg.eigvalsh(np.cov(np.stack([y, x]).astype(np.float64)))
    return float(np.sqrt(12 * max(wide, 0) + 1)), float(np.sqrt(12 * max(narrow, 0) + 1))


def stroke_width(mask: Mask) -> float:
    """The typical width of the mask's strokes, in pixels: twice the mean distance of the ridge from the paper."""
    if not mask.any():
        return 0.0
    distance: NDArray[np.float64] = ndimage.distance_transform_edt(np.pad(mask, 1))
    ridge = (distance > 0) & (distance == ndimage.maximum_filter(distance, 3))
    return float(2 * distance[ridge].mean() - 1)
