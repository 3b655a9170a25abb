"""Starts runs, in processes that outlive page, browser and server; one trains, the others wait in line."""

import json
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace

from digitcore import runs, settings
from digitcore.errors import BusyError, RunError, as_digit_error
from digitcore.recipes import networks
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, Stage, State, Status, lock, metrics, processes, queue, remedies, steering
from digitcore.runs.disk import write_whole
from digitcore.runs.processes import QUEUE_KEEPER, WORKER
from digitcore.runs.remedies import Remedy, Trouble
from digitcore.runs.steering import Command, CommandName, Event, EventName

RESUMABLE = (State.INTERRUPTED, State.STOPPED, State.FAILED)
KEPT = ("data", "note", "epoch", "epochs", "best_epoch", "best_accuracy", "fit_seconds")
"""What a resumed run takes over from its status; the rest was of the moment, or of a model that is now out of date."""


def start(config: TrainingConfig, name: str = "") -> Run:
    """Makes a run of `config` and starts its worker, or puts it in line where another trains.

    Raises ConfigError where the network cannot be, RunError where the name is taken or the run cannot be written.
    """
    networks.layers(config)
    with as_digit_error("the run cannot be started", settings.home()):
        run = runs.create(config, name)
        try:
            with queue.changing() as names:
                names.append(run.id)
        except OSError:
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
    advance()
    return run


def resume(run: Run, rate: float | None = None) -> Run:
    """Goes on with a run from its last whole epoch, with another learning rate if one is given.

    Raises RunError where its state does not allow that.
    """
    return _go_on(run, RESUMABLE, None if rate is None else Command(CommandName.RATE, rate))


def extend(run: Run, epochs: int) -> Run:
    """Adds epochs to a run that has ended, and goes on with it. Raises RunError where it has not ended."""
    return _go_on(run, (*RESUMABLE, State.FINISHED), Command(CommandName.EPOCHS, planned_epochs(run) + epochs))


def planned_epochs(run: Run) -> int:
    """How many epochs the run has, or shall have once it goes on."""
    status = run.written_status()
    # What a run that finished was told for later, it has not been told yet.
    return status.epochs if status.state is State.FINISHED else steering.total_epochs(run.config, run.events())


def remedy_for(run: Run) -> Remedy:
    """What may help a run in trouble: to go on from its last whole epoch, or to begin again, with a better rate."""
    if run.status().trouble is Trouble.NAN and run.last_checkpoint.exists():
        closed = metrics.epochs(metrics.read(run.metrics_file))
        if closed:
            rate = steering.rate_by_hand(run.events()) or run.config.learning_rate
            return Remedy(remedies.lower(rate), closed[-1].epoch)
    return Remedy(remedies.better_rate(run.config), 0)


def apply_remedy(run: Run, remedy: Remedy) -> Run:
    """Does it, and gives the run that it is done with; a run that learns nothing is stopped for one begun anew.

    Raises as `resume` and `start` do.
    """
    if remedy.epoch:
        return resume(run, remedy.rate)
    if run.is_training():
        run.request_stop()
    return start(replace(run.config, learning_rate=remedy.rate))


def stop(run: Run) -> None:
    """Stops a run that trains, keeping its best and its last; takes one that waits out of the line, as it was before.

    Raises RunError where it does neither.
    """
    with as_digit_error(f"run '{run.name}' cannot be stopped", settings.home()):
        waited = queue.remove(run.id)
        run.next_file.unlink(missing_ok=True)
        if waited and run.written_status().state is State.QUEUED:
            run.write_status(replace(run.written_status(), state=State.STOPPED, stage=Stage.WITHDRAWN))
        elif not waited and not run.is_training():
            raise RunError(f"run '{run.name}' is {run.condition()}; there is nothing to stop")
        if run.is_training():
            run.request_stop()


def advance() -> None:
    """Starts the first that waits where nothing trains; else sees to it that it is started when its turn comes.

    Raises RunError where the line cannot be changed.
    """
    with as_digit_error("no waiting run can be started", settings.home()):
        if queue.waiting() and lock.holder() is None:
            try:
                with lock.taken() as descriptor:
                    start_first(descriptor)
            except BusyError:
                # Someone was quicker.
                pass
        if queue.waiting() and lock.holder("keeper") is None:
            processes.detach(QUEUE_KEEPER, stdout=subprocess.DEVNULL)


def start_first(descriptor: int) -> None:
    """Starts the first that waits and can be started, with the held lock."""
    while run := _take_first(descriptor):
        try:
            _make_ready(run)
            _spawn(run, descriptor)
            return
        except OSError as error:
            # One that cannot be started must not hold up the others; on a full disk it just stays interrupted.
            with suppress(OSError):
                failed = replace(run.written_status(), state=State.FAILED, error=f"not started: {error.strerror}")
                run.write_status(failed)


def _take_first(descriptor: int) -> Run | None:
    """The first in line, out of the line and named as the lock's holder."""
    with queue.changing() as names:
        while names:
            run = runs.by_id(names[0])
            lock.name_holder(descriptor, run.id)
            del names[0]
            if run.folder.exists():
                return run
    return None


def _go_on(run: Run, states: tuple[State, ...], command: Command | None) -> Run:
    """Puts a run in line again. Until its turn comes nothing of it is changed, so that it can leave the line."""
    with as_digit_error(f"run '{run.name}' cannot go on", settings.home()), queue.changing() as names:
        state = run.status().state
        if state not in states or run.is_alive():
            raise RunError(f"run '{run.name}' is {state}; what can go on is {', '.join(states)}")
        run.next_file.unlink(missing_ok=True)
        if command:
            steering.check(command)
            write_whole(run.next_file, json.dumps(command._asdict()), settled=True)
        names.append(run.id)
    advance()
    return run


def _make_ready(run: Run) -> None:
    """Lets what it was told take effect where its last whole epoch ends, and takes away what is out of date."""
    run.stop_file.unlink(missing_ok=True)
    run.commands_file.unlink(missing_ok=True)
    command = steering.parse(run.next_file.read_bytes()) if run.next_file.exists() else None
    if command:
        closed = metrics.epochs(metrics.read(run.metrics_file))
        step, epoch = (closed[-1].step, closed[-1].epoch) if closed else (0, 0)
        run.record(Event(step, epoch, EventName(command.name), f"{command.value:g}"), settled=True)
    before = run.written_status()
    kept = {name: getattr(before, name) for name in KEPT}
    run.write_status(Status(**kept | {"epochs": steering.total_epochs(run.config, run.events())}))
    run.next_file.unlink(missing_ok=True)
    shutil.rmtree(run.export_folder(), ignore_errors=True)


def _spawn(run: Run, descriptor: int) -> None:
    with run.log_file.open("a") as log:
        processes.detach(WORKER, run.id, stdout=log, pass_fds=(descriptor,))
