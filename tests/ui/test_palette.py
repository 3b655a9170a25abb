"""Colours stand in the palette alone."""

import re

import pytest

from digitcore import settings
from digitcore.ui import palette

FILES = [path for path in sorted((settings.PROJECT / "digitcore" / "ui").rglob("*.py")) if path.stem != "palette"]
COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|\"(white|black|gr[ae]y)\"")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_other_module_names_a_colour(path):
    colours = [match.group() for match in COLOUR.finditer(path.read_text())]
    assert not colours


def test_a_colour_is_given_by_its_parts():
    assert palette.rgb("#5b6cff") == (0x5B, 0x6C, 0xFF)
