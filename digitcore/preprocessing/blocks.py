"""A picture in square blocks, to be reduced block by block."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", bound=np.generic)


def in_blocks(picture: NDArray[Value], side: int) -> NDArray[Value]:
    """(H // side, side, W // side, side, ...): the blocks of an (H, W, ...) picture; what is left over is cut off."""
    height, width = (length // side for length in picture.shape[:2])
    whole = picture[: height * side, : width * side]
    return whole.reshape(height, side, width, side, *picture.shape[2:])
