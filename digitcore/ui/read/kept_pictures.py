"""Pictures as they are kept in a session, and as a browser is shown them."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from digitcore.preprocessing import open_picture
from digitcore.preprocessing.pictures import data_url

LARGE_BYTES = 1_000_000
JPEG_QUALITY = 95
SHOWN_SIDE = 1_400
THUMBNAIL_SIZE = 120, 80
LIGHT, DARK = 255, 24
"""What a transparent picture lies on, by how dark its ink is."""


def to_keep(content: bytes) -> bytes:
    """The file's content, or that of a smaller one where it is large: a photo as it is read is many times smaller.

    It is what is read, so that it reads as it did when it is opened again. Raises PictureError.
    """
    if len(content) <= LARGE_BYTES:
        return content
    image, stream = Image.fromarray(opened(content)), io.BytesIO()
    if image.mode == "RGBA":
        image.save(stream, "PNG", compress_level=1)
    else:
        image.save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()


def opened(content: bytes) -> NDArray[np.uint8]:
    """The picture as it is read: uint8, grey, RGB or RGBA. Raises PictureError."""
    return open_picture(io.BytesIO(content))


def shown(picture: NDArray[np.uint8]) -> str:
    """The picture as a data URL, reduced to what a screen shows; what is transparent is filled."""
    image = _filled(Image.fromarray(picture))
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BOX)
    return _url(image, "PNG") if max(image.size) < 400 else _url(image, "JPEG")


def thumbnail(picture: NDArray[np.uint8]) -> str:
    """The picture as a small data URL; all have the same proportions, as a table would cut off what is wider."""
    image = _filled(Image.fromarray(picture)).convert("RGBA")
    image.thumbnail(THUMBNAIL_SIZE, Image.Resampling.BOX)
    return _url(ImageOps.pad(image, THUMBNAIL_SIZE), "WEBP")


def _url(image: Image.Image, kind: str) -> str:
    # The parameter `method` is WebP's: 0 is the fastest.
    return data_url(image, kind, quality=85, method=0)


def _filled(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    pixels = np.asarray(image)
    seen = pixels[..., 3] > 0
    is_light = bool(seen.any()) and float(pixels[seen][:, :3].mean()) > 128
    paper = Image.new("RGBA", image.size, (DARK, DARK, DARK) if is_light else (LIGHT, LIGHT, LIGHT))
    return Image.alpha_composite(paper, image).convert("RGB")
