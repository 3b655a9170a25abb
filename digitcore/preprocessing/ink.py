"""From any picture to ink: how far each pixel is from the paper, whatever the colours and the transparency."""

import numpy as np

FAINTEST_INK = 24
"""A picture in which nothing differs from the paper by more than this (of 255) is empty."""
NOISE_SHARE = 0.1
"""What is fainter than this share of the darkest ink is the paper's grain, or compression's."""


def find_ink(picture: np.ndarray) -> np.ndarray:
    """The ink in `picture`, as (H, W) float32 from 0 (paper) to 1 (the strongest ink).

    `picture` is uint8, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA. The paper is what most of its border shows;
    ink is the largest difference from that in any channel, transparency being one of them.
    """
    difference = _difference_from_paper(_channels(picture))
    strongest = difference.max(initial=0)
    if strongest <= FAINTEST_INK:
        return np.zeros(difference.shape, np.float32)
    ink = difference * np.float32(1 / strongest)
    ink[ink < NOISE_SHARE] = 0
    return ink


def _channels(picture: np.ndarray) -> list[np.ndarray]:
    """Each channel as (H, W) int16; colours count by their opacity, as what is transparent shows none.

    Channel by channel is five times faster than along a last axis of three or four.
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


def _difference_from_paper(channels: list[np.ndarray]) -> np.ndarray:
    """The largest difference in any channel from what most of the border shows there."""
    difference = np.zeros_like(channels[0])
    for channel in channels:
        border = np.concatenate([channel[0], channel[-1], channel[1:-1, 0], channel[1:-1, -1]])
        np.maximum(difference, np.abs(channel - np.int16(np.median(border))), out=difference)
    return difference
