"""Opens picture files as arrays, or says in one line why it cannot, and encodes arrays as PNG."""

import base64
import io
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from digitcore.errors import PictureError

MOST_PIXELS = 64_000_000
"""A larger picture is rejected before it is decoded, which would take gigabytes of memory."""
WORKING_SIDE = 1_200
"""A larger picture is first reduced so that its longer side is less than twice this; a digit needs 20 pixels."""

FLAT_SHARE = 0.1
"""A picture of more than 8 bits is empty if its values span less than this share of the largest."""

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".heic", ".heif")
# Pillow supports many more, some of which start other programs.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "HEIF")


def open_picture(source: Path | BinaryIO) -> NDArray[np.uint8]:
    """The picture in a file as uint8: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA; of an animation, its first frame.

    Raises PictureError if the file is empty, damaged, too large, or not a picture.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures, but has another limit.
            warnings.simplefilter("ignore")
            _know_formats()
            with Image.open(source, formats=FORMATS) as image:
                _reject_too_large(image)
                _decode_reduced(image)
                return _as_array(ImageOps.exif_transpose(image))
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(_why_unidentified(source)) from None
    except Image.DecompressionBombError:
        raise PictureError(f"the picture is too large; at most {MOST_PIXELS:,} pixels can be read") from None
    except Exception as error:
        # Damaged files make Pillow's decoders raise nearly anything.
        raise PictureError(f"the picture cannot be read: {_plain(error)}") from None


def reduction(file: Path, opened: NDArray[np.uint8]) -> int:
    """The whole number by which `open_picture` reduced the picture in a file when it opened it."""
    if max(opened.shape[:2]) < WORKING_SIDE:
        return 1
    with Image.open(file, formats=FORMATS) as image:
        return _factor(image)


def png(pixels: NDArray[np.uint8]) -> str:
    """A uint8 picture, (H, W) grey or (H, W, 4) RGBA, as a data URL for HTML."""
    return data_url(Image.fromarray(pixels), "PNG")


def data_url(image: Image.Image, kind: str, **options: int) -> str:
    """A picture as a data URL for HTML, in one of Pillow's formats, saved with Pillow's options for it."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(stream.getvalue()).decode()}"


@cache
def _know_formats() -> None:
    """Makes Pillow know all its formats, not only those that were used before, and the HEIC of phones."""
    from pi_heif import register_heif_opener  # a tenth of a second, which the first page does without

    Image.init()
    register_heif_opener()


def _decode_reduced(image: Image.Image) -> None:
    """Has a large JPEG decoded at a half, a quarter or an eighth of its size: a panorama takes a few megabytes."""
    factor = _factor(image)
    image.draft(None, (image.width // factor, image.height // factor))


def _factor(image: Image.Image) -> int:
    """By how much a picture is reduced."""
    return max(1, max(image.size) // WORKING_SIDE)


def _reject_too_large(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        size = f"{image.width} x {image.height} pixels"
        raise PictureError(f"the picture has {size}; at most {MOST_PIXELS:,} can be read")


def find_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among `paths`, and the pictures in the folders among them and their subfolders, in order of name.

    Raises PictureError for a folder without pictures. A missing file is given, too: opening it raises the error.
    """
    for path in paths:
        if not _is_folder(path):
            yield path
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not inside:
            raise PictureError(f"the folder {path} has no pictures ({', '.join(SUFFIXES)})")
        yield from inside


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # For instance a name that is too long: opening it will raise the error.
        return False


def _as_array(image: Image.Image) -> NDArray[np.uint8]:
    factor = _factor(image)
    if image.mode in ("F", "I") or image.mode.startswith("I;"):
        return _eight_bits(np.asarray(image.convert("F").reduce(factor)))
    transparent = "A" in image.mode or "a" in image.mode or "transparency" in image.info
    if transparent:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return np.asarray(image.reduce(factor))


def _eight_bits(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The values stretched to 0 to 255, as 16-bit, 32-bit and float pictures have no common range."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if high - low <= FLAT_SHARE * max(abs(low), abs(high)):
        return np.zeros(values.shape, np.uint8)
    numbers = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    result: NDArray[np.uint8] = np.rint((numbers - low) * (255 / (high - low))).astype(np.uint8)
    return result


def _why_unidentified(source: Path | BinaryIO) -> str:
    if isinstance(source, Path) and source.stat().st_size == 0:
        return "the file is empty"
    return "the file is not a picture, or is damaged"


def _plain(error: Exception) -> str:
    """The error's text without an operating system's error number and path."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.splitlines()[0].lower()
