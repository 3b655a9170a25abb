"""The page Read in a real browser: files, a ZIP, the clipboard, a camera, and what is taken away."""

import base64
import csv
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import CHROMIUM, FLAGS, Server
from tests.number_files import grid_png, number_jpeg, number_png, zipped

READ_SECONDS = 60_000
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
SEES = "photo => asked.length >= 2 * photo && document.querySelector('video')?.videoWidth"
PASTE = """
(content) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}
"""
CAMERAS_ASKED_FOR = """
window.asked = [];
const devices = navigator.mediaDevices, getUserMedia = devices.getUserMedia.bind(devices);
devices.getUserMedia = (wanted) => { window.asked.push(wanted.video.facingMode); return getUserMedia(wanted) };
"""


def _open(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/read")
    page.locator("[class*=st-key-read_files]").wait_for()


def _give(page: Page, **files: bytes) -> None:
    given = [
        {"name": name.replace("_", "."), "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files.items()
    ]
    page.locator("[class*=st-key-read_files] input[type=file]").set_input_files(given)


def _expect_text(page: Page, text: str) -> None:
    expect(page.get_by_test_id("read-text")).to_have_text(text, timeout=READ_SECONDS)


def _download(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).read_text()


def test_a_picture_is_read_and_each_digit_can_be_opened(page, server):
    _open(page, server)
    _give(page, a_png=number_png("407"))
    _expect_text(page, "407")
    expect(page.locator(".paper button")).to_have_text(["4", "0", "7"])
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
    press_right = partial(page.keyboard.press, "ArrowRight")
    for press, digit in ((page.locator(".paper button").first.click, "4"), (press_right, "0")):
        press()
        expect(page.locator(".paper button[aria-pressed=true]")).to_have_text(digit)
        expect(page.get_by_test_id("digit")).to_have_text(digit)
        expect(page.locator(".reading .row.top")).to_contain_text(digit)
    page.get_by_role("radio", name="Nearest").click()
    expect(page.locator(".why figcaption").nth(1)).to_contain_text("A 0, similarity")
    # A box lies over its digit: the picture is 480 pixels wide, and the 4 begins at 40.
    paper, box = (page.locator(place).first.bounding_box() for place in (".paper img", ".paper button"))
    assert (box["x"] - paper["x"]) / paper["width"] == pytest.approx(40 / 480, abs=0.03)


def test_pictures_a_zip_and_a_broken_file_are_read_and_taken_away(page, server):
    _open(page, server)
    inside = zipped({"1907.png": number_png("1907", 60), "grid.png": grid_png()})
    _give(page, a_png=number_png("42"), more_zip=inside, broken_png=b"no picture")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=READ_SECONDS)
    page.get_by_text("1 could not be read").click()
    expect(page.get_by_text("broken.png: the file is not a picture, or is damaged")).to_be_visible()
    rows = {row["file"]: row for row in csv.DictReader(_download(page, "CSV").splitlines())}
    assert {name: row["text"] for name, row in rows.items()} == {
        "a.png": "42",
        "broken.png": "",
        "1907.png": "1907",
        "grid.png": "",
    }
    records = {record["file"]: record for record in json.loads(_download(page, "JSON"))}
    assert [digit["digit"] for digit in records["1907.png"]["digits"]] == [1, 9, 0, 7]
    assert records["broken.png"] == {"file": "broken.png", "error": rows["broken.png"]["error"]}
    _click_row(page, 2)
    _expect_text(page, "No digits found")
    expect(page.locator(".paper button")).to_have_text(["?"])


def _click_row(page: Page, row: int) -> None:
    """Clicks a row of the table, which is painted on a canvas."""
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = table.bounding_box()
    page.mouse.click(box["x"] + 200, box["y"] + 38 + 48 * row + 24)


def test_reading_is_stopped_and_what_was_read_is_kept(page, server):
    _open(page, server)
    picture = number_png("1907", 60)
    _give(page, many_zip=zipped({f"{index}.png": picture for index in range(400)}))
    page.get_by_role("button", name="Stop").click(timeout=READ_SECONDS)
    stopped = page.get_by_text(re.compile(r"Stopped after \d+ of 400 pictures"))
    expect(stopped).to_be_visible()
    count = int(re.search(r"after (\d+)", stopped.inner_text())[1])
    assert 0 < count < 400
    _expect_text(page, "1907")
    assert len(_download(page, "CSV").splitlines()) == count + 1
    page.get_by_role("button", name="Read the rest").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ of 400 · about .* left"))).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 400 pictures"))).to_be_visible()
    page.get_by_role("button", name="Delete all").click()
    expect(page.get_by_test_id("read-text")).to_have_count(0)


def test_a_picture_is_pasted(page, server):
    _open(page, server)
    # The page listens once its part for that is loaded; then it keeps what is pasted from the browser.
    page.wait_for_function(PASTE, arg=base64.b64encode(number_png("42")).decode())
    _expect_text(page, "42")


def test_pictures_outlive_a_page_switch(page, server):
    _open(page, server)
    _give(page, a_png=number_png("407"))
    _expect_text(page, "407")
    page.get_by_role("link", name="Explore").click()
    expect(page.get_by_test_id("read-text")).to_have_count(0)
    page.get_by_role("link", name="Read").click()
    _expect_text(page, "407")


@pytest.fixture
def scanner(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A phone before whose camera lies a sheet with 407 on it."""
    video = tmp_path / "sheet.mjpeg"
    video.write_bytes(number_jpeg("407") * 30)
    fakes = ["device-for-media-stream", "ui-for-media-stream"]
    flags = [*FLAGS, *(f"--use-fake-{fake}" for fake in fakes), f"--use-file-for-fake-video-capture={video}"]
    other = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    size = {"width": 390, "height": 844}
    yield other.new_context(viewport=size, has_touch=True, is_mobile=True, user_agent=PHONE).new_page()
    other.close()


def test_a_phone_is_a_scanner(scanner, server):
    scanner.add_init_script(CAMERAS_ASKED_FOR)
    _open(scanner, server)
    assert scanner.evaluate("window.asked") == []
    scanner.get_by_role("radio", name="Camera").tap()
    for photo in (1, 2):
        # Streamlit asks for the front camera first, and shows a button before there is a picture.
        scanner.wait_for_function(SEES, arg=photo)
        scanner.get_by_role("button", name="Take Photo").tap()
        _expect_text(scanner, "407")
        expect(scanner.get_by_test_id("read-text")).to_be_in_viewport()
        expect(scanner.locator(".paper button")).to_have_text(["4", "0", "7"])
        scanner.get_by_role("button", name="Next photo").tap()
    assert scanner.evaluate("asked")[:4] == 2 * ["user", "environment"]
    main = "document.querySelector('[data-testid=stMain]')"
    assert scanner.evaluate(f"{main}.scrollWidth") <= scanner.evaluate(f"{main}.clientWidth") == 390
