"""Addresses in a real browser: reloaded, gone back to, and opened on a server that nobody has visited."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from digitcore import runs, settings
from digitcore.runs import description
from tests import run_folders
from tests.browser.live import Server, start_server
from tests.browser.test_app import choose


@pytest.fixture
def filled(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three runs, third being the newest, and a model beside the default one, in the server's folders."""
    monkeypatch.setenv("DIGITCORE_HOME", str(server.home))
    _fill(server)
    yield
    for run in runs.every():
        shutil.rmtree(run.folder)
    shutil.rmtree(server.models / "twin")


def _fill(server: Server) -> None:
    for minute, run_id in enumerate(("first", "second", "third")):
        run_folders.make(run_id, minute=minute)
    shutil.copytree(settings.PROJECT / "models" / "default", server.models / "twin")


def _query(page: Page) -> dict[str, str]:
    return {name: texts[-1] for name, texts in parse_qs(urlsplit(page.url).query).items()}


def _expect_query(page: Page, /, **parameters: str) -> None:
    query = "&".join(f"{name}={text}" for name, text in parameters.items())
    page.wait_for_function("wanted => location.search === wanted", arg=f"?{query}" if query else "")


def _expect_run(page: Page, run: str) -> None:
    expect(page.locator(".st-key-train_run input")).to_have_value(run)


def _read_with(page: Page, title: str) -> Locator:
    return page.get_by_role("radiogroup", name="Read with").get_by_role("radio", name=title)


def _expect_model(page: Page, title: str) -> None:
    expect(page.get_by_role("button", name=f"Model: {title}")).to_be_visible()


def test_a_run_is_opened_by_its_address_which_follows_the_choice(page, server, filled):
    page.goto(f"{server.url}/train")
    _expect_run(page, "third")
    _expect_query(page)
    choose(page, "train_run", "first")
    _expect_query(page, run="first")
    choose(page, "train_run", "second")
    _expect_query(page, run="second")
    page.reload()
    _expect_run(page, "second")
    page.go_back()
    _expect_run(page, "first")
    page.go_back()
    _expect_run(page, "third")
    _expect_query(page)


def test_an_address_of_a_run_that_is_gone_shows_the_newest(page, server, filled):
    page.goto(f"{server.url}/train?run=gone")
    expect(page.get_by_text("There is no run 'gone'; it may have been deleted. Another one is shown.")).to_be_visible()
    _expect_run(page, "third")
    choose(page, "train_run", "first")
    expect(page.get_by_text("There is no run 'gone'")).to_have_count(0)
    _expect_run(page, "first")


