"""Looking into a reading, judging models and exploring digits, with the mouse."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from digitcore.data import load
from digitcore.prediction import Engine, open_bundle
from digitcore.prediction.units import open_unit
from tests.browser.live import Server
from tests.browser.strokes import draw, draw_number


def _choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def _pictures(page: Page, group: str) -> list[str]:
    return page.locator(f"{group} img").evaluate_all("images => images.map(image => image.src)")


def test_every_answer_to_why(page: Page, server: Server):
    page.goto(server.url)
    draw(page, 3)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    assert page.locator(".why, .maps").count() == 0
    _choose(page, "Ink")
    expect(page.get_by_text("Blue ink is evidence for 3, red against it")).to_be_visible()
    for_three = _pictures(page, ".why")
    _choose(page, "8")
    expect(page.get_by_text("Blue ink is evidence for 8, red against it")).to_be_visible()
    assert _pictures(page, ".why") != for_three
    _choose(page, "Change")
    expect(page.get_by_text("Read as 3", exact=True)).to_be_visible()
    _choose(page, "Nearest")
    expect(page.get_by_text("A 3,").first).to_be_visible()
    _choose(page, "Steps")
    expect(page.get_by_text("Cut out")).to_be_visible()


def test_why_is_answered_for_the_picked_digit(page: Page, server: Server):
    page.goto(server.url)
    draw_number(page, "42")
    expect(page.get_by_test_id("number")).to_have_text("42")
    views = {"Ink": "Blue ink is evidence for {}, red", "Change": "Read as {}", "Nearest": "A {}, similarity"}
    for name, caption in views.items():
        _choose(page, name)
        for place, digit in enumerate("42"):
            page.locator(".st-key-draw_why_number").get_by_role("button").nth(place).click()
            expect(page.get_by_text(caption.format(digit)).first).to_be_visible()
            expect(page.get_by_test_id("picked")).to_contain_text(f"Digit {place + 1} of 2")
    _choose(page, "Layers")
    expect(page.locator(".unit table")).to_have_count(3)
    _choose(page, "Steps")
    expect(page.get_by_text("Cut out")).to_be_visible()
    two = _pictures(page, ".why")
    page.locator(".st-key-draw_why_number").get_by_role("button").first.click()
    expect(page.locator(".why img").first).not_to_have_attribute("src", two[0])
    for at in (1, 0):
        page.locator(".st-key-draw_number_0").get_by_role("button").nth(at).click()
        expect(page.get_by_test_id("picked")).to_contain_text(f"Digit {at + 1} of 2")
        page.locator(".st-key-draw_why_number").get_by_role("button").nth(1 - at).click()
        expect(page.get_by_test_id("picked")).to_contain_text(f"Digit {2 - at} of 2")


def test_a_layers_feature_is_opened_and_its_kernel_slides(page: Page, server: Server):
    page.goto(server.url)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    _choose(page, "Layers")
    expect(page.locator(".maps img")).to_have_count(32)
    expect(page.locator(".unit table")).to_have_count(3)
    before = page.locator(".unit .window").first.get_attribute("style")
    page.get_by_role("slider", name="Slide the kernel").press("ArrowLeft")
    expect(page.locator(".unit .window").first).not_to_have_attribute("style", before)
    page.get_by_role("radio", name="2 ·").click()
    expect(page.locator(".maps img")).to_have_count(64)


def _tile(page: Page, number: int) -> Locator:
    return page.get_by_role("button", name=f"Feature map {number}", exact=True)


def _kernel(feature: int) -> list[str]:
    """The numbers of a feature's kernel in the first layer of the shipped model, as the page shows them."""
    engine = Engine(open_bundle("default"))
    unit = open_unit(engine.bundle, engine.forward(np.zeros((28, 28), np.uint8)), 0, feature)
    return [f"{round(float(value), 2) + 0.0:.2f}" for value in unit.kernel[..., 0].ravel()]


