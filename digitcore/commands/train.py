"""`train`: trains in the foreground, through the same run folder and worker as the page."""

import argparse
import sys
import time

from tqdm import tqdm

from digitcore.commands import Commands
from digitcore.recipes import networks, presets
from digitcore.recipes.config import SETTINGS, TrainingConfig
from digitcore.runs import Run, State, Status, launch, metrics, publish, queue

POLL_SECONDS = 0.25


def add(commands: Commands) -> None:
    """Declares the command; every setting of a recipe is an option."""
    parser = commands.add_parser("train", help="train a network", description="Trains a network, with a progress bar.")
    parser.add_argument("--preset", metavar="NAME", default="classic", help=f"one of {', '.join(presets.PRESETS)}")
    for name, setting in SETTINGS.items():
        text = f"{setting.help} {setting.allowed().capitalize()}.".replace("%", "%%")
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=_metavar(name), help=text)
    parser.add_argument(
        "--name", metavar="RUN", default="", help="the run's name, any text; by default its date and preset"
    )
    parser.add_argument(
        "--publish", metavar="MODEL", help="publish the best checkpoint as a model of this name at the end"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Starts the run and follows it to its end."""
    given = {name: getattr(args, name) for name in SETTINGS if getattr(args, name) is not None}
    config = TrainingConfig.of(given, presets.preset(args.preset))
    if args.publish:
        publish.check_name(args.publish)
    count = networks.count_parameters(config)
    started = launch.start(config, args.name)
    print(f"run {started.name}: {count:,} parameters", flush=True)
    code = follow(started)
    if args.publish and not code and started.best_checkpoint.exists():
        print(f"model {publish.publish(started, args.publish)}")
    return code


def follow(run: Run) -> int:
    """Shows the run's progress until its worker ends, and returns the exit code. Ctrl-C stops it, keeping the best."""
    bar = tqdm(unit=" batches", disable=None, file=sys.stderr)
    printed = len(metrics.read_epochs(run.metrics_file))
    if bar.disable and run.id in queue.waiting():
        print(f"run {run.name} waits, {_place(run)}", flush=True)
    is_active = True
    while is_active:
        try:
            # Before the status is read, so that the worker's last status is not missed.
            is_active = run.id in queue.waiting() or run.is_alive()
            status = run.status()
            _show(bar, run, status)
            if bar.disable and status.best_epoch and (status.epoch > printed + 1 or not is_active):
                printed = _print_epochs(run, printed)
            if is_active:
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            if run.stop_file.exists() or not is_active:
                raise
            if run.is_training() or run.id in queue.waiting():
                launch.stop(run)
            bar.write("stopping; the best checkpoint is kept", file=sys.stderr)
    bar.close()
    return _report_end(run, run.status())


def _show(bar: tqdm, run: Run, status: Status) -> None:
    if run.id in queue.waiting():
        bar.set_description(_place(run))
        return
    share = "" if status.downloaded is None else f" {status.downloaded:.0%}"
    bar.total = status.batches * status.epochs or None
    bar.n = max(status.epoch - 1, 0) * status.batches + status.batch
    bar.set_description(f"{status.activity()}{share}, epoch {status.epoch} of {status.epochs}", refresh=False)
    if status.best_accuracy is not None:
        bar.set_postfix_str(f"best epoch {status.best_epoch}, {status.best_accuracy:.2%} on validation", refresh=False)
    bar.refresh()


def _place(run: Run) -> str:
    """Where it is in the queue, which it may have left a moment ago."""
    ids = queue.waiting()
    return f"number {ids.index(run.id) + 1} in the queue" if run.id in ids else "next in the queue"


def _print_epochs(run: Run, printed: int) -> int:
    """Where there is no terminal to draw a bar on, prints a line for each finished epoch after the first `printed`.

    Returns how many are printed then.
    """
    finished = metrics.read_epochs(run.metrics_file)
    for row in finished[printed:]:
        print(metrics.epoch_line(row, run.status().epochs), flush=True)
    return len(finished)


def _report_end(run: Run, status: Status) -> int:
    if status.state in (State.FAILED, State.INTERRUPTED):
        reason = status.error or f"its worker has died; resume it with: python -m digitcore runs resume {run.id}"
        print(f"digitcore: run {run.name} {status.state}: {reason}", file=sys.stderr)
        return 1
    if status.note:
        print(status.note)
    if status.best_accuracy is None or status.test_accuracy is None:
        print(f"{status.state} before a model was scored")
        return 0
    print(
        f"{status.state} after {status.fit_seconds:.0f} s, best epoch {status.best_epoch}: "
        f"{status.best_accuracy:.2%} on validation, {status.test_accuracy:.2%} on the test split of {status.data}"
    )
    return 0


def _metavar(name: str) -> str:
    return "NAME" if SETTINGS[name].choices else "N,N" if name == "filters" else "N"
