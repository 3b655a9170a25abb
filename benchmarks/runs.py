"""What an open training page costs, how soon commands take effect, and how long lists and resuming take.

    python -m benchmarks.runs [--only throughput|commands|table|kill] [--preset classic] [--data mnist]
                              [--slices 24] [--slices-an-epoch 4] [--repeats 5] [--runs 1000]

In `throughput` a worker and a bare `model.fit` take turns over the same slices of their epochs, with validation and
checkpoints; one is suspended while the other trains. The live page is open in every second slice of the worker, and is
opened and closed while both are suspended. A slice is timed from the first to the last progress report in it, and
compared with the bare slice after it. In the other parts, an effect is timed by when the worker wrote its event, and
what the page shows by the page's own clock.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import psutil
from playwright.sync_api import Browser, Page

from benchmarks.training import POLL_SECONDS, wait_until, worker_of
from digitcore import data, settings
from digitcore.commands.output import print_table
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import (
    Run,
    launch,
    metrics,
)
from digitcore.runs.disk import write_whole
from digitcore.runs.processes import environment
from tests import run_folders
from tests.browser.live import Server, chromium, start_server

GOALS = {"watching": 0.03, "effect": 1.0, "opening": 1.0, "noticing": 5.0}
"""The first is a share, the others are seconds."""
REPORT_SECONDS = 0.25
"""How often the bare side reports its progress; a worker does so as often."""
SETTLE_MS, BREATH_MS, PATIENCE_MS = 2_500, (500, 1_000), 120_000
SHORT_STEPS = TrainingConfig.of({"data": "sample", "epochs": 500, "batch_size": 4}, presets.preset("fast"))
MIDDLE, MOST = (0.5, 0.25, 0.75), (0.5, 1.0)
"""Which quantiles a table shows."""

NOTE_ACTIONS = """for (const kind of ['click', 'keydown'])
    addEventListener(kind, () => { window.actedAt = Date.now() / 1000; }, true);"""
NOTE_SHOWN = """() => {
    window.shown = null;
    const check = () => (CONDITION) ? window.shown = Date.now() / 1000 : requestAnimationFrame(check);
    check();
}"""
TEXT = "document.querySelector('[data-testid=stMain]').textContent"
# Before rows are painted, all pixels below the table's header have one colour.
PAINTED = """(() => {
    const table = document.querySelector('.st-key-runs_table canvas');
    if (!table || table.height < 200) return false;
    const below = table.getContext('2d').getImageData(0, 80, table.width, 100).data;
    return new Set(new Uint32Array(below.buffer)).size > 2;
})()"""
LIST_TWICE = """
import time
from digitcore.runs import catalogue
for _ in range(2):
    began = time.perf_counter()
    catalogue.entries()
    print(time.perf_counter() - began)
"""


def main() -> None:
    """Runs the chosen part, or all."""
    parts = {"throughput": throughput, "commands": commands, "table": table, "kill": kill}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=parts)
    parser.add_argument("--preset", default="classic")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--slices", type=int, default=24, help="an even number: how many slices each side trains")
    parser.add_argument("--slices-an-epoch", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=5, help="of commands, table and kill")
    parser.add_argument("--runs", type=int, default=1_000, help="in the table")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        bare(recipe(args), args.bare)
        return
    # Leaves no suspended worker behind, if it is terminated.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for name in [args.only] if args.only else parts:
        print(f"\n{name}", flush=True)
        parts[name](args)


@contextmanager
def app() -> Iterator[tuple[Server, Browser]]:
    """The app in an empty home, which this process uses too, and a browser."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chromium() as browser:
        server = start_server(Path(folder) / "app")
        os.environ["DIGITCORE_HOME"] = str(server.home)
        try:
            yield server, browser
        finally:
            server.stop()


