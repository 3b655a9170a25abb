import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitcore.errors import PictureError
from digitcore.prediction import Engine, open_bundle, read, read_all
from digitcore.preprocessing import find_ink, find_pictures, open_picture


def _seven(mode: str = "RGB", size: int = 200) -> Image.Image:
    image = Image.new("L", (size, size), 255)
    points = [(0.3 * size, 0.25 * size), (0.7 * size, 0.25 * size), (0.45 * size, 0.8 * size)]
    ImageDraw.Draw(image).line(points, fill=0, width=size // 14, joint="curve")
    return image.convert(mode)


def _digit(picture: np.ndarray) -> int:
    return read(Engine(open_bundle("default")), picture).digit


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("grey.png", "L"),
        ("colour.png", "RGB"),
        ("alpha.png", "RGBA"),
        ("grey-alpha.png", "LA"),
        ("palette.png", "P"),
        ("black-and-white.png", "1"),
        ("print.jpg", "CMYK"),
        ("photo.jpg", "RGB"),
        ("film.tif", "F"),
        ("long.tif", "I"),
        ("still.webp", "RGB"),
        ("old.bmp", "RGB"),
    ],
)
def test_every_kind_of_picture_is_read(tmp_path, name, mode):
    _seven(mode).save(tmp_path / name)
    assert _digit(open_picture(tmp_path / name)) == 7


def test_sixteen_bits(tmp_path):
    values = (65_535 - np.asarray(_seven("L")).astype(np.uint16) * 257).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "deep.png")
    assert _digit(open_picture(tmp_path / "deep.png")) == 7


def test_a_blank_sheet_of_sixteen_bits_stays_blank(tmp_path):
    grain = np.random.default_rng(0).integers(65_000, 65_100, (90, 90), np.uint16)
    Image.fromarray(grain).save(tmp_path / "blank.png")
    assert not find_ink(open_picture(tmp_path / "blank.png")).any()


def test_floats_that_are_no_numbers_are_paper(tmp_path):
    values = np.asarray(_seven("F")).copy()
    values[:3] = np.nan
    values[-3:] = np.inf
    Image.fromarray(values).save(tmp_path / "film.tif")
    assert _digit(open_picture(tmp_path / "film.tif")) == 7


def test_a_palette_with_a_transparent_colour(tmp_path):
    image = _seven("P")
    image.save(tmp_path / "clear.png", transparency=image.getpixel((0, 0)))
    assert _digit(open_picture(tmp_path / "clear.png")) == 7


def test_an_animation_gives_its_first_frame(tmp_path):
    blank = Image.new("L", (200, 200), 255)
    _seven("L").save(tmp_path / "moving.gif", save_all=True, append_images=[blank, blank])
    assert _digit(open_picture(tmp_path / "moving.gif")) == 7


def test_a_phones_rotation_is_undone(tmp_path):
    image = _seven().rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "phone.jpg", exif=exif)
    assert _digit(open_picture(tmp_path / "phone.jpg")) == 7


def test_a_phones_heic_is_read_upright():
    """A 407 that a phone held on its side has stored lying, with the turn that undoes it."""
    picture = open_picture(Path(__file__).with_name("phone.heic"))
    assert picture.shape == (240, 320, 3)
    assert read_all(Engine(open_bundle("default")), picture).text == "407"


def test_a_damaged_heic_gets_one_line(tmp_path):
    content = Path(__file__).with_name("phone.heic").read_bytes()
    (tmp_path / "bad.heic").write_bytes(content[:1_500])
    with pytest.raises(PictureError, match="cannot be read|damaged"):
        open_picture(tmp_path / "bad.heic")


def test_a_panorama_of_50_megapixels_is_decoded_reduced(tmp_path):
    image = Image.new("RGB", (14_000, 3_600), (200, 200, 200))
    image.paste(_seven("RGB", 1_500), (6_000, 1_000))
    image.save(tmp_path / "panorama.jpg", quality=70)
    picture = open_picture(tmp_path / "panorama.jpg")
    assert picture.shape == (450, 1_750, 3)
    assert picture[125 + 47, 750 + 90].max() < 60 and picture[10, 10].min() > 180


def test_a_large_picture_is_reduced(tmp_path):
    _seven("L", 5_000).save(tmp_path / "large.png")
    picture = open_picture(tmp_path / "large.png")
    assert max(picture.shape) <= 2_400
    assert _digit(picture) == 7


def _bomb() -> bytes:
    """A PNG of 20,000 x 20,000 white pixels, in a few kilobytes."""
    stream = io.BytesIO()
    Image.new("1", (20_000, 20_000), 1).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"seven", "not a picture, or is damaged"),
        (None, "truncated|cannot be read"),
        (b"DDS |" + bytes(200), "not a picture, or is damaged"),
        (_bomb, "20000 x 20000 pixels; at most|too large; at most"),
    ],
)
def test_what_is_no_picture_gets_one_line(tmp_path, content, reason):
    path = tmp_path / "bad.png"
    if content is None:
        stream = io.BytesIO()
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)).save(stream, "PNG")
        content = stream.getvalue()[:3_000]
    path.write_bytes(content() if callable(content) else content)
    with pytest.raises(PictureError, match=reason) as caught:
        open_picture(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_gets_one_line(tmp_path):
    with pytest.raises(PictureError, match="no such file"):
        open_picture(tmp_path / "nowhere.png")


def test_a_name_that_is_too_long_gets_one_line():
    (path,) = find_pictures([Path("x" * 300)])
    with pytest.raises(PictureError, match="file name too long"):
        open_picture(path)


def test_folders_are_searched_in_order_of_names(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("c.png", "a.PNG", "b/x.jpg", "notes.txt"):
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in find_pictures([tmp_path])]
    assert found == ["a.PNG", "b/x.jpg", "c.png"]


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(PictureError, match="has no pictures"):
        list(find_pictures([tmp_path]))
