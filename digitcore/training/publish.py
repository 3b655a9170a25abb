"""Puts a run's best model to work: a model bundle under a name."""

import re
import shutil
import subprocess
import sys
import tempfile
from itertools import chain, count
from pathlib import Path

from digitcore import settings
from digitcore.errors import BundleError, RunError
from digitcore.training.launch import environment
from digitcore.training.runs import FOLDER_NAME, Run

BUNDLE_FILES = ("model.keras", "model.tflite", "card.json")


def check_name(name: str) -> None:
    """Raises BundleError where `name` is taken or cannot be a bundle's."""
    if not re.fullmatch(FOLDER_NAME, name):
        raise BundleError(f"a model's name has letters, digits, '.', '_' and '-' only, not '{name}'")
    if (settings.models_folder() / name).exists():
        raise BundleError(f"there is a model '{name}' already; choose another name, or remove that one first")


def publish(run: Run, name: str) -> Path:
    """Makes the bundle `name` of the run's best checkpoint, whole or not at all, and gives its folder.

    A run whose worker was killed has no export yet: that is made first, in a process of its own (seconds).
    Raises BundleError for the name, RunError where the run has nothing to publish yet.
    """
    check_name(name)
    _require_export(run)
    try:
        settings.models_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".publishing-", dir=settings.models_folder()) as folder:
            partial = Path(folder) / name
            partial.mkdir()
            for file in BUNDLE_FILES:
                shutil.copyfile(run.export_folder / file, partial / file)
            return partial.rename(settings.models_folder() / name)
    except OSError as error:
        raise BundleError(f"model '{name}' cannot be written: {error.strerror} ({settings.models_folder()})") from error


def put_to_work(run: Run) -> str:
    """The name of a bundle of the run's best model: the run's own, numbered where a resumed run has got a better one.

    Makes the bundle where there is none yet. Raises as `publish` does.
    """
    _require_export(run)
    card = (run.export_folder / "card.json").read_bytes()
    numbered = (f"{run.id}-{number}" for number in count(2))
    name = next(name for name in chain([run.id], numbered) if _card_of(name) in (None, card))
    if _card_of(name) is None:
        publish(run, name)
    return name


def _card_of(name: str) -> bytes | None:
    """The card of the bundle `name`, as it lies there; None where there is no such folder."""
    folder = settings.models_folder() / name
    if not folder.exists():
        return None
    card = folder / "card.json"
    return card.read_bytes() if card.exists() else b""


def _require_export(run: Run) -> None:
    if run.is_alive():
        raise RunError(f"run '{run.id}' is still at work; its best model can be used once it has ended")
    if (run.export_folder / "card.json").exists():
        return
    if not run.best_checkpoint.exists():
        raise RunError(f"run '{run.id}' has no checkpoint: its first epoch did not end")
    done = subprocess.run(
        [sys.executable, "-m", "digitcore.training.export", run.id],
        cwd=settings.PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["its process was ended"]
        raise RunError(f"run '{run.id}' cannot be exported: {said[-1]}")