@contextmanager
def training(config: TrainingConfig, name: str) -> Iterator[Run]:
    """A run in its first epoch; at the end its worker is killed."""
    run = launch.start(config, name)
    try:
        wait_until(run, lambda status: status.epoch >= 1)
        yield run
    finally:
        if run.is_alive():
            worker_of(run).kill()
        while run.is_alive():
            time.sleep(POLL_SECONDS)


def new_page(browser: Browser, url: str) -> Page:
    """A page with an empty cache that records when it was last clicked."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(NOTE_ACTIONS)
    page.goto(url)
    return page


def shown_after(page: Page, condition: str, act: Callable[[], object]) -> float:
    """Calls `act`, and returns the time at which the page first met the condition."""
    page.evaluate(NOTE_SHOWN.replace("CONDITION", condition))
    act()
    return float(page.wait_for_function("window.shown", polling=100).json_value())


def cells(values: Sequence[float], quantiles: Sequence[float], places: int = 2) -> list[str]:
    """Quantiles of the values, as cells of a table."""
    return [f"{figure:.{places}f}" for figure in np.quantile(values, quantiles)]


class Progress(NamedTuple):
    """The step that a side had reached at `seconds` by the clock."""

    seconds: float
    step: int


class Side(NamedTuple):
    """A process that trains while it is not suspended, and the file in which it reports its progress."""

    process: psutil.Process
    report: Path

    def progress(self) -> Progress:
        """Its last report."""
        with self.report.open() as stream:
            status = json.load(stream)
            step = (status["epoch"] - 1) * status["batches"] + status["batch"]
            return Progress(os.fstat(stream.fileno()).st_mtime, step)

    def train(self, step: int) -> float:
        """Lets it train up to `step`, and returns the seconds per step from its first report to its last."""
        before = self.progress()
        self.process.resume()
        while (first := self.progress()).seconds == before.seconds:
            time.sleep(POLL_SECONDS)
        while (last := self.progress()).step < step or last.step == first.step:
            time.sleep(POLL_SECONDS)
        self.process.suspend()
        return (last.seconds - first.seconds) / (last.step - first.step)


@dataclass
class Slice:
    """Seconds per step of both sides, and how many cores browser and server kept busy while the worker trained."""

    is_open: bool
    worker: float
    bare: float
    browser: float
    server: float


def throughput(args: argparse.Namespace) -> None:
    """Prints the sides, their ratios, and how much of the machine the page takes."""
    slices = take_turns(args)
    opened, closed = ([slice for slice in slices if slice.is_open is is_open] for is_open in (True, False))
    sides = {
        "worker, page open": [1e3 * slice.worker for slice in opened],
        "worker, page closed": [1e3 * slice.worker for slice in closed],
        "bare model.fit": [1e3 * slice.bare for slice in slices],
    }
    batch = recipe(args).batch_size
    rows = [(side, *cells(times, MIDDLE), f"{1e3 * batch / median(times):,.0f}") for side, times in sides.items()]
    print_table(("SIDE", "MS A STEP", "25%", "75%", "IMAGES A SECOND"), rows)
    watching = compare([slice.worker / slice.bare for slice in slices], [slice.is_open for slice in slices])
    browser, server = median(slice.browser for slice in opened), median(slice.server for slice in opened)
    print(f"open page: {browser:.2f} cores for Chromium, {server:.2f} for the server, of {os.cpu_count()}")
    print(f"watching costs {watching:+.1%} of a step's time (goal: at most {GOALS['watching']:.0%})")


def compare(to_bare: list[float], is_open: list[bool]) -> float:
    """Prints the ratios, and returns what an open page adds: from pairs of slices, each relative to its bare slice."""
    pairs = list(zip(to_bare[::2], to_bare[1::2], strict=True))
    ratios = {
        "open to closed": [a / b if first else b / a for (a, b), first in zip(pairs, is_open[::2], strict=True)],
        "closed to bare": [ratio for ratio, shown in zip(to_bare, is_open, strict=True) if not shown],
        "open to bare": [ratio for ratio, shown in zip(to_bare, is_open, strict=True) if shown],
    }
    rows = [(name, *cells(values, MIDDLE, 3), str(len(values))) for name, values in ratios.items()]
    print_table(("TIME A STEP", "RATIO", "25%", "75%", "PAIRS"), rows)
    return median(ratios["open to closed"]) - 1


def recipe(args: argparse.Namespace) -> TrainingConfig:
    """The recipe, with enough epochs for the slices."""
    base = presets.preset(args.preset)
    epochs = max(base.epochs, args.slices // args.slices_an_epoch + 2)
    return TrainingConfig.of({"data": args.data, "epochs": epochs}, base)


def take_turns(args: argparse.Namespace) -> list[Slice]:
    """The slices; a part of an epoch that is watched in one epoch is not watched in the next."""
    with app() as (server, browser), training(recipe(args), "watched") as run:
        worker = Side(worker_of(run), run.status_file)
        worker.process.suspend()
        with bare_side(server.home / "bare.json") as bare_fit:
            # Epochs end in the middle of a slice, so that all that their end costs is in it.
            length = run.status().batches / args.slices_an_epoch
            worker.train(round(length / 2))
            bare_fit.train(round(length / 2))
            page, slices = new_page(browser, "about:blank"), []
            for index in range(args.slices):
                is_open = sum(divmod(index, args.slices_an_epoch)) % 2 == 0
                step = round((index + 1.5) * length)
                open_address(page, f"{server.url}/train" if is_open else "about:blank")
                seconds, *cores = train_beside(worker, step, server)
                open_address(page, "about:blank")
                slices.append(Slice(is_open, seconds, bare_fit.train(step), *cores))
            return slices


def open_address(page: Page, url: str) -> None:
    """Opens the address and waits until the page is at rest; a live page has drawn its curves then."""
    page.goto(url)
    if url != "about:blank":
        page.get_by_test_id("stVegaLiteChart").first.wait_for()
    page.wait_for_timeout(SETTLE_MS)


def train_beside(worker: Side, step: int, server: Server) -> tuple[float, float, float]:
    """Lets the worker train up to `step`: seconds per step, and the cores that browser and server kept busy."""
    began, before = time.monotonic(), cpu_seconds(server)
    seconds = worker.train(step)
    taken, used = time.monotonic() - began, cpu_seconds(server) - before
    served = used.pop(pid_of(server), 0.0)
    return seconds, used.total() / taken, served / taken


def cpu_seconds(server: Server) -> Counter[int]:
    """CPU seconds so far of the server and of each of Chromium's processes."""
    browser = [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]
    processes = [psutil.Process(pid_of(server)), *browser]
    return Counter({process.pid: sum(process.cpu_times()[:2]) for process in processes})


