"""Starts a run's worker, in a process that outlives page, browser and server."""

import os
import shutil
import subprocess
import sys
from threading import Thread

from digitcore import settings
from digitcore.errors import RunError
from digitcore.training import lock, networks, runs
from digitcore.training.config import TrainingConfig
from digitcore.training.runs import Run, Status

RESUMABLE = ("interrupted", "stopped", "failed")
KEPT = ("data", "note", "epoch", "epochs", "best_epoch", "best_accuracy", "fit_seconds")
"""What a resumed run takes over from its status; the rest was of the moment, or of a model that is now out of date."""


def start(config: TrainingConfig, name: str = "") -> Run:
    """Makes a run of `config` and starts its worker.

    Raises ConfigError where the network cannot be, BusyError where another run trains, RunError where the name is
    taken or the run cannot be written.
    """
    networks.layers(config)
    try:
        with lock.taken() as descriptor:
            run = runs.create(config, name)
            _spawn(run, descriptor)
    except OSError as error:
        raise RunError(f"the run cannot be started: {error.strerror} ({settings.home()})") from error
    return run


def resume(run: Run) -> Run:
    """Goes on with a run from its last whole epoch.

    Raises RunError where its state does not allow that, BusyError where another run trains.
    """
    try:
        with lock.taken() as descriptor:
            _require_resumable(run)
            before = run.written_status()
            kept = {name: getattr(before, name) for name in KEPT}
            run.stop_file.unlink(missing_ok=True)
            # What is exported is about to be out of date.
            shutil.rmtree(run.export_folder, ignore_errors=True)
            run.write_status(Status(**kept))
            _spawn(run, descriptor)
    except OSError as error:
        raise RunError(f"run '{run.id}' cannot be resumed: {error.strerror} ({settings.home()})") from error
    return run


def _require_resumable(run: Run) -> None:
    """To be called with the lock held: no worker is at the run then, so one that is written as active is not."""
    written = run.written_status().state
    state = "interrupted" if written in runs.ACTIVE else written
    if state not in RESUMABLE:
        raise RunError(f"run '{run.id}' is {state}; what can be resumed is {', '.join(RESUMABLE)}")


def _spawn(run: Run, descriptor: int) -> None:
    lock.name_holder(descriptor, run.id)
    with run.log_file.open("a") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "digitcore.training.worker", run.id],
            cwd=settings.PROJECT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(descriptor,),
            start_new_session=True,
        )
    # Someone has to wait for it, or it stays in the process table when it has ended.
    Thread(target=worker.wait, daemon=True).start()


def environment() -> dict[str, str]:
    """The environment of a process started from the project's folder: folders named relatively are made absolute."""
    folders = os.pathsep.join(str(folder) for folder in settings.data_folders())
    return os.environ | {
        "DIGITCORE_HOME": str(settings.home()),
        "DIGITCORE_MODELS": str(settings.models_folder()),
        "DIGITCORE_DATA": folders,
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }
