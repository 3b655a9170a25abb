"""A run is steered with the mouse, by one and by two at once, and outlives the server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from digitcore.runs import Run
from digitcore.runs.processes import WORKER
from digitcore.ui.train.run_view import PICTURES
from tests import processes
from tests.browser.live import Server, start_server
from tests.browser.strokes import draw
from tests.browser.test_app import choose

TRAINING_SECONDS = 60_000


@pytest.fixture
def own_server(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    """A server that may be killed; it takes no worker with it, so that one is ended here."""
    server = start_server(tmp_path / "own")
    yield server
    server.stop()
    for process in processes.running(WORKER, server.home):
        process.kill()


def _start(page: Page, server: Server, name: str, epochs: int) -> Run:
    page.goto(f"{server.url}/train")
    page.get_by_text("fast", exact=True).click()
    choose(page, "train_fast_data", "sample")
    page.get_by_text("Hyperparameters").click()
    for setting, value in (("filters", "8, 16"), ("epochs", str(epochs))):
        field = page.locator(f".st-key-train_fast_{setting} input")
        field.fill(value)
        field.press("Enter")
    page.locator(".st-key-train_name input").fill(name)
    page.locator(".st-key-train_name input").press("Enter")
    press(page, "train_start")
    return Run(server.home / "runs" / name)


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()


def _expect(page: Page, text: str, patience: int = 20_000) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=patience)


def _expect_training(page: Page) -> None:
    expect(page.locator(".st-key-train_pause button")).to_be_enabled(timeout=TRAINING_SECONDS)


def _names(run: Run) -> list[str]:
    return [event.name for event in run.events()]


def test_a_run_is_steered_and_outlives_the_server(browser, own_server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(own_server.url)
    draw(page, 3)
    press(page, "draw_pin")
    expect(page.get_by_role("img", name="The pinned drawing")).to_be_visible()
    run = _start(page, own_server, "steered", 400)
    _expect_training(page)
    press(page, "train_pause")
    _expect(page, "Paused")
    press(page, "train_resume_paused")
    _expect(page, "Running")
    press(page, "train_steer")
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    press(page, "train_set_rate")
    expect(page.get_by_text("set by hand")).to_be_visible()
    page.keyboard.press("Escape")
    own_server.kill()
    own_server.start()
    page.goto(f"{own_server.url}/train")
    _expect(page, "Running")
    assert _names(run) == ["begin", "pause", "resume", "rate"]
    marks = page.get_by_test_id("stVegaLiteChart").first
    expect(marks).to_be_visible()
    page.get_by_text("Your drawing", exact=True).click()
    expect(page.get_by_role("img", name="The drawing").first).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible(timeout=TRAINING_SECONDS)
    page.get_by_text("Digits", exact=True).click()
    expect(page.get_by_role("img", name="A 7")).to_be_visible()
    page.get_by_text("Confusion", exact=True).click()
    expect(page.get_by_text("validation digits read right")).to_be_visible()
    press(page, "train_stop")
    _expect(page, "Stopped")
    expect(page.get_by_role("button", name="Use this model")).to_be_visible(timeout=TRAINING_SECONDS)
    page.close()


def test_two_tabs_on_one_run(browser, own_server):
    one, two = (browser.new_page(viewport={"width": 1280, "height": 900}) for _ in range(2))
    run = _start(one, own_server, "shared", 400)
    _expect_training(one)
    two.goto(f"{own_server.url}/train")
    _expect(two, "Running")
    press(one, "train_pause")
    _expect(two, "Paused")
    press(two, "train_resume_paused")
    _expect(one, "Running")
    # Both at once: whoever comes second finds it done.
    for page in (one, two):
        page.evaluate("document.querySelector('.st-key-train_pause button')?.click()")
    _expect(one, "Paused")
    _expect(two, "Paused")
    press(two, "train_stop")
    _expect(one, "Stopped")
    _expect(two, "Stopped")
    assert _names(run) == ["begin", "pause", "resume", "pause", "stop"]
    one.close()
    two.close()


def test_runs_wait_in_the_queue_and_an_interrupted_one_is_resumed(browser, own_server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    _start(page, own_server, "first", 400)
    _expect_training(page)
    _start(page, own_server, "second", 1)
    _expect(page, "Waiting, 1st in the queue")
    expect(page.get_by_text("first is training")).to_be_visible()
    for process in processes.running(WORKER, own_server.home, "first"):
        process.kill()
    _expect(page, "Finished", TRAINING_SECONDS)
    choose(page, "train_run", "first")
    _expect(page, "Interrupted")
    press(page, "train_resume")
    _expect(page, "Running", TRAINING_SECONDS)
    page.close()


def test_opening_the_steering_changes_nothing(browser, own_server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    run = _start(page, own_server, "looked-at", 100)
    _expect_training(page)
    for epoch in (4, 8):
        # The schedule moves the rate meanwhile, so that what was drawn first is out of date.
        expect(page.get_by_text(re.compile(rf"^Epoch ({epoch}|\d\d+) of 100$"))).to_be_visible(timeout=TRAINING_SECONDS)
        press(page, "train_steer")
        slider = page.get_by_role("slider", name="Learning rate")
        expect(slider).to_be_visible()
        shown, now = _shown_rate(page), run.status().learning_rate
        page.wait_for_timeout(3_000)
        assert _names(run) == ["begin"]
        assert shown == pytest.approx(now, rel=0.5)
        assert _shown_rate(page) == shown
        page.keyboard.press("Escape")
        expect(slider).to_have_count(0)
    press(page, "train_steer")
    slider.press("Home")
    expect(_slider_value(page)).to_have_text("1e-06")
    press(page, "train_set_rate")
    expect(page.get_by_text("set by hand")).to_be_visible()
    expect(_slider_value(page)).to_have_text("1e-06")
    press(page, "train_schedule")
    expect(page.locator(".st-key-train_schedule button")).to_be_disabled()
    page.wait_for_timeout(3_000)
    assert _shown_rate(page) == pytest.approx(run.status().learning_rate, rel=0.5)
    assert [event.value for event in run.events() if event.name == "rate"] == ["1e-06", ""]
    press(page, "train_stop")
    _expect(page, "Stopped")
    page.close()


def test_on_a_phone_a_live_run_comes_first_and_no_picture_is_cut_off(browser, own_server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{own_server.url}/train")
    start, run = page.get_by_role("button", name="Start training"), page.locator(".st-key-train_run")
    expect(page.get_by_text("No run yet")).to_be_visible()
    assert _top(start) < _top(page.get_by_text("No run yet"))
    _start(page, own_server, "on-a-phone", 400)
    _expect_training(page)
    assert _top(run) < _top(page.locator(".st-key-train_pause")) < _top(page.locator(".st-key-train_preset"))
    for name in PICTURES:
        box = page.locator(".st-key-train_show button", has_text=name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(start).to_be_visible()
    assert page.locator(".st-key-train_preset").bounding_box()["x"] < run.bounding_box()["x"]
    page.set_viewport_size({"width": 390, "height": 844})
    press(page, "train_stop")
    expect(page.get_by_role("button", name="Use this model")).to_be_visible(timeout=TRAINING_SECONDS)
    page.wait_for_timeout(3_000)
    assert _top(page.locator(".st-key-train_preset")) < _top(run)
    context.close()


def _top(place: Locator) -> float:
    return place.bounding_box()["y"]


def _shown_rate(page: Page) -> float:
    """The rate that the slider shows."""
    return float(_slider_value(page).inner_text())


def _slider_value(page: Page) -> Locator:
    return page.locator("[class*=st-key-train_rate_]").get_by_test_id("stSliderThumbValue")
