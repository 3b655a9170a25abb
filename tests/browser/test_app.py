"""What a person does, done with the mouse or a finger, and read off the page."""

import base64
import io
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from digitcore.preprocessing import find_ink
from digitcore.preprocessing.strokes import draw_strokes
from tests.browser.live import Server, start_server
from tests.browser.strokes import CORNER, MIDDLE, RIGHT, SMALL, STEPS, Points, draw, draw_number, placed, press_control

EMPTY = "Draw a digit or a number"
TRAINING_SECONDS = 60_000


def _open(page: Page, server: Server, path: str = "") -> None:
    page.goto(f"{server.url}/{path}")


def _expect_digit(page: Page, digit: int) -> None:
    expect(page.get_by_test_id("digit")).to_have_text(str(digit))
    expect(page.get_by_test_id("confidence")).to_contain_text("%")


def _expect_nothing_read(page: Page) -> None:
    expect(page.get_by_text(EMPTY, exact=True)).to_be_visible()
    for shown in ("digit", "number", "box"):
        expect(page.get_by_test_id(shown)).to_have_count(0)


def _expect_number(page: Page, text: str) -> None:
    expect(page.get_by_test_id("number")).to_have_text(text)
    expect(page.get_by_test_id("confidence")).to_contain_text("% confident")
    expect(page.get_by_test_id("box")).to_have_count(len(text))


@pytest.mark.parametrize(
    ("place", "digits"), [(MIDDLE, (0, 1, 3, 7)), (CORNER, (3, 7)), (SMALL, (0, 1))], ids=["middle", "corner", "small"]
)
def test_drawn_digits_are_read(page, server, place, digits):
    _open(page, server)
    _expect_nothing_read(page)
    for digit in digits:
        draw(page, digit, place)
        _expect_digit(page, digit)
        press_control(page, "clear")
        _expect_nothing_read(page)


def test_a_digit_is_read_as_each_stroke_ends_and_undo_takes_one_back(page, server):
    _open(page, server)
    draw(page, 7)
    _expect_digit(page, 7)
    seen = page.locator("img.seen")
    seven = seen.get_attribute("src")
    draw(page, 0, RIGHT)
    _expect_number(page, "70")
    press_control(page, "undo")
    expect(seen).to_have_attribute("src", seven)
    _expect_digit(page, 7)
    press_control(page, "undo")
    _expect_nothing_read(page)


@pytest.mark.parametrize("text", ["42", "1907"])
def test_a_number_is_drawn_and_read(page, server, text):
    _open(page, server)
    draw_number(page, text)
    _expect_number(page, text)
    press_control(page, "undo")
    expect(page.get_by_test_id("box")).not_to_have_count(len(text))
    press_control(page, "redo")
    _expect_number(page, text)
    press_control(page, "clear")
    _expect_nothing_read(page)


def test_two_lines_are_read_as_two(page, server):
    _open(page, server)
    draw_number(page, "19", top=0.08, size=0.34)
    draw_number(page, "704", top=0.56, size=0.34)
    _expect_number(page, "19704")
    expect(page.locator(".number .line")).to_have_text(["19", "704"])


def test_a_cleared_canvas_can_be_drawn_on_again_and_again(page, server):
    _open(page, server)
    for digit in (7, 7, 1):
        draw(page, digit)
        _expect_digit(page, digit)
        press_control(page, "clear")
        _expect_nothing_read(page)
        page.wait_for_timeout(600)
        _expect_nothing_read(page)


def test_the_drawing_survives_a_page_switch(page, server):
    _open(page, server)
    draw(page, 3)
    _expect_digit(page, 3)
    ink = _ink(page)
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    _expect_digit(page, 3)
    page.locator("canvas.upper-canvas").wait_for()
    page.wait_for_timeout(500)
    assert _ink(page) == pytest.approx(ink, rel=0.02)
    seen = page.locator("img.seen")
    three = seen.get_attribute("src")
    draw(page, 1, RIGHT)
    # The canvas waits 200 ms before it reports a stroke; what is undone is what has been read.
    _expect_number(page, "31")
    press_control(page, "undo")
    expect(seen).to_have_attribute("src", three)
    _expect_digit(page, 3)


