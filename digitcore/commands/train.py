"""`train`: trains in the foreground, through the same run folder and worker as the page."""

import argparse
import sys
import time

from tqdm import tqdm

from digitcore.recipes import networks, presets
from digitcore.recipes.config import SETTINGS, TrainingConfig
from digitcore.runs import Run, State, Status, launch, metrics, publish, queue

POLL_SECONDS = 0.25


def add(commands: argparse._SubParsersAction) -> None:
    """Declares the command; every value of a recipe is an option."""
    parser = commands.add_parser("train", help="train a network", description="Trains a network, with a progress bar.")
    parser.add_argument("--preset", metavar="NAME", default="classic", help=f"one of {', '.join(presets.PRESETS)}")
    for name, setting in SETTINGS.items():
        words = f"{setting.help} {setting.allowed().capitalize()}.".replace("%", "%%")
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=_metavar(name), help=words)
    parser.add_argument(
        "--name", metavar="RUN", default="", help="what the run is called, in any words; else its date and preset"
    )
    parser.add_argument("--publish", metavar="MODEL", help="make a model bundle of the best checkpoint at the end")
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
    """Shows the run's progress until its worker is done; Ctrl-C stops it, keeping the best. Gives the exit code."""
    bar = tqdm(unit=" batches", disable=None, file=sys.stderr)
    told = len(metrics.epochs(metrics.read(run.metrics_file)))
    if bar.disable and run.id in queue.waiting():
        print(f"run {run.name} waits, number {queue.waiting().index(run.id) + 1} in line", flush=True)
    alive = True
    while True:
        try:
            # Looked at before the status, so that what a worker says last is not missed.
            alive = run.id in queue.waiting() or run.is_alive()
            status = run.status()
            _move(bar, run, status)
            if bar.disable and (status.best_epoch or 0) and (status.epoch > told + 1 or not alive):
                told = _tell_epochs(run, told)
            if not alive:
                break
            time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            if run.stop_file.exists() or not alive:
                raise
            if run.is_training() or run.id in queue.waiting():
                launch.stop(run)
            bar.write("stopping; the best checkpoint is kept", file=sys.stderr)
    bar.close()
    return _ended(run, run.status())


def _move(bar: tqdm, run: Run, status: Status) -> None:
    line = queue.waiting()
    if run.id in line:
        bar.set_description(f"number {line.index(run.id) + 1} in line")
        return
    share = "" if status.downloaded is None else f" {status.downloaded:.0%}"
    bar.total = status.batches * status.epochs or None
    bar.n = max(status.epoch - 1, 0) * status.batches + status.batch
    bar.set_description(f"{status.activity()}{share}, epoch {status.epoch} of {status.epochs}", refresh=False)
    if status.best_accuracy is not None:
        bar.set_postfix_str(f"best on validation {status.best_accuracy:.2%}", refresh=False)
    bar.refresh()


def _tell_epochs(run: Run, told: int) -> int:
    """Where there is no terminal to draw a bar on, says each new epoch in a line. Gives how many have been told."""
    closed = metrics.epochs(metrics.read(run.metrics_file))
    for row in closed[told:]:
        print(metrics.epoch_line(row, run.status().epochs), flush=True)
    return len(closed)


def _ended(run: Run, status: Status) -> int:
    if status.state in (State.FAILED, State.INTERRUPTED):
        why = status.error or f"its worker is gone; go on with: python -m digitcore runs resume {run.id}"
        print(f"digitcore: run {run.name} {status.state}: {why}", file=sys.stderr)
        return 1
    if status.note:
        print(status.note)
    if status.best_accuracy is None or status.test_accuracy is None:
        print(f"{status.state} before there was anything to score")
        return 0
    print(
        f"{status.state} after {status.fit_seconds:.0f} s: best on validation {status.best_accuracy:.2%} "
        f"(epoch {status.best_epoch}), {status.test_accuracy:.2%} on the test split of {status.data}"
    )
    return 0


def _metavar(name: str) -> str:
    return "NAME" if SETTINGS[name].choices else "N,N" if name == "filters" else "N"