def test_what_is_ticked_on_one_page_is_not_picked_on_another(page, server, filled):
    page.goto(f"{server.url}/runs?run=first")
    expect(page.get_by_text("Python code")).to_be_visible()
    # Until then it asks for files that the page, once left, has no more.
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Open on the training page").click()
    _expect_run(page, "first")
    _expect_query(page, run="first")
    page.goto(f"{server.url}/runs?run=first")
    expect(page.get_by_role("button", name="Open on the training page")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Train").click()
    _expect_run(page, "third")


def test_a_run_that_is_renamed_elsewhere_stays_chosen(page, server, filled):
    page.goto(f"{server.url}/train?run=first")
    _expect_run(page, "first")
    description.rename(runs.find("first"), "Größe *1*")
    page.get_by_role("radio", name="Log").click()
    _expect_run(page, "Größe *1*")
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    for name, shown in (("Better", "Better"), ("third", "third (first)")):
        description.rename(runs.find("first"), name)
        page.get_by_role("radio", name="Log" if name == "third" else "Curves").click()
        _expect_run(page, shown)
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    _expect_query(page, run="first")


def test_the_chosen_model_survives_a_reload(page, server, filled):
    page.goto(server.url)
    _expect_model(page, "default")
    page.locator(".st-key-draw_models button").first.click()
    _read_with(page, "twin").check(force=True)
    _expect_query(page, model="twin")
    page.reload()
    _expect_model(page, "twin")
    page.get_by_role("link", name="Train").click()
    _expect_run(page, "third")
    page.get_by_role("link", name="Draw").click()
    _expect_model(page, "twin")
    _expect_query(page, model="twin")


def test_a_model_that_is_renamed_elsewhere_stays_chosen(page, server, filled):
    page.goto(f"{server.url}/?model=twin")
    _expect_model(page, "twin")
    for name in ("Better", "*Best*"):
        (server.models / "twin" / "about.json").write_text(json.dumps({"name": name}))
        page.get_by_role("slider").press("ArrowRight")
        _expect_model(page, name)
    page.locator(".st-key-draw_models button").first.click()
    expect(_read_with(page, "*Best*")).to_be_checked()
    _read_with(page, "default").check(force=True)
    _expect_query(page)


def test_what_is_judged_comes_back_by_reload_and_back_button(page, server, filled):
    page.goto(f"{server.url}/evaluate")
    choose(page, "evaluate_model", "twin")
    _expect_query(page, model="twin")
    choose(page, "evaluate_beside", "default")
    _expect_query(page, model="twin", compare="default")
    page.get_by_role("radio", name="Robustness").click()
    _expect_query(page, model="twin", compare="default", view="Robustness")
    page.get_by_role("radio", name="Shift").click()
    _expect_query(page, model="twin", compare="default", view="Robustness", distortion="shift")
    page.reload()
    expect(page.get_by_role("radio", name="Shift")).to_be_checked()
    expect(page.locator(".st-key-evaluate_model input")).to_have_value("twin")
    expect(page.locator(".st-key-evaluate_beside input")).to_have_value("default")
    page.go_back()
    expect(page.get_by_role("radio", name="Noise")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("radio", name="Mistakes")).to_be_checked()
    page.go_back()
    expect(page.get_by_text("Accuracy of default")).to_have_count(0)
    expect(page.locator(".st-key-evaluate_model input")).to_have_value("twin")
    _expect_query(page, model="twin")


def test_what_is_explored_comes_back_by_reload_and_back_button(page, server, filled):
    page.goto(f"{server.url}/explore")
    page.get_by_role("radio", name="Training").click()
    _expect_query(page, split="train")
    page.get_by_role("radio", name="7", exact=True).click()
    expect(page.get_by_text("400 digits")).to_be_visible()
    first = page.locator(".tiles span").first.inner_text()
    page.locator(".st-key-explore_page").get_by_role("button", name="Page 3").click()
    _expect_query(page, split="train", digit="7", page="3")
    # The address is there before the pictures are.
    expect(page.locator(".tiles span").first).not_to_have_text(first)
    shown = page.locator(".tiles span").first.inner_text()
    page.reload()
    expect(page.locator(".tiles span").first).to_have_text(shown)
    page.get_by_role("radio", name="8", exact=True).click()
    _expect_query(page, split="train", digit="8")
    page.go_back()
    expect(page.locator(".tiles span").first).to_have_text(shown)
    assert _query(page) == {"split": "train", "digit": "7", "page": "3"}


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("train?run=first", ".st-key-train_run input >> visible=true"),
        ("?model=twin", "button:has-text('Model: twin')"),
        ("evaluate?model=twin&view=Confidence", "text=Accuracy by share of accepted answers"),
        ("explore?split=train&digit=7&page=3", "text=400 digits"),
        ("explore?index=345", "text=Nearest training digits"),
    ],
)
def test_an_address_opens_on_a_server_that_nobody_has_visited(
    browser: Browser, tmp_path: Path, monkeypatch, path, seen
):
    server = start_server(tmp_path / "cold")
    monkeypatch.setenv("DIGITCORE_HOME", str(server.home))
    _fill(server)
    try:
        page = browser.new_page()
        page.goto(f"{server.url}/{path}")
        page.locator(seen).first.wait_for(timeout=20_000)
        page.wait_for_timeout(500)
        assert page.url == f"{server.url}/{path}"
        if path.startswith("train"):
            _expect_run(page, "first")
        page.close()
    finally:
        server.stop()


@pytest.mark.parametrize("path", ["evaluate", ""])
def test_a_model_that_is_not_there_is_said_to_be_missing(page, server, path):
    page.goto(f"{server.url}/{path}?model=gone")
    expect(page.get_by_text("There is no model 'gone'. Another one is shown.")).to_be_visible()
