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
    """A running app: its folder, its port, and its process. It keeps home and models in its folder."""

    folder: Path
    port: int
    script: str
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        """Its DIGITCORE_HOME."""
        return self.folder / "home"

    @property
    def models(self) -> Path:
        """Its DIGITCORE_MODELS, in which the default model is."""
        return self.folder / "models"

    def start(self) -> None:
        """Starts it as the README does, but for the port and the folders, and waits until it answers."""
        command = ["streamlit", "run", self.script, "--server.headless=true", f"--server.port={self.port}"]
        environment = os.environ | {"DIGITCORE_HOME": str(self.home), "DIGITCORE_MODELS": str(self.models)}
        environment.pop("DIGITCORE_DATA", None)
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=settings.PROJECT, env=environment, stdout=log, stderr=log
            )
        _wait_until_up(self.url, self.process, self.folder / "server.log")

    def stop(self) -> None:
        """Ends its process."""
        self.process.terminate()
        self.process.wait()

    def kill(self) -> None:
        """Ends its process as a power cut would."""
        self.process.kill()
        self.process.wait()

    def libraries(self) -> str:
        """The files that its process has mapped into memory."""
        return Path(f"/proc/{self.process.pid}/maps").read_text()


def start_server(folder: Path, script: str = "app.py") -> Server:
    """Starts the app on a free port, with folders of its own; gives it once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = Server(folder, probe.getsockname()[1], script)
    server.models.mkdir(parents=True)
    (server.models / "default").symlink_to(settings.PROJECT / "models" / "default")
    server.start()
    return server


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
