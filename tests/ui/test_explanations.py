"""Explanations of a reading, run by Streamlit's own test harness; the canvas is not a part of it."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.prediction import Bundle, Engine, open_bundle, read_all
from digitcore.ui.reading_view import Shown


def _page(reading) -> None:
    from digitcore.ui.explanations import why

    why([reading], "draw")


def _explained(bundle: Bundle, view: str, ones: int = 1) -> AppTest:
    """One of the explanations of the last of so many drawn ones."""
    picture = np.zeros((100, 200), np.uint8)
    for left in range(45, 45 + 50 * ones, 50):
        picture[20:80, left : left + 10] = 255
    writing = read_all(Engine(bundle), picture)
    assert writing.text == ones * "1"
    app = AppTest.from_function(_page, args=(Shown(picture, writing, ones - 1, 1.0),), default_timeout=30).run()
    app.button_group(key="draw_why").set_value(view).run()
    assert not app.exception
    return app


def _html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("ones", [1, 2])
@pytest.mark.parametrize(
    ("view", "captions"),
    [
        ("Ink", ["Blue ink is evidence for 1, red against it"]),
        ("Change", ["Read as 1", "Then read as "]),
        ("Nearest", ["Network input", "A 1, similarity "]),
        ("Layers", ["Covered input", "Kernel", "Feature map"]),
        ("Steps", ["Ink", "Cut out", "Scaled to ", "Centre of mass in the middle of 28 × 28"]),
    ],
)
def test_each_explanation_says_what_its_pictures_show(view, captions, ones):
    shown = _html(_explained(open_bundle("default"), view, ones))
    assert all(f"<figcaption>{caption}" in shown for caption in captions)


@pytest.mark.parametrize(
    ("described", "sentence"),
    [
        ({"layers": []}, "This network has no convolution, so there are no feature maps to show."),
        ({}, "This model was made by an earlier version and lacks data that this view needs."),
    ],
)
def test_a_network_without_feature_maps_says_why_there_are_none(described, sentence):
    bundle = open_bundle("default")
    card = {name: value for name, value in bundle.card.items() if name != "layers"} | described
    app = _explained(replace(bundle, card=card), "Layers")
    assert app.caption[0].value.startswith(sentence)
