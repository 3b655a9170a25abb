"""The drawing pinned on the drawing page, HOME/pinned.png: every run reads it after each epoch."""

import hashlib
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from digitcore import settings
from digitcore.errors import as_digit_error

FILE = "pinned.png"


class Pin(NamedTuple):
    """A pinned drawing: (28, 28) uint8, ink on 0, and a name made from its pixels."""

    name: str
    pixels: np.ndarray


def pin(pixels: np.ndarray) -> None:
    """Pins a normalised picture, (28, 28) uint8, in place of the one before. Raises RunError on a full disk."""
    with as_digit_error("the drawing cannot be pinned", settings.home()):
        settings.home().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="pin-", dir=settings.home()) as folder:
            partial = Path(folder) / FILE
            Image.fromarray(pixels).save(partial)
            partial.replace(_path())


def unpin() -> None:
    """Removes the pinned drawing."""
    _path().unlink(missing_ok=True)


def pinned() -> Pin | None:
    """The pinned drawing; None where there is none, or it cannot be read."""
    try:
        pixels = np.asarray(Image.open(_path()).convert("L"))
    except (OSError, ValueError):
        return None
    return Pin(hashlib.sha256(pixels.tobytes()).hexdigest()[:12], pixels) if pixels.shape == (28, 28) else None


def _path() -> Path:
    return settings.home() / FILE
