"""The canvas, its controls and its memory, by mouse, finger and key."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Server
from tests.browser.strokes import draw, press_control

EMPTY = "Draw a digit from 0 to 9"
SETTLED_MS = 700
"""The canvas waits 200 ms before it tells of a stroke."""


def _open(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.wait_for_selector("canvas.upper-canvas")
    page.wait_for_timeout(SETTLED_MS // 2)


def _line(page: Page, x: float, y: float = 0.3, touch: bool = False) -> None:
    """A short upright line that begins at x and y, shares of the canvas."""
    box = page.locator("canvas.upper-canvas").bounding_box()
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


def _seen(page: Page) -> str:
    return page.locator("img.seen").get_attribute("src")


def _expect_nothing_read(page: Page) -> None:
    expect(page.get_by_text(EMPTY)).to_be_visible()


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_a_stroke_begins_in_the_top_right_corner(request, server, touch):
    page = request.getfixturevalue("phone" if touch else "page")
    _open(page, server)
    draw(page, 3, touch=touch)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    three = _seen(page)
    _line(page, 0.93, 0.02, touch)
    expect(page.locator("img.seen")).not_to_have_attribute("src", three)
    expect(page.locator(".dc-toolbar")).to_be_hidden()


def test_a_tap_in_the_top_right_corner_takes_nothing_away(phone, server):
    _open(phone, server)
    draw(phone, 3, touch=True)
    expect(phone.get_by_test_id("digit")).to_have_text("3")
    box = phone.locator("canvas.upper-canvas").bounding_box()
    for right in (0.02, 0.06, 0.1, 0.14, 0.2, 0.25):
        phone.touchscreen.tap(box["x"] + (1 - right) * box["width"], box["y"] + 0.04 * box["height"])
        phone.wait_for_timeout(100)
    phone.wait_for_timeout(SETTLED_MS)
    expect(phone.get_by_test_id("digit")).to_be_visible()


def test_ten_quick_clicks_undo_ten_strokes(page, server):
    _open(page, server)
    seen = []
    for number in range(12):
        _line(page, 0.06 + 0.08 * number)
        page.wait_for_timeout(SETTLED_MS)
        seen.append(_seen(page))
    assert len(set(seen)) == 12
    page.locator(".st-key-draw_controls button[name=undo]").evaluate(
        "button => { for (let click = 0; click < 10; click++) setTimeout(() => button.click(), 30 * click) }"
    )
    expect(page.locator("img.seen")).to_have_attribute("src", seen[1])
    page.wait_for_timeout(2 * SETTLED_MS)
    assert _seen(page) == seen[1]
    for place in (2, 3):
        press_control(page, "redo")
        expect(page.locator("img.seen")).to_have_attribute("src", seen[place])


def test_an_undo_just_after_a_stroke_undoes_that_stroke(page, server):
    _open(page, server)
    _line(page, 0.3)
    page.wait_for_timeout(SETTLED_MS)
    one = _seen(page)
    _line(page, 0.6)
    page.keyboard.press("Control+z")
    page.wait_for_timeout(2 * SETTLED_MS)
    assert _seen(page) == one


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
    page.wait_for_timeout(SETTLED_MS)
    one = _seen(page)
    _line(page, 0.6)
    expect(page.locator("img.seen")).not_to_have_attribute("src", one)
    two = _seen(page)
    page.reload()
    expect(page.locator("img.seen")).to_have_attribute("src", two)
    page.wait_for_selector("canvas.upper-canvas")
    page.wait_for_timeout(SETTLED_MS)
    press_control(page, "undo")
    expect(page.locator("img.seen")).to_have_attribute("src", one)
    press_control(page, "clear")
    _expect_nothing_read(page)
    page.reload()
    _expect_nothing_read(page)


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
    for x, y in ((0.2, 0.1), (0.5, 0.6), (0.8, 0.1), (0.35, 0.65), (0.65, 0.3), (0.1, 0.6)):
        _line(page, x, y)
        page.wait_for_timeout(300)
    expect(page.get_by_test_id("confidence")).to_have_text("No digit")
    expect(page.get_by_test_id("digit")).to_have_text("?")
    expect(page.locator(".reading .row.top")).to_contain_text("no digit")
    page.get_by_role("radio", name="Ink", exact=True).click()
    expect(page.get_by_text("Blue ink is evidence for no digit, red against it")).to_be_visible()


def test_what_it_saw_stands_still_whatever_is_said(phone, server):
    _open(phone, server)
    places = set()
    for strokes in (1, 2, 3):
        _line(phone, 0.25 * strokes, 0.1 * strokes, touch=True)
        phone.wait_for_timeout(SETTLED_MS)
        boxes = [phone.locator(each).bounding_box() for each in ("img.seen", ".reading .bars")]
        places.add(tuple((box["x"], box["y"], box["width"]) for box in boxes))
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
        page.keyboard.press("Escape")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as picture").click()
        assert saved.value.suggested_filename.endswith(".png")
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