def test_a_tile_opens_its_feature_by_click_and_by_key(page: Page, server: Server):
    page.goto(server.url)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    _choose(page, "Layers")
    kernel = page.locator(".unit table").nth(1).locator("td")
    expect(kernel).to_have_text(_kernel(0))
    _tile(page, 5).click()
    expect(kernel).to_have_text(_kernel(4))
    expect(_tile(page, 5)).to_have_attribute("aria-pressed", "true")
    expect(_tile(page, 1)).to_have_attribute("aria-pressed", "false")
    expect(_tile(page, 5)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(kernel).to_have_text(_kernel(5))
    draw(page, 1)
    expect(page.get_by_text("Feature map 6 of 32.")).to_be_visible()
    expect(kernel).to_have_text(_kernel(5))
    for layer, count in (("2 ·", 64), ("1 ·", 32)):
        page.get_by_role("radio", name=layer).click()
        expect(page.get_by_text(f"Feature map 1 of {count}.")).to_be_visible()
        expect(page.locator(".maps [aria-pressed=true]")).to_have_attribute("title", "Feature map 1")


def test_tiles_stay_where_they_are_when_one_is_clicked(phone: Page, server: Server):
    phone.goto(server.url)
    draw(phone, 7)
    expect(phone.get_by_test_id("digit")).to_have_text("7")
    _choose(phone, "Layers")
    phone.get_by_role("radio", name="2 ·").click()
    expect(_tile(phone, 64)).to_be_attached()
    grid = phone.locator(".maps")
    grid.evaluate("grid => { grid.scrollTop = grid.scrollHeight; grid.firstChild.before = 'as it was' }")
    scrolled = grid.evaluate("grid => grid.scrollTop")
    assert scrolled > 0
    _tile(phone, 60).click()
    expect(phone.get_by_text("Feature map 60 of 64.")).to_be_visible()
    assert grid.evaluate("grid => [grid.scrollTop, grid.firstChild.before]") == [scrolled, "as it was"]


def test_a_model_is_judged_and_its_predictions_are_taken(page: Page, server: Server):
    page.goto(f"{server.url}/evaluate")
    expect(page.get_by_text("Calibration error")).to_be_visible()
    expect(page.locator(".tiles img").first).to_be_visible()
    with page.expect_download() as predictions:
        page.get_by_role("button", name="Predictions").click()
    rows = list(csv.DictReader(io.StringIO(Path(predictions.value.path()).read_text())))
    assert len(rows) == 1_000 and rows[0]["label"] == "0"


def test_a_cell_of_the_confusion_matrix_opens_the_pictures_behind_it(page: Page, server: Server):
    page.goto(f"{server.url}/evaluate")
    _choose(page, "Confusion")
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart).to_be_visible()
    page.wait_for_timeout(1_000)
    box = chart.bounding_box()
    # The matrix' middle is the cell of the fives that are read as fives, or beside it.
    for share in (0.5, 0.53, 0.56):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + (share + 0.05) * box["height"])
        page.wait_for_timeout(1_500)
        if page.locator(".tiles img").count():
            break
    expect(page.locator(".tiles img").first).to_be_visible()


def test_pictures_of_ones_own_are_judged_and_the_report_is_taken(page: Page, server: Server, tmp_path: Path):
    sample, stream = load("sample"), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for at in range(0, 1_000, 50):
            picture = io.BytesIO()
            Image.fromarray(sample.test_images[at]).save(picture, "PNG")
            archive.writestr(f"mine/{sample.test_labels[at]}/{at}.png", picture.getvalue())
        archive.writestr("mine/3/broken.png", b"no picture")
    brought = tmp_path / "mine.zip"
    brought.write_bytes(stream.getvalue())
    page.goto(f"{server.url}/evaluate")
    _choose(page, "Your pictures")
    page.locator(".st-key-evaluate_upload input[type=file]").set_input_files(brought)
    expect(page.get_by_text("1 left out")).to_be_visible()
    expect(page.get_by_text("Calibration error")).to_be_visible()
    page.get_by_role("button", name="Make a report").click()
    with page.expect_download() as report:
        page.get_by_role("button", name="Save default.html").click()
    assert "<h1>default on Your pictures</h1>" in Path(report.value.path()).read_text()
    page.get_by_role("link", name="Explore").click()
    expect(page.get_by_role("heading", name="Explore", exact=True)).to_be_visible()
    page.get_by_role("link", name="Evaluate").click()
    expect(page.get_by_text("1 left out")).to_be_visible()
    page.get_by_role("button", name="Remove the uploaded pictures").click()
    expect(page.get_by_text("1 left out")).to_have_count(0)
    folder = tmp_path / "folder"
    with zipfile.ZipFile(brought) as archive:
        archive.extractall(folder)
    page.reload()
    _choose(page, "Your pictures")
    page.locator(".st-key-evaluate_folder input[type=file]").set_input_files(folder / "mine")
    expect(page.get_by_text("1 left out")).to_be_visible()
    expect(page.get_by_text("Calibration error")).to_be_visible()