def _ink(page: Page) -> int:
    """How many pixels of the canvas have ink's colour."""
    picture = Image.open(io.BytesIO(page.locator("canvas.upper-canvas").screenshot())).convert("RGB")
    return int((np.abs(np.asarray(picture).astype(int) - (91, 108, 255)).max(axis=-1) < 30).sum())


def test_the_brush_can_be_changed_without_losing_the_drawing(page, server):
    _open(page, server)
    draw(page, 7)
    _expect_digit(page, 7)
    thin = _ink(page)
    page.get_by_role("slider").press("End")
    page.wait_for_timeout(500)
    assert _ink(page) == pytest.approx(thin, rel=0.02)
    draw(page, 1, CORNER)
    page.wait_for_timeout(800)
    assert _ink(page) > thin * 1.3


def test_a_finger_draws_on_a_phone_and_nothing_scrolls_under_it(phone, server):
    _open(phone, server)
    phone.wait_for_selector("canvas.upper-canvas")
    for digit in (3, 7):
        phone.locator("canvas.upper-canvas").scroll_into_view_if_needed()
        before = phone.locator("canvas.upper-canvas").bounding_box()
        draw(phone, digit, touch=True)
        _expect_digit(phone, digit)
        assert phone.locator("canvas.upper-canvas").bounding_box() == before
        phone.locator(".st-key-draw_controls button[name=clear]").tap()
        _expect_nothing_read(phone)
    draw_number(phone, "42", size=0.42, touch=True)
    _expect_number(phone, "42")


@pytest.mark.parametrize("path", ["", "train", "runs"])
def test_nothing_is_wider_than_a_phone(phone, server, path):
    _open(phone, server, path)
    shown = {"": phone.locator(".st-key-draw_controls"), "train": phone.locator(".st-key-train_start")}
    shown.get(path, phone.get_by_text("No run yet")).first.wait_for()
    phone.wait_for_timeout(1_000)
    main = "document.querySelector('[data-testid=stMain]')"
    assert phone.evaluate(f"{main}.scrollWidth") <= phone.evaluate(f"{main}.clientWidth") == 390


@pytest.mark.parametrize(("scheme", "lightest"), [("light", True), ("dark", False)])
def test_light_and_dark(browser, server, scheme, lightest):
    page = browser.new_page(color_scheme=scheme)
    _open(page, server)
    draw(page, 3)
    _expect_digit(page, 3)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    assert (picture.getpixel((5, picture.height - 5)) > 128) is lightest
    assert _ink(page) > 1_000
    page.close()


