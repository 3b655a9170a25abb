"""A running app and a Chromium to see it with; for the tests, the benchmarks and the README's pictures."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from digitcore import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60


@dataclass
class Server:
    """A running app: its address, its process, and the folders that it keeps things in."""

    url: str
    process: subprocess.Popen
    home: Path
    models: Path

    def stop(self) -> None:
        """Ends its process."""
        self.process.terminate()
        self.process.wait()

    def libraries(self) -> str:
        """The files that its process has mapped into memory."""
        return Path(f"/proc/{self.process.pid}/maps").read_text()


def start_server(folder: Path, script: str = "app.py") -> Server:
    """Starts the app as the README does, but for a free port and folders of its own; gives it once it answers."""
    home, models = folder / "home", folder / "models"
    models.mkdir(parents=True)
    (models / "default").symlink_to(settings.PROJECT / "models" / "default")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true", f"--server.port={port}"]
    environment = os.environ | {"DIGITCORE_HOME": str(home), "DIGITCORE_MODELS": str(models)}
    environment.pop("DIGITCORE_DATA", None)
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(words, cwd=settings.PROJECT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    _wait_until_up(url, process, folder / "server.log")
    return Server(url, process, home, models)


def _wait_until_up(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
