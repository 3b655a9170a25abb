"""The canvas, its controls and its memory, by mouse, finger and key."""

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from digitcore.ui import palette
from tests.browser.live import Server
from tests.browser.strokes import CORNER, RIGHT, draw, draw_number, press_control

EMPTY = "Draw a digit or a number"
SETTLED_MS = 700
"""The canvas waits 200 ms before it tells of a stroke."""


def _open(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.wait_for_selector("canvas.upper-canvas")
    page.wait_for_timeout(SETTLED_MS // 2)


def _line(page: Page, x: float, y: float = 0.3, touch: bool = False) -> None:
    """A short upright line that begins at x and y, shares of the paper."""
    box = _paper(page)
    left, top, height = box["x"] + x * box["width"], box["y"] + y * box["height"], 0.3 * box["height"]
    if touch:
        session = page.context.new_cdp_session(page)
        for kind, points in (("touchStart", [0]), ("touchMove", [0.5]), ("touchMove", [1]), ("touchEnd", [])):
            places = [{"x": left, "y": top + share * height} for share in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    else:
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(left, top + height, steps=5)
        page.mouse.up()


def _paper(page: Page) -> dict[str, float]:
    """What can be seen of the canvas: all, or a phone's square."""
    return page.locator(".st-key-draw_paper").bounding_box()


def _star(page: Page, x: float) -> None:
    """A star, which is no digit, in one stroke that begins at x, a share of the paper's width."""
    box = _paper(page)
    left, top, side = box["x"] + x * box["width"], box["y"] + 0.25 * box["height"], 0.25 * box["height"]
    corners = ((0, 0), (2, 2), (1, 1), (2, 0), (0, 2), (1, 1), (0, 1), (2, 1), (1, 1), (1, 0), (1, 2))
    page.mouse.move(left, top)
    page.mouse.down()
    for right, down in corners[1:]:
        page.mouse.move(left + right * side, top + down * side, steps=4)
    page.mouse.up()


def _seen(page: Page) -> str:
    return page.locator("img.seen").get_attribute("src")


def _expect_nothing_read(page: Page) -> None:
    expect(page.get_by_text(EMPTY, exact=True)).to_be_visible()


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_a_stroke_begins_in_the_top_right_corner(request, server, touch):
    page = request.getfixturevalue("phone" if touch else "page")
    _open(page, server)
    draw(page, 3, CORNER, touch=touch)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    _line(page, 0.93, 0.02, touch)
    expect(page.get_by_test_id("number")).to_have_text("31")
    expect(page.get_by_test_id("box")).to_have_count(2)
    expect(page.locator(".dc-toolbar")).to_be_hidden()


def test_a_tap_in_the_top_right_corner_takes_nothing_away(phone, server):
    _open(phone, server)
    draw(phone, 3, touch=True)
    expect(phone.get_by_test_id("digit")).to_have_text("3")
    box = _paper(phone)
    for right in (0.02, 0.06, 0.1, 0.14, 0.2, 0.25):
        phone.touchscreen.tap(box["x"] + (1 - right) * box["width"], box["y"] + 0.04 * box["height"])
        phone.wait_for_timeout(100)
    phone.wait_for_timeout(SETTLED_MS)
    expect(phone.get_by_test_id("digit")).to_be_visible()


def test_ten_quick_clicks_undo_ten_strokes(page, server):
    _open(page, server)
    for number in range(12):
        _line(page, 0.06 + 0.08 * number)
        page.wait_for_timeout(SETTLED_MS)
    expect(page.get_by_test_id("number")).to_have_text(12 * "1")
    page.locator(".st-key-draw_controls button[name=undo]").evaluate(
        "button => { for (let click = 0; click < 10; click++) setTimeout(() => button.click(), 30 * click) }"
    )
    number = page.get_by_test_id("number")
    expect(number).to_have_text("11")
    page.wait_for_timeout(2 * SETTLED_MS)
    expect(number).to_have_text("11")
    for text in ("111", "1111"):
        press_control(page, "redo")
        expect(number).to_have_text(text)


def test_an_undo_just_after_a_stroke_undoes_that_stroke(page, server):
    _open(page, server)
    _line(page, 0.3)
    expect(page.get_by_test_id("digit")).to_have_text("1")
    _line(page, 0.6)
    page.keyboard.press("Control+z")
    page.wait_for_timeout(2 * SETTLED_MS)
    expect(page.get_by_test_id("digit")).to_have_text("1")
    page.keyboard.press("Control+y")
    expect(page.get_by_test_id("number")).to_have_text("11")


def test_clear_is_undone_by_key(page, server):
    _open(page, server)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    seven = _seen(page)
    press_control(page, "clear")
    _expect_nothing_read(page)
    expect(page.locator(".st-key-draw_controls button[name=clear]")).to_be_disabled()
    page.keyboard.press("Control+z")
    expect(page.locator("img.seen")).to_have_attribute("src", seven)
    page.keyboard.press("Control+z")
    _expect_nothing_read(page)
    page.keyboard.press("Control+y")
    expect(page.locator("img.seen")).to_have_attribute("src", seven)
    page.keyboard.press("Control+Shift+Z")
    _expect_nothing_read(page)


def test_a_reload_keeps_the_drawing_and_its_steps(page, server):
    _open(page, server)
    _line(page, 0.3)
    expect(page.get_by_test_id("digit")).to_have_text("1")
    one = _seen(page)
    _line(page, 0.6)
    expect(page.get_by_test_id("number")).to_have_text("11")
    page.reload()
    expect(page.get_by_test_id("number")).to_have_text("11")
    page.wait_for_selector("canvas.upper-canvas")
    page.wait_for_timeout(SETTLED_MS)
    press_control(page, "undo")
    expect(page.locator("img.seen")).to_have_attribute("src", one)
    press_control(page, "clear")
    _expect_nothing_read(page)
    page.reload()
    _expect_nothing_read(page)


def test_a_digit_is_picked_and_stays_picked_while_more_is_drawn(page, server):
    _open(page, server)
    draw_number(page, "19")
    digits = page.get_by_test_id("number").get_by_role("button")
    expect(digits).to_have_text(["1", "9"])
    for at, digit in ((0, "1"), (1, "9")):
        digits.nth(at).click()
        expect(page.get_by_test_id("picked")).to_contain_text(f"Digit {at + 1} of 2")
        expect(page.locator(".reading .row.top")).to_contain_text(digit)
        expect(page.get_by_test_id("box").nth(at)).to_have_class("box picked")
    nine = _seen(page)
    draw(page, 4, (1.1, 0.25, 0.45))
    expect(page.get_by_test_id("number")).to_have_text("194")
    expect(page.get_by_test_id("picked")).to_contain_text("Digit 2 of 3")
    expect(digits.nth(1)).to_have_attribute("aria-pressed", "true")
    assert _seen(page) == nine
    digits.nth(1).press("ArrowRight")
    expect(page.get_by_test_id("picked")).to_contain_text("Digit 3 of 3")
    expect(digits.nth(2)).to_be_focused()
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("img", name="The pinned drawing")).to_have_attribute("src", _seen(page))
    page.get_by_role("button", name="Unpin").click()
    expect(page.get_by_role("img", name="The pinned drawing")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_boxes_lie_around_the_digits(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    _open(page, server)
    for x in (0.2, 0.5):
        _line(page, x)
    expect(page.get_by_test_id("box")).to_have_count(2)
    paper = _paper(page)
    for x, box in zip((0.2, 0.5), page.get_by_test_id("box").all(), strict=True):
        around = box.bounding_box()
        assert around["x"] + around["width"] / 2 == pytest.approx(paper["x"] + x * paper["width"], abs=3)
        assert around["y"] < paper["y"] + 0.3 * paper["height"]
        assert around["y"] + around["height"] > paper["y"] + 0.6 * paper["height"]
    page.close()


def test_a_phone_shows_a_square_until_there_is_something_beside_it(phone, server):
    _open(phone, server)
    square = _paper(phone)
    assert square["width"] == pytest.approx(square["height"], abs=1)
    phone.set_viewport_size({"width": 844, "height": 390})
    phone.wait_for_timeout(SETTLED_MS)
    _line(phone, 0.2)
    _line(phone, 0.8)
    expect(phone.get_by_test_id("number")).to_have_text("11")
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.wait_for_timeout(SETTLED_MS)
    wide = _paper(phone)
    assert wide["width"] == pytest.approx(2 * wide["height"], abs=1)
    press_control(phone, "clear")
    _expect_nothing_read(phone)
    assert _paper(phone) == square


def test_what_is_no_digits_is_not_made_up_to_be_some(page, server):
    _open(page, server)
    _star(page, 0.1)
    _star(page, 0.55)
    expect(page.get_by_test_id("confidence")).to_have_text("No digits found")
    expect(page.get_by_test_id("number")).to_have_text("??")


def test_another_tab_has_a_drawing_of_its_own(page, server):
    _open(page, server)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    other = page.context.new_page()
    other.goto(server.url)
    _expect_nothing_read(other)


@pytest.mark.parametrize(("width", "least"), [(390, 340), (1280, 380), (1920, 600)])
def test_the_canvas_grows_with_the_screen_and_reads_the_same(browser, server, width, least):
    page = browser.new_page(viewport={"width": width, "height": 1080})
    _open(page, server)
    assert page.locator("canvas.upper-canvas").bounding_box()["width"] >= least
    for digit in (3, 7):
        draw(page, digit)
        expect(page.get_by_test_id("digit")).to_have_text(str(digit))
        press_control(page, "clear")
        _expect_nothing_read(page)
    page.close()


def test_the_brush_lies_over_no_button(page, server):
    _open(page, server)
    for width in (390, 641, 700, 760, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)
        clear = page.locator(".st-key-draw_controls button[name=clear]").bounding_box()
        brush = page.locator(".st-key-draw_brush").bounding_box()
        beside = clear["x"] + clear["width"] <= brush["x"]
        assert beside or clear["y"] + clear["height"] <= brush["y"], width


def test_why_stays_open_through_clear_and_a_page_switch(page, server):
    _open(page, server)
    draw(page, 3)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    page.get_by_role("radio", name="Steps", exact=True).click()
    expect(page.get_by_text("Cut out")).to_be_visible()
    press_control(page, "clear")
    expect(page.get_by_text("see here why")).to_be_visible()
    draw(page, 7)
    expect(page.get_by_text("Cut out")).to_be_visible()
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect(page.get_by_text("Cut out")).to_be_visible()


def test_what_is_no_digit_is_said_to_be_none_and_why(page, server):
    _open(page, server)
    _star(page, 0.2)
    expect(page.get_by_test_id("confidence")).to_have_text("No digit")
    expect(page.get_by_test_id("digit")).to_have_text("?")
    expect(page.locator(".reading .row.top")).to_contain_text("no digit")
    page.get_by_role("radio", name="Ink", exact=True).click()
    expect(page.get_by_text("Blue ink is evidence for no digit, red against it")).to_be_visible()


def test_the_bars_stand_still_whatever_is_read(phone, server):
    _open(phone, server)
    places = set()
    for text in ("1", "11", "111"):
        _line(phone, 0.25 * len(text), 0.1 * len(text), touch=True)
        expect(phone.get_by_test_id("digit" if text == "1" else "number")).to_have_text(text)
        phone.wait_for_timeout(SETTLED_MS)
        box = phone.locator(".reading .bars").bounding_box()
        places.add((box["x"], box["y"], box["width"]))
    assert len(places) == 1


def test_the_pinned_drawing_is_shown_and_unpinned(page, server):
    _open(page, server)
    draw(page, 3)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_role("img", name="The pinned drawing")).to_have_attribute("src", _seen(page))
    page.get_by_role("button", name="Unpin").click()
    expect(page.get_by_role("img", name="The pinned drawing")).to_have_count(0)


def test_two_models_read_one_drawing_and_it_is_saved(page, server):
    (server.models / "other").symlink_to((server.models / "default").resolve())
    try:
        _open(page, server)
        draw(page, 3)
        expect(page.get_by_test_id("digit")).to_have_text("3")
        page.get_by_role("button", name="Model: default").click()
        page.locator(".st-key-draw_beside").get_by_text("other", exact=True).click()
        expect(page.get_by_test_id("digit")).to_have_text(["3", "3"])
        expect(page.locator(".model")).to_have_text(["default", "other"])
        page.keyboard.press("Escape")
        draw(page, 7, RIGHT)
        numbers, picked = page.get_by_test_id("number"), page.get_by_test_id("picked")
        expect(numbers).to_have_text(["37", "37"])
        for at in (0, 1):
            numbers.nth(at).get_by_role("button").nth(at).click()
            expect(picked).to_contain_text(2 * [f"Digit {at + 1} of 2"])
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as picture").click()
        assert saved.value.suggested_filename == "digits.png"
        picture = np.asarray(Image.open(saved.value.path()).convert("RGB"))
        assert picture.shape == (400 + 2 * 32, 800 + 32 + 2 * (360 + 32) + 32, 3)
        for colour in (palette.GREY, palette.SELECTED, palette.INK):
            assert (picture[:, : 800 + 32] == palette.rgb(colour)).all(axis=-1).any()
    finally:
        (server.models / "other").unlink()


def test_the_menu_of_a_phone_closes_once_a_page_is_chosen(phone, server):
    _open(phone, server)
    for name in ("Train", "Draw"):
        phone.get_by_test_id("stExpandSidebarButton").tap()
        phone.get_by_role("link", name=name).tap()
        expect(phone.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(phone.get_by_test_id("stSidebarNavLink").first).not_to_be_in_viewport()
    phone.wait_for_selector("canvas.upper-canvas")
    draw(phone, 3, touch=True)
    expect(phone.get_by_test_id("digit")).to_have_text("3")


@pytest.mark.parametrize("path", ["", "train", "evaluate", "explore", "runs"])
def test_no_page_asks_the_web_for_anything(page, server, path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(1_500)
    outside = [url for url in asked if not re.match(rf"{re.escape(server.url)}|data:|blob:", url)]
    assert asked and not outside
