"""Opens picture files of any kind as arrays, or says in one line why it cannot."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from digitcore.errors import PictureError

MOST_PIXELS = 64_000_000
"""Above that a picture is refused unopened: it would take gigabytes."""
WORKING_SIDE = 1_200
"""A larger picture is first reduced to at most twice this; a digit needs 20 pixels."""

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm")


def open_picture(source: Path | BinaryIO) -> np.ndarray:
    """The picture in a file as uint8: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA; of an animation, its first frame.

    Raises PictureError where it is empty, damaged, too large, or no picture.
    """
    try:
        with Image.open(source) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PictureError(
                    f"the picture has {image.width} x {image.height} pixels; at most {MOST_PIXELS:,} can be read"
                )
            image.load()
            return _as_array(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        raise PictureError(_why_unidentified(source)) from None
    except Image.DecompressionBombError:
        raise PictureError(f"the picture is too large; at most {MOST_PIXELS:,} pixels can be read") from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureError(f"the picture cannot be read: {_plain(error)}") from None


def find_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among `paths`, and the pictures in its folders and theirs, in order of their names.

    Raises PictureError for a folder that has none. A file that is not there is given all the same: reading it says so.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        if not inside:
            raise PictureError(f"the folder {path} has no pictures ({', '.join(SUFFIXES)})")
        yield from inside


def _as_array(image: Image.Image) -> np.ndarray:
    if image.mode in ("F", "I") or image.mode.startswith("I;"):
        return _eight_bits(np.asarray(image, dtype=np.float64))
    transparent = "A" in image.mode or "a" in image.mode or "transparency" in image.info
    if image.mode not in ("L", "RGB", "RGBA"):
        image = image.convert("RGBA" if transparent else "L" if image.mode == "1" else "RGB")
    elif transparent:
        image = image.convert("RGBA")
    factor = max(image.size) // WORKING_SIDE
    return np.asarray(image.reduce(factor) if factor > 1 else image)


def _eight_bits(values: np.ndarray) -> np.ndarray:
    """16-bit, 32-bit and float greys have no one range: theirs is stretched to 0 to 255."""
    low, high = values.min(), values.max()
    return np.rint((values - low) * (255 / (high - low) if high > low else 0)).astype(np.uint8)


def _why_unidentified(source: Path | BinaryIO) -> str:
    if isinstance(source, Path) and source.stat().st_size == 0:
        return "the file is empty"
    return "the file is not a picture, or is damaged"


def _plain(error: Exception) -> str:
    """An operating system's error without its number and path."""
    return (getattr(error, "strerror", None) or str(error)).splitlines()[0].lower()
