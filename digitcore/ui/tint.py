"""Ink in colours."""

import numpy as np

from digitcore.ui import palette


def tinted(values: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """(H, W) ink from 0 to 1 as an RGBA picture: blue where `values` are above 0, red below, grey at 0."""
    strength = np.clip(np.abs(values) / max(float(np.abs(values[ink > 0]).max(initial=0)), 1e-9), 0, 1)[..., None]
    colour = np.where(values[..., None] > 0, palette.rgb(palette.FOR), palette.rgb(palette.AGAINST))
    mixed = strength**0.5 * colour + (1 - strength**0.5) * np.array(palette.rgb(palette.NEITHER))
    return np.concatenate([mixed, 255 * ink[..., None]], axis=-1).astype(np.uint8)
