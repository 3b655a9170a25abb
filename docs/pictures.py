"""Takes the README's pictures from the running app: `python -m docs.pictures`, into docs/images/."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize

from benchmarks.camera import SCENES, photograph
from tests.browser.live import Server, chromium, start_server
from tests.browser.strokes import draw_number, placed

IMAGES = Path(__file__).parent / "images"
SIZE = ViewportSize(width=1280, height=900)
PHOTOGRAPHED = {"ruled": "1924", "squared": "407", "shadow": "93", "pencil": "3170", "coloured pen": "209"}
"""Scenes of benchmarks/camera.py, and the number photographed in each."""
RATES = {"bold": "0.02", "usual": "0.004", "careful": "0.0005"}


def main() -> None:
    """Draws a number, reads photos, starts a run, compares runs, and takes a picture of each page."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        server = start_server(Path(folder) / "server")
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(server.url)
        draw_number(page, "1907")
        page.get_by_text("Digit 3 of 4").wait_for()
        page.wait_for_timeout(1_000)
        page.screenshot(path=IMAGES / "draw.png")
        page.goto(f"{server.url}/read")
        page.locator("[class*=st-key-read_files] input[type=file]").set_input_files(photos())
        page.get_by_role("button", name="CSV").wait_for()
        page.wait_for_timeout(3_000)
        page.screenshot(path=IMAGES / "read.png")
        page.goto(f"{server.url}/evaluate")
        page.locator(".tiles img").first.wait_for()
        page.wait_for_timeout(1_000)
        page.screenshot(path=IMAGES / "evaluate.png")
        page.goto(f"{server.url}/train")
        page.get_by_text("classic", exact=True).click()
        page.locator(".st-key-train_classic_data input").click()
        page.get_by_role("option", name="sample").click()
        page.get_by_role("button", name="Start training").click()
        page.get_by_text("Epoch 4 of 10").wait_for(timeout=600_000)
        page.locator(".st-key-train_steer button").click()
        page.get_by_role("slider", name="Learning rate").press("ArrowLeft")
        page.locator(".st-key-train_set_rate button").first.click()
        page.keyboard.press("Escape")
        page.get_by_text("Epoch 9 of 10").wait_for(timeout=600_000)
        page.wait_for_timeout(1_500)
        page.mouse.move(0, 0)
        page.screenshot(path=IMAGES / "train.png")
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Use this model").wait_for(timeout=60_000)
        compare(server, page)
        server.stop()


def photos() -> list[FilePayload]:
    """Simulated photos of numbers."""
    random, files = np.random.default_rng(4), []
    for scene, text in PHOTOGRAPHED.items():
        strokes = [
            np.array(stroke, np.float32)
            for at, digit in enumerate(text)
            for stroke in placed(int(digit), (at * 1.1, random.normal(0, 0.05), 1))
        ]
        stream = io.BytesIO()
        Image.fromarray(photograph(SCENES[scene], strokes, random)).save(stream, "JPEG", quality=90)
        files.append(FilePayload(name=f"{scene}.jpg", mimeType="image/jpeg", buffer=stream.getvalue()))
    return files


def compare(server: Server, page: Page) -> None:
    """Trains three runs and takes a picture of their comparison."""
    for name, rate in RATES.items():
        recipe = "--preset fast --data sample --batch-size 64 --epochs 8"
        arguments = [*recipe.split(), "--learning-rate", rate, "--name", name]
        environment = os.environ | {"DIGITCORE_HOME": str(server.home)}
        subprocess.run([sys.executable, "-m", "digitcore", "train", *arguments], env=environment, check=True)
    page.goto(f"{server.url}/runs?{'&'.join(f'run={name}' for name in RATES)}")
    page.get_by_text("is best").wait_for()
    page.wait_for_timeout(2_000)
    page.screenshot(path=IMAGES / "runs.png")


if __name__ == "__main__":
    main()
