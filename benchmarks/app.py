"""What the app costs compared with a bare one-canvas Streamlit page: cold start, memory, time from stroke to answer.

    python -m benchmarks.app [--starts 5] [--strokes 30]

Both are started in turn and opened in the same Chromium. The bare page receives strokes and image, and shows the number
of strokes.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, Page

from digitcore.commands.output import print_table
from tests.browser.live import chromium, start_server

BARE_PAGE = """
import streamlit as st
from streamlit_drawable_canvas import st_canvas

result = st_canvas(height=320, width=320, return_image_data=True, key="canvas")
if result.image_data is not None:
    st.html(f'<div class="echo">{len(result.json_data["objects"])}</div>')
"""

# Takes the time from the release of the mouse to the next change of the answer on the page.
WATCH = """(selector) => {
    const shown = () => {
        const element = document.querySelector(selector);
        return element && (element.src || element.innerText);
    };
    window.addEventListener('mouseup', () => {
        const before = shown(), released = performance.now();
        window.answered = null;
        const observer = new MutationObserver(() => {
            if (!shown() || shown() === before) return;
            window.answered = performance.now() - released;
            observer.disconnect();
        });
        observer.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
    }, true);
}"""


@dataclass
class Side:
    """One of the two pages, and what was measured of it."""

    script: str
    answer: str
    start_seconds: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    answer_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Prints both pages, and their difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--strokes", type=int, default=30)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        bare_page = Path(folder) / "bare.py"
        bare_page.write_text(BARE_PAGE)
        app, bare = Side("app.py", ".st-key-draw_readings"), Side(str(bare_page), ".echo")
        for start in range(args.starts):
            for side in (app, bare):
                measure(side, browser, Path(folder) / f"{Path(side.script).stem}-{start}", args.strokes)
    rows = [
        (
            name,
            f"{median(side.start_seconds):.2f}",
            f"{median(side.memory_mb):.0f}",
            f"{median(side.answer_ms):.0f}",
            f"{sorted(side.answer_ms)[int(0.95 * len(side.answer_ms))]:.0f}",
        )
        for name, side in (("the app", app), ("bare canvas page", bare))
    ]
    print_table(("PAGE", "COLD START S", "MEMORY MB", "ANSWER MS", "95TH PERCENTILE"), rows)
    slower = median(app.start_seconds) / median(bare.start_seconds)
    later = median(app.answer_ms) - median(bare.answer_ms)
    print(f"start {slower:.2f} times the bare page's; answer {later:+.0f} ms")
    print(f"({args.starts} starts of each, {args.strokes} strokes a start)")


def measure(side: Side, browser: Browser, folder: Path, strokes: int) -> None:
    """Measures one start: the time until the canvas can be drawn on, then the strokes, then the memory."""
    began = time.perf_counter()
    server = start_server(folder, side.script)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server.url)
    page.wait_for_selector("canvas.upper-canvas")
    side.start_seconds.append(time.perf_counter() - began)
    page.wait_for_timeout(3_000)
    page.evaluate(WATCH, side.answer)
    # The first answer loads the model, which happens once.
    side.answer_ms.extend(draw_and_wait(page, strokes)[1:])
    assert server.process
    side.memory_mb.append(psutil.Process(server.process.pid).memory_info().rss / 1e6)
    page.close()
    server.stop()


def draw_and_wait(page: Page, strokes: int) -> list[float]:
    """Milliseconds from the end of each stroke to its answer; every stroke enlarges the drawing, and so changes it."""
    canvas = page.locator("canvas.upper-canvas").bounding_box()
    assert canvas
    waited = []
    for index in range(strokes):
        x = canvas["x"] + 20 + (canvas["width"] - 40) * index / strokes
        page.mouse.move(x, canvas["y"] + 60 + index)
        page.mouse.down()
        page.mouse.move(x + 6, canvas["y"] + 120 + 2 * index, steps=4)
        page.mouse.up()
        waited.append(page.wait_for_function("window.answered", timeout=10_000).json_value())
        page.wait_for_timeout(300)
    return waited


if __name__ == "__main__":
    main()
