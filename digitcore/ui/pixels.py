"""Pictures inside HTML."""

import base64
import io

import numpy as np
from PIL import Image


def png(pixels: np.ndarray) -> str:
    """A grey picture, (H, W) uint8, as the address of an HTML image."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