def pid_of(server: Server) -> int:
    """The id of the running server's process."""
    assert server.process
    return server.process.pid


@contextmanager
def bare_side(report: Path) -> Iterator[Side]:
    """The bare side, suspended after its first report."""
    command = [sys.executable, "-m", "benchmarks.runs", *sys.argv[1:], "--bare", str(report)]
    with psutil.Popen(command, env=environment()) as process:
        try:
            while not report.exists():
                if process.poll() is not None:
                    sys.exit("the bare side has ended")
                time.sleep(POLL_SECONDS)
            process.suspend()
            yield Side(process, report)
        finally:
            process.kill()


def bare(config: TrainingConfig, report: Path) -> None:
    """The same network and digits by `model.fit`, which reports its progress into a file."""
    import keras

    from digitcore.model_format import as_input
    from digitcore.training.keras_model import build

    dataset, model = data.load(config.data), build(config)
    progress = {"epoch": 0, "batches": -(-len(dataset.train_labels) // config.batch_size)}
    reported = time.monotonic()

    def begin_epoch(epoch: int, logs: dict[str, float]) -> None:
        progress["epoch"] = epoch + 1

    def write_report(batch: int, logs: dict[str, float]) -> None:
        nonlocal reported
        if time.monotonic() - reported >= REPORT_SECONDS:
            write_whole(report, json.dumps(progress | {"batch": batch + 1}))
            reported = time.monotonic()

    model.fit(
        as_input(dataset.train_images),
        dataset.train_labels,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(as_input(dataset.validation_images), dataset.validation_labels),
        validation_batch_size=500,
        callbacks=[
            keras.callbacks.ModelCheckpoint(str(report.with_suffix(".keras")), "val_accuracy", save_best_only=True),
            keras.callbacks.LambdaCallback(on_epoch_begin=begin_epoch, on_train_batch_end=write_report),
        ],
        verbose=0,
    )


class Command(NamedTuple):
    """A command: the button, the event that it causes, and the condition under which the page shows it."""

    label: str
    target: str
    event: str
    shown: str


PAUSED = f"{TEXT}.includes('Paused')"
BY_HAND = f"{TEXT}.includes('set by hand')"
LAST = f"{TEXT}.includes('This is the last epoch')"
COMMANDS = (
    Command("Pause", ".st-key-train_pause button", "pause", PAUSED),
    Command("Resume", ".st-key-train_resume_paused button", "resume", f"!{PAUSED}"),
    Command("Learning rate", ".st-key-train_set_rate button", "rate", BY_HAND),
    Command("Follow the schedule", ".st-key-train_schedule button", "rate", f"!{BY_HAND}"),
    Command("Finish after this epoch", ".st-key-train_finish button", "epochs", LAST),
    Command("Add epochs", ".st-key-train_add button", "epochs", f"!{LAST}"),
    Command("Stop", ".st-key-train_stop button", "stop", f"{TEXT}.includes('Stopped')"),
)
"""In the order in which they are given: adding epochs undoes finishing early."""


def commands(args: argparse.Namespace) -> None:
    """Prints how soon each command has taken effect, and how soon the page shows it."""
    waited: dict[str, list[tuple[float, float]]] = {command.label: [] for command in COMMANDS}
    step_ms = []
    with app() as (server, browser):
        for repeat in range(args.repeats):
            with training(SHORT_STEPS, f"steered-{repeat}") as run:
                page = new_page(browser, f"{server.url}/train")
                page.locator(f"{COMMANDS[0].target}:enabled").wait_for()
                for command in COMMANDS:
                    waited[command.label].append(give(command, run, page))
                step_ms.append(1e3 * run.config.batch_size / (run.status().images_per_second or 1))
                page.close()
    rows = [
        (label, *(cell for seconds in zip(*times, strict=True) for cell in cells(seconds, MOST)))
        for label, times in waited.items()
    ]
    print_table(("COMMAND", "EFFECT AFTER S", "MOST", "SHOWN AFTER S", "MOST"), rows)
    slowest = max(effect for times in waited.values() for effect, _ in times)
    print(f"({args.repeats} of each, in a run whose steps take {median(step_ms):.1f} ms)")
    print(f"the slowest took effect {slowest:.2f} s after its click (goal: {GOALS['effect']:.0f} s)")


def give(command: Command, run: Run, page: Page) -> tuple[float, float]:
    """Seconds from the click until the command takes effect, and until the page shows that."""
    page.wait_for_timeout(random.uniform(*BREATH_MS))
    if command.shown == LAST:
        # Early in an epoch, so that epochs can be added before its end.
        wait_until(run, lambda status: 0 < status.batch < status.batches / 10)
    target, events_before = page.locator(command.target).first, len(run.events())
    if not target.is_visible():
        page.locator(".st-key-train_steer button").click()
    shown = shown_after(page, command.shown, target.click)
    while len(run.events()) == events_before:
        time.sleep(POLL_SECONDS)
    if run.events()[-1].name != command.event:
        sys.exit(f"{command.label}: {run.events()[events_before:]}")
    clicked = page.evaluate("window.actedAt")
    return run.events_file.stat().st_mtime - clicked, shown - clicked


def table(args: argparse.Namespace) -> None:
    """Prints how long it takes to list the runs, and to open their page."""
    with app() as (server, browser):
        for index in range(args.runs):
            run_folders.make(f"run-{index:04d}", 0.9 + index / 20_000, index % 60)
        listed = zip(*(list_runs() for _ in range(args.repeats)), strict=True)
        opened = zip(*(open_runs(browser, server) for _ in range(args.repeats)), strict=True)
        names = ("listed by a new process", "listed again", "page opened, cache empty", "page opened again")
        seconds = dict(zip(names, (*listed, *opened), strict=True))
    print_table((f"{args.runs:,} RUNS", "S", "MOST"), [(name, *cells(seconds[name], MOST)) for name in names])
    first, again = (median(seconds[name]) for name in names[2:])
    print(f"the page opens in {again:.2f} s, at first in {first:.2f} s (goal: {GOALS['opening']:.0f} s)")


def list_runs() -> list[float]:
    """Seconds to list all runs in a new process, for the first and for the second time."""
    command = [sys.executable, "-c", LIST_TWICE]
    return [float(line) for line in subprocess.check_output(command, cwd=settings.PROJECT, text=True).split()]


def open_runs(browser: Browser, server: Server) -> list[float]:
    """Seconds from the click on Runs until rows are painted, with an empty cache, and again."""
    page = new_page(browser, f"{server.url}/train")
    seconds = []
    for _ in range(2):
        page.get_by_role("button", name="Start training").wait_for()
        page.wait_for_timeout(SETTLE_MS)
        shown = shown_after(page, PAINTED, page.get_by_role("link", name="Runs").click)
        seconds.append(shown - page.evaluate("window.actedAt"))
        page.get_by_role("link", name="Train").click()
    page.close()
    return seconds


def kill(args: argparse.Namespace) -> None:
    """Prints how soon a killed run is shown as interrupted, and how soon a resumed run trains."""
    with app() as (server, browser), training(SHORT_STEPS, "killed") as run:
        seconds = [(*kill_amid_epoch(run, browser, server), resume(run)) for _ in range(args.repeats)]
    names = ("killed until interrupted", "killed until shown as such", "resumed until a new batch")
    by_name = dict(zip(names, zip(*seconds, strict=True), strict=True))
    print_table(("WHAT", "S", "MOST"), [(name, *cells(by_name[name], MOST)) for name in names])
    print(f"shown as interrupted within {max(by_name[names[1]]):.2f} s (goal: {GOALS['noticing']:.0f} s)")


def kill_amid_epoch(run: Run, browser: Browser, server: Server) -> tuple[float, float]:
    """Seconds from SIGKILL until the run's status is *interrupted*, and until the page says so."""
    page = new_page(browser, f"{server.url}/train")
    page.locator(f"{COMMANDS[0].target}:enabled").wait_for()
    before, times = run.status().epoch, []
    wait_until(run, lambda status: status.epoch > before and status.batch > status.batches / 3)

    def kill_and_wait() -> None:
        times.append(time.time())
        worker_of(run).kill()
        while run.status().state != "interrupted":
            time.sleep(0.001)
        times.append(time.time())

    shown = shown_after(page, f"{TEXT}.includes('Interrupted')", kill_and_wait)
    page.close()
    return times[1] - times[0], shown - times[0]


def resume(run: Run) -> float:
    """Seconds from resuming until metrics has the first batch after the last checkpoint."""
    events_before, rows, began = len(run.events()), metrics.Follower(run.metrics_file), time.monotonic()
    launch.resume(run)
    # Rows after the checkpoint have been removed when the worker reports that it has resumed.
    wait_until(run, lambda status: len(run.events()) > events_before)
    wait_until(run, lambda status: rows.rows()[-1].step > run.events()[-1].step)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
