"""Starts runs in processes that outlive page, browser and server. One trains, the others wait in the queue."""

import json
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace

from digitcore import data, runs, settings
from digitcore.errors import BusyError, DataError, RunError, as_digit_error
from digitcore.recipes import networks
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, Stage, State, Status, lock, metrics, processes, queue, remedies, steering
from digitcore.runs.disk import write_whole
from digitcore.runs.lock import KEEPER
from digitcore.runs.processes import QUEUE_KEEPER, WORKER
from digitcore.runs.remedies import Remedy
from digitcore.runs.steering import Command, CommandName, Event, EventName

RESUMABLE = (State.INTERRUPTED, State.STOPPED, State.FAILED)
KEPT = ("data", "note", "epoch", "epochs", "best_epoch", "best_accuracy", "fit_seconds")
"""What a resumed run keeps of its status; the rest is momentary, or describes a model that will be out of date."""


def start(config: TrainingConfig, name: str = "") -> Run:
    """Makes a run of `config` and starts its worker, or queues it where another run trains.

    Raises ConfigError for an invalid network, DataError where people have to get the data for themselves, RunError
    where the name is taken or the run cannot be written.
    """
    networks.layers(config)
    if missing := data.missing(config.data):
        raise DataError(missing)
    with as_digit_error("the run cannot be started", settings.home()):
        run = runs.create(config, name)
        try:
            with queue.changing() as ids:
                ids.append(run.id)
        except OSError:
            shutil.rmtree(run.folder, ignore_errors=True)
            raise
    advance()
    return run


def resume(run: Run, rate: float | None = None) -> Run:
    """Resumes a run that was stopped, failed or was interrupted, from its last finished epoch.

    It has another learning rate from there on if one is given. Raises RunError where its state does not allow that.
    """
    return _queue_again(run, RESUMABLE, None if rate is None else Command(CommandName.RATE, rate))


def extend(run: Run, epochs: int) -> Run:
    """Adds epochs to a run that has ended, and resumes it. Raises RunError where it has not ended."""
    return _queue_again(run, (*RESUMABLE, State.FINISHED), Command(CommandName.EPOCHS, planned_epochs(run) + epochs))


def planned_epochs(run: Run) -> int:
    """How many epochs the run is to have, as far as it has been asked for."""
    status = run.written_status()
    if status.state is State.FINISHED:
        return status.epochs
    return steering.total_epochs(run.config, run.events())


def remedy_for(run: Run) -> Remedy:
    """What may help a run in trouble."""
    finished = metrics.read_epochs(run.metrics_file) if run.last_checkpoint.exists() else []
    return remedies.remedy_for(run.status().trouble, run.config, run.events(), finished)


def apply_remedy(run: Run, remedy: Remedy) -> Run:
    """Resumes the run with the remedy's rate, or stops it and starts another; returns the run that trains then.

    Raises as `resume` and `start` do.
    """
    if remedy.epoch:
        return resume(run, remedy.rate)
    if run.is_training():
        run.request_stop()
    return start(replace(run.config, learning_rate=remedy.rate))


def stop(run: Run) -> None:
    """Stops a run that trains, keeping its best and last checkpoints, or takes a run that waits out of the queue.

    A run that waited to be resumed is what it was before. Raises RunError where the run neither trains nor waits.
    """
    with as_digit_error(f"run '{run.name}' cannot be stopped", settings.home()):
        was_waiting = queue.remove(run.id)
        run.next_file.unlink(missing_ok=True)
        if was_waiting and run.written_status().state is State.QUEUED:
            run.write_status(replace(run.written_status(), state=State.STOPPED, stage=Stage.WITHDRAWN))
        elif not was_waiting and not run.is_training():
            raise RunError(f"run '{run.name}' is {run.condition()}; there is nothing to stop")
        if run.is_training():
            run.request_stop()


def advance() -> None:
    """Starts the first run in the queue where none trains, and makes sure that the queue has a keeper for the rest.

    Raises RunError where the queue cannot be changed.
    """
    with as_digit_error("no queued run can be started", settings.home()):
        if queue.waiting() and lock.holder() is None:
            try:
                with lock.taken() as descriptor:
                    start_first(descriptor)
            except BusyError:
                # Someone else has started one meanwhile.
                pass
        if queue.waiting() and lock.holder(KEEPER) is None:
            processes.detach(QUEUE_KEEPER, stdout=subprocess.DEVNULL)


def start_first(descriptor: int) -> None:
    """Starts the first run in the queue that can be started; its worker inherits the held training lock."""
    while run := _take_first(descriptor):
        try:
            _make_ready(run)
            _spawn(run, descriptor)
            return
        except OSError as error:
            # It must not hold up the others. On a full disk the status cannot be written: it counts as interrupted.
            with suppress(OSError):
                failed = replace(run.written_status(), state=State.FAILED, error=f"not started: {error.strerror}")
                run.write_status(failed)


def _take_first(descriptor: int) -> Run | None:
    """The first run in the queue, taken out of it and named as the lock's holder."""
    with queue.changing() as ids:
        while ids:
            run = runs.by_id(ids[0])
            # Now, as from its name on the lock people steer and stop this start, not an earlier one.
            run.stop_file.unlink(missing_ok=True)
            run.commands_file.unlink(missing_ok=True)
            # Before it leaves the queue: meanwhile its status must not be interrupted.
            lock.name_holder(descriptor, run.id)
            del ids[0]
            if run.folder.exists():
                return run
    return None


def _queue_again(run: Run, states: tuple[State, ...], command: Command | None) -> Run:
    """Queues a run that has ended. Its files stay as they are until its turn comes, so that it can leave the queue."""
    with as_digit_error(f"run '{run.name}' cannot be resumed", settings.home()), queue.changing() as ids:
        if run.status().state not in states or run.is_alive():
            raise RunError(
                f"run '{run.name}' is {run.condition()}; only a run that is {_any_of(states)} can be resumed"
            )
        run.next_file.unlink(missing_ok=True)
        if command:
            steering.check(command)
            write_whole(run.next_file, json.dumps(command._asdict()), durable=True)
        ids.append(run.id)
    advance()
    return run


def _any_of(states: tuple[State, ...]) -> str:
    return f"{', '.join(states[:-1])} or {states[-1]}"


def _make_ready(run: Run) -> None:
    """Records the command that waited for this start, at the last finished epoch, and removes what is out of date."""
    command = steering.parse(run.next_file.read_bytes()) if run.next_file.exists() else None
    if command:
        finished = metrics.read_epochs(run.metrics_file)
        step, epoch = (finished[-1].step, finished[-1].epoch) if finished else (0, 0)
        run.record(Event(step, epoch, EventName(command.name), f"{command.value:g}"), durable=True)
    before = run.written_status()
    kept = {name: getattr(before, name) for name in KEPT}
    run.write_status(replace(Status(**kept), epochs=steering.total_epochs(run.config, run.events())))
    run.next_file.unlink(missing_ok=True)
    shutil.rmtree(run.export_folder(), ignore_errors=True)


def _spawn(run: Run, descriptor: int) -> None:
    with run.log_file.open("a") as log:
        processes.detach(WORKER, run.id, stdout=log, pass_fds=(descriptor,))