def test_train_watch_refresh_stop_use_and_draw(page, server):
    _open(page, server, "train")
    page.get_by_text("fast", exact=True).click()
    choose(page, "train_fast_data", "sample")
    page.get_by_text("Hyperparameters").click()
    for setting, value in (("filters", "12, 24"), ("epochs", "90")):
        field = page.locator(f".st-key-train_fast_{setting} input")
        field.fill(value)
        field.press("Enter")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(re.compile(r"^best epoch: \d+$"))).to_be_visible(timeout=TRAINING_SECONDS)
    early = _curve_end(page)
    expect(page.get_by_text(re.compile(r"Epoch ([5-9]|\d\d) of 90"))).to_be_visible(timeout=TRAINING_SECONDS)
    # The pictures follow the figures within seconds.
    assert any(_curve_end(page) > early or page.wait_for_timeout(500) for _ in range(20))
    page.reload()
    expect(page.get_by_text("Running")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    # Until the other page is there, what is seen is the page that is being left, whose buttons no longer work.
    expect(page.get_by_text(EMPTY, exact=True)).to_be_visible()
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_text("Running")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped")).to_be_visible(timeout=3_000)
    use = page.get_by_role("button", name="Use this model")
    expect(use).to_be_visible(timeout=TRAINING_SECONDS)
    expect(page.get_by_text("Test split")).to_be_visible()
    use.click()
    expect(page.get_by_text(EMPTY, exact=True)).to_be_visible()
    (run,) = (server.home / "runs").iterdir()
    expect(page.get_by_role("button", name=f"Model: {run.name}")).to_be_visible()
    draw(page, 1)
    _expect_digit(page, 1)
    libraries = server.libraries()
    assert "litert" in libraries.lower() and "tensorflow/python" not in libraries and "libtensorflow" not in libraries


def test_invalid_numbers_are_explained_and_start_nothing(page, server):
    _open(page, server, "train")
    page.get_by_text("fast", exact=True).click()
    page.get_by_text("Hyperparameters").click()
    start = page.locator(".st-key-train_start button")
    epochs, rate = (page.locator(f".st-key-train_fast_{name} input") for name in ("epochs", "learning_rate"))
    reasons = {
        "Epochs must be a whole number from 1 to 1000, not '0'": (epochs, "0"),
        "Learning rate must be a number from 1e-06 to 1, not 'abc'": (rate, "abc"),
    }
    for reason, (field, text) in reasons.items():
        field.fill(text)
        field.press("Tab")
        # At the field, and where runs are started.
        expect(page.get_by_text(reason)).to_have_count(2)
        expect(start).to_be_disabled()
    # Both reasons are still shown, and what was typed is still there.
    for reason, (field, text) in reasons.items():
        expect(page.get_by_text(reason)).to_have_count(2)
        expect(field).to_have_value(text)
    for field, text in ((epochs, "3"), (rate, "1e-2")):
        field.fill(text)
        field.press("Enter")
    expect(page.get_by_text("must be")).to_have_count(0)
    expect(start).to_be_enabled()


def choose(page: Page, key: str, option: str) -> None:
    """Chooses in one of our select boxes; opens it again where a run of the page has closed it."""
    wanted = page.get_by_role("option", name=option).first
    for _ in range(3):
        page.locator(f".st-key-{key} input").click()
        try:
            wanted.click(timeout=3_000)
            return
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
    pytest.fail(f"{option} cannot be chosen")


def _curve_end(page: Page) -> int:
    """The rightmost pixel of the loss chart that has the training curve's colour."""
    shot = Image.open(io.BytesIO(page.get_by_test_id("stVegaLiteChart").first.screenshot())).convert("RGB")
    # The legend, above the plot, has the colour too.
    pixels = np.asarray(shot).astype(int)[shot.height // 4 :]
    columns = np.flatnonzero((np.abs(pixels - (139, 154, 255)).max(axis=-1) < 40).any(axis=0))
    return int(columns.max(initial=0))


def test_a_deep_link_works_on_a_server_that_nobody_has_visited(browser, tmp_path: Path):
    server = start_server(tmp_path / "cold")
    try:
        page = browser.new_page()
        _open(page, server, "train")
        expect(page.get_by_role("button", name="Start training")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("link", name="Draw")).to_be_visible()
        expect(page.get_by_role("link", name="app")).to_have_count(0)
        expect(page).to_have_title("Train · Digit dashboard")
        page.close()
    finally:
        server.stop()


def test_strokes_are_drawn_for_training_as_the_canvas_draws_them(page, server):
    """What training learns from must look like what is drawn here."""
    _open(page, server)
    brush = float(page.locator(".st-key-draw_brush").get_by_test_id("stSliderThumbValue").inner_text())
    for digit in (3, 7):
        draw(page, digit)
        _expect_digit(page, digit)
        source = page.locator("canvas.dc-canvas.lower-canvas").evaluate("canvas => canvas.toDataURL()")
        canvas = find_ink(np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1])))))
        canvas = canvas[:, : len(canvas)]
        strokes = [len(canvas) * _as_dragged(stroke) for stroke in placed(digit)]
        drawn, thinner, thicker = (
            np.abs(draw_strokes(strokes, width, len(canvas)) / 255 - canvas).sum() / canvas.sum()
            for width in (brush, 0.9 * brush, 1.1 * brush)
        )
        assert 1.5 * drawn < min(thinner, thicker)
        press_control(page, "clear")
        _expect_nothing_read(page)


def _as_dragged(corners: Points) -> np.ndarray:
    """Where the mouse is seen on its way from corner to corner."""
    ways = [np.linspace(begin, end, STEPS + 1)[1:] for begin, end in pairwise(corners)]
    return np.concatenate([corners[:1], *ways])