def test_a_stray_csv_takes_nothing_away_and_each_file_has_its_own_reason(page: Page, server: Server, tmp_path: Path):
    sample, good = load("sample"), tmp_path / "good.zip"
    with zipfile.ZipFile(good, "w") as archive:
        for at in range(0, 1_000, 50):
            picture = io.BytesIO()
            Image.fromarray(sample.test_images[at]).save(picture, "PNG")
            archive.writestr(f"mine/{sample.test_labels[at]}/{at}.png", picture.getvalue())
    stray, garbage = tmp_path / "stray.csv", tmp_path / "garbage.zip"
    stray.write_text("id,count\n1,3\n2,5\n")
    garbage.write_bytes(b"no ZIP at all")
    page.goto(f"{server.url}/evaluate")
    _choose(page, "Your pictures")
    page.locator(".st-key-evaluate_upload input[type=file]").set_input_files([good, stray, garbage])
    expect(page.get_by_text("of 20", exact=True)).to_be_visible()
    page.get_by_text("2 left out").click()
    expect(page.get_by_text("stray.csv: none of its lines has a picture and a digit, as in img.png,3")).to_be_visible()
    expect(page.get_by_text("garbage.zip cannot be unpacked: it is not a ZIP file")).to_be_visible()


def test_digits_are_explored(page: Page, server: Server):
    page.goto(f"{server.url}/explore")
    expect(page.locator(".tiles img")).to_have_count(50)
    _choose(page, "Augmentation")
    expect(page.locator(".tiles img")).to_have_count(20)
    before = _pictures(page, ".tiles")
    page.get_by_role("slider", name="Rotation").press("End")
    page.wait_for_function("before => document.querySelectorAll('.tiles img')[5].src !== before", arg=before[5])
    _choose(page, "Classes")
    expect(page.get_by_text("Standard deviation of each digit")).to_be_visible()
    _choose(page, "Ink")
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
    bars = page.locator("[aria-roledescription='rect mark']")
    expect(bars).to_have_count(60)
    widths = bars.evaluate_all("bars => bars.map(bar => bar.getBBox().width)")
    assert min(widths) > 1


def test_the_map_has_the_current_drawing_on_it(page: Page, server: Server):
    page.goto(server.url)
    draw(page, 3)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    page.get_by_role("link", name="Evaluate").click()
    _choose(page, "Map")
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    expect(page.get_by_text("What you draw on the drawing page appears here, too.")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "views"),
    [
        ("evaluate", ["Mistakes", "Confusion", "Digits", "Confidence", "Robustness", "Map"]),
        ("explore", ["Samples", "Classes", "Ink", "Augmentation", "Outliers", "Label errors"]),
    ],
)
def test_no_view_is_wider_than_a_phone(phone: Page, server: Server, path: str, views: list[str]):
    phone.goto(f"{server.url}/{path}")
    for view in views:
        _choose(phone, view)
        expect(phone.get_by_role("radio", name=view, exact=True)).to_be_checked()
        expect(phone.get_by_test_id("stStatusWidget")).to_have_count(0)
        main = "document.querySelector('[data-testid=stMain]')"
        assert phone.evaluate(f"{main}.scrollWidth") <= phone.evaluate(f"{main}.clientWidth") == 390
