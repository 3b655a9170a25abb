"""Augmentation: digits are turned, scaled, sheared, shifted, warped, thickened or thinned, and noise is added."""

import numpy as np

from digitcore.recipes.config import TrainingConfig

SIDE = 28
MIDDLE = (SIDE - 1) / 2
KNOTS = 5
"""An elastic warp has random offsets at this many places along each side, and is smooth between them."""


def _smooth() -> np.ndarray:
    """(28, KNOTS) Gaussian weights of each knot at each pixel; the squares of a pixel's weights add up to 1."""
    pixels, knots = np.arange(SIDE)[:, None], np.linspace(0, SIDE - 1, KNOTS)[None]
    weights = np.exp(-0.5 * ((pixels - knots) / (0.6 * SIDE / KNOTS)) ** 2)
    normalised: np.ndarray = weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return normalised.astype(np.float32)


GRID = np.stack(np.meshgrid(np.arange(SIDE) - MIDDLE, np.arange(SIDE) - MIDDLE, indexing="ij"))
SMOOTH = _smooth()


def augment(pictures: np.ndarray, config: TrainingConfig, random: np.random.Generator) -> np.ndarray:
    """The (N, 28, 28) float32 pictures from 0 to 1, each changed at random within the recipe's limits."""
    if config.thickness:
        pictures = _thicken(pictures, random.uniform(-config.thickness, config.thickness, len(pictures)))
    if any((config.rotation, config.scaling, config.shear, config.shift, config.elastic)):
        pictures = _sample(pictures, _places(len(pictures), config, random))
    if config.noise:
        # The square: strong noise, but seldom, as most of what is read has little.
        strength = (config.noise * random.random((len(pictures), 1, 1)) ** 2).astype(np.float32)
        pictures = np.clip(pictures + strength * random.standard_normal(pictures.shape, np.float32), 0, 1)
    return pictures


def _places(count: int, config: TrainingConfig, random: np.random.Generator) -> np.ndarray:
    """(count, 2, 28, 28) rows and columns: where each pixel of the new pictures is taken from in the old ones."""
    angle = np.radians(random.uniform(-config.rotation, config.rotation, count))
    height, width = np.exp(random.uniform(-config.scaling, config.scaling, (2, count)))
    slant = random.uniform(-config.shear, config.shear, count)
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos * height, sin * width], [(slant * cos - sin) * height, (slant * sin + cos) * width]])
    places: np.ndarray = np.einsum("ijn,jyx->niyx", matrix, GRID).astype(np.float32) + np.float32(MIDDLE)
    places += random.uniform(-config.shift, config.shift, (count, 2, 1, 1)).astype(np.float32)
    if config.elastic:
        warp = random.normal(0, config.elastic, (count, 2, KNOTS, KNOTS)).astype(np.float32)
        places += SMOOTH @ warp @ SMOOTH.T
    return places


def _sample(pictures: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The pictures at those places, by bilinear interpolation; outside is paper."""
    count = len(pictures)
    padded = np.pad(pictures, ((0, 0), (1, 2), (1, 2))).reshape(-1)
    side = SIDE + 3
    places = np.clip(places + 1, 0, SIDE + 1)
    whole = places.astype(np.int32)
    down, right = (places - whole.astype(np.float32)).transpose(1, 0, 2, 3)
    corner = whole[:, 0] * side + whole[:, 1] + (np.arange(count, dtype=np.int32) * side * side)[:, None, None]
    upper = padded[corner] * (1 - right) + padded[corner + 1] * right
    lower = padded[corner + side] * (1 - right) + padded[corner + side + 1] * right
    sampled: np.ndarray = upper * (1 - down) + lower * down
    return sampled


def _thicken(pictures: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Each picture mixed with its own dilation if `by` is above 0, else with its erosion."""
    by = by[:, None, None].astype(np.float32)
    wide, thin = _filter(pictures, np.maximum), _filter(pictures, np.minimum)
    changed: np.ndarray = pictures + np.maximum(by, 0) * (wide - pictures) + np.maximum(-by, 0) * (thin - pictures)
    changed /= np.maximum(changed.max(axis=(1, 2), keepdims=True), 1e-3)
    return changed


def _filter(pictures: np.ndarray, extreme: np.ufunc) -> np.ndarray:
    """The maximum or minimum of each pixel and its four neighbours."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    result = pictures
    for rows, columns in ((slice(0, -2), slice(1, -1)), (slice(2, None), slice(1, -1))):
        result = extreme(result, padded[:, rows, columns])
        result = extreme(result, padded[:, columns, rows])
    return result
