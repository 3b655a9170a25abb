"""The Runs page in a real browser: ticks, curves, addresses, names, deletion."""

import shutil
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from digitcore import runs
from tests import run_folders
from tests.browser.live import Server, start_server

TICK_X, ROW_HEIGHT = 16, 35
BEST = "plain is best: 98.50% on validation in epoch 2, 0.50 points above warm-up."


@pytest.fixture
def three_runs(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """warm-up, plain and wide, in the server's home; warm-up is the newest."""
    monkeypatch.setenv("DIGITCORE_HOME", str(server.home))
    run_folders.make("wide", 0.97)
    run_folders.make("plain", 0.985, minute=1, learning_rate=0.001)
    run_folders.make("warm-up", 0.98, minute=2)
    yield
    for run in runs.every():
        shutil.rmtree(run.folder)


def _open(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/runs{query}")
    page.locator(".st-key-runs_table canvas").first.wait_for()


def _tick(page: Page, row: int) -> None:
    """Clicks the box of a row; the table is drawn on a canvas, which has no elements to find by name."""
    table = page.locator(".st-key-runs_table .dvn-scroller")
    table.click(position={"x": TICK_X, "y": ROW_HEIGHT * (row + 1) + ROW_HEIGHT // 2})


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def _see(page: Page, text: str) -> None:
    expect(page.get_by_text(text, exact=True)).to_be_visible()


def test_two_are_ticked_compared_and_come_back_by_their_address(page, server, three_runs):
    _open(page, server)
    _tick(page, 0)
    _see(page, "3 runs · 1 ticked")
    _tick(page, 1)
    _see(page, BEST)
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()
    page.get_by_text("Training loss").click()
    expect(page.get_by_role("slider")).to_be_visible()
    page.get_by_role("slider").press("Home")
    page.wait_for_function("location.search.includes('smoothing=0.0')")
    assert _query(page) == {"run": ["warm-up", "plain"], "show": ["loss"], "smoothing": ["0.0"]}
    page.reload()
    _see(page, BEST)
    expect(page.get_by_role("slider")).to_have_value("0")
    _see(page, "What differs")
    page.go_back()
    page.wait_for_function("!location.search.includes('smoothing')")
    expect(page.get_by_role("slider")).not_to_have_value("0")
    _see(page, BEST)


def test_what_is_ticked_stays_so_while_others_are_sought(page, server, three_runs):
    _open(page, server)
    _tick(page, 1)
    _see(page, "3 runs · 1 ticked")
    page.get_by_placeholder("Name or note").fill("warm")
    page.wait_for_function("location.search.includes('search=warm')")
    _see(page, "1 of 3 runs · 1 ticked")
    _tick(page, 0)
    _see(page, BEST)
    assert _query(page)["run"] == ["plain", "warm-up"]
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    page.get_by_role("link", name="Runs").click()
    _see(page, BEST)
    assert _query(page) == {"run": ["plain", "warm-up"], "search": ["warm"]}


def test_a_run_is_renamed_and_annotated(page, server, three_runs):
    _open(page, server, "?run=plain")
    page.get_by_label("Name", exact=True).fill("Just *plain*")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_label("Note").fill("the one to beat")
    page.get_by_label("Note").press("Control+Enter")
    page.get_by_placeholder("Name or note").fill("beat")
    page.wait_for_function("location.search.includes('search=beat')")
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Just *plain*")
    expect(page.get_by_label("Note")).to_have_value("the one to beat")


def test_deleting_is_asked_twice_and_undone_until_the_page_is_left(page, server, three_runs):
    _open(page, server, "?run=plain&run=wide")
    _delete(page)
    expect(page.get_by_text("Deleted 2 runs")).to_be_visible()
    _see(page, "1 run · tick one to see its details, several to compare them")
    assert [run.id for run in runs.every()] == ["warm-up"]
    page.get_by_role("button", name="Undo").click()
    _see(page, "3 runs · 2 ticked")
    assert len(runs.every()) == 3
    _delete(page)
    expect(page.get_by_text("Deleted 2 runs")).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect(page.get_by_text("Draw a digit or a number", exact=True)).to_be_visible()
    assert not list((server.home / "trash").iterdir())
    page.get_by_role("link", name="Runs").click()
    _see(page, "1 run · tick one to see its details, several to compare them")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def _delete(page: Page) -> None:
    page.locator(".st-key-runs_delete button").click()
    _see(page, "Delete?")
    page.locator(".st-key-runs_confirm button").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_address_opens_on_a_server_that_nobody_has_visited(browser, tmp_path, monkeypatch):
    server = start_server(tmp_path / "cold")
    monkeypatch.setenv("DIGITCORE_HOME", str(server.home))
    run_folders.make("plain", 0.985)
    run_folders.make("warm-up", 0.98)
    try:
        page = browser.new_page()
        _open(page, server, "?run=plain&run=gone&run=warm-up&show=val_loss&search=a")
        _see(page, BEST)
        _see(page, "There is no run 'gone'; it may have been deleted.")
        expect(page.get_by_placeholder("Name or note")).to_have_value("a")
        expect(page.get_by_role("radio", name="Validation loss")).to_be_checked()
        page.close()
    finally:
        server.stop()


def test_nothing_is_wider_than_a_phone(phone, server, three_runs):
    main = "document.querySelector('[data-testid=stMain]')"
    for query in ("", "?run=plain", "?run=plain&run=wide&show=loss"):
        _open(phone, server, query)
        phone.wait_for_timeout(1_000)
        assert phone.evaluate(f"{main}.scrollWidth") <= phone.evaluate(f"{main}.clientWidth") == 390


def test_on_a_touch_screen_the_tools_of_the_table_cover_no_filter(phone, server, three_runs):
    _open(phone, server)
    tools = phone.locator(".st-key-runs_table").get_by_test_id("stElementToolbar").bounding_box()
    filters = [pills.bounding_box() for pills in phone.get_by_test_id("stButtonGroup").all()]
    assert len(filters) == 3
    assert all(box["y"] + box["height"] <= tools["y"] for box in filters)
