"""The real app in a real server, seen with a real Chromium."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.live import CHROMIUM, Server, chromium, start_server

# Two files are tested at a time, and some of them train: five seconds, Playwright's own, are too few.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        message = "Chromium is missing; install it with: apt-get install -y chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start_server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A desktop page; the test fails where the browser's console reports an error."""
    yield from _page(browser, server, width=1280, height=900)


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    """A phone's page, touched with a finger."""
    yield from _page(browser, server, width=390, height=844, touch=True)


def _page(browser: Browser, server: Server, width: int, height: int, touch: bool = False) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch)
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # Streamlit looks for its own server below a page's address before it looks at the root.
        url = message.location["url"]
        if message.type == "error" and url.startswith(server.url) and "/_stcore/" not in url:
            errors.append(f"{message.text} {url}")

    page.on("console", listen)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors
