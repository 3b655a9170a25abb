"""The processes that the project starts: the names of their modules, and their environment."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

from digitcore import settings

WORKER = "digitcore.training"
EXPORT = "digitcore.training.export"
CONVERT = "digitcore.training.convert"
QUEUE_KEEPER = "digitcore.runs.queue_keeper"


def detach(module: str, *arguments: str, **options: Any) -> None:
    """Starts a module as a process in a session of its own, so that it outlives this one.

    `options` are further arguments of Popen.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **options,
    )
    # Someone has to wait for it, or it stays in the process table as a zombie.
    Thread(target=process.wait, daemon=True).start()


def run_to_its_end(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a module in a process of its own, so that TensorFlow's memory is freed, and waits for it."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def environment() -> dict[str, str]:
    """The environment of a process started in the project's folder: relative paths are made absolute."""
    folders = os.pathsep.join(str(folder) for folder in settings.data_folders())
    named = os.environ.get("DIGITCORE_MODELS")
    return os.environ | {
        "DIGITCORE_HOME": str(settings.home()),
        # Naming the default would hide the models that are shipped.
        "DIGITCORE_MODELS": str(settings.models_folder()) if named else "",
        "DIGITCORE_DATA": folders,
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }
