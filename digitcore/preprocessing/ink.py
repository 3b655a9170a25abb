"""From any picture to ink: how much each pixel differs from the paper, for any colours and transparency."""

import numpy as np
from numpy.typing import NDArray

FAINTEST_INK = 24
"""A picture is empty if no pixel differs from the paper by more than this (of 255)."""
NOISE_SHARE = 0.1
"""Anything fainter than this share of the strongest ink is paper grain or compression noise."""


def find_ink(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The ink in `picture`, as (H, W) float32 from 0 (paper) to 1 (the strongest ink).

    `picture` is uint8, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA. The paper's colour is the median of the border;
    ink is the largest difference from it in any channel, transparency included.
    """
    difference = _difference_from_paper(_channels(picture))
    strongest = difference.max(initial=0)
    if strongest <= FAINTEST_INK:
        return np.zeros(difference.shape, np.float32)
    ink = difference * np.float32(1 / strongest)
    ink[ink < NOISE_SHARE] = 0
    return ink


def _channels(picture: NDArray[np.uint8]) -> list[NDArray[np.int16]]:
    """Each channel as (H, W) int16; colours are multiplied by their opacity.

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


def _difference_from_paper(channels: list[NDArray[np.int16]]) -> NDArray[np.int16]:
    """The largest difference in any channel from the median of its border."""
    difference = np.zeros_like(channels[0])
    for channel in channels:
        border = np.concatenate([channel[0], channel[-1], channel[1:-1, 0], channel[1:-1, -1]])
        np.maximum(difference, np.abs(channel - np.int16(np.median(border))), out=difference)
    return difference
