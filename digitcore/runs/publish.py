"""Publishes the model of a run: puts a model bundle into the models folder."""

import json
import shutil
import tempfile
from itertools import chain, count
from pathlib import Path
from typing import Any

from digitcore import naming, settings
from digitcore.errors import BundleError, RunError, as_digit_error
from digitcore.model_format import CARD
from digitcore.runs import Run, model_names
from digitcore.runs.processes import EXPORT, run_to_its_end


def check_name(name: str) -> None:
    """Raises BundleError where `name` is taken or invalid as the name of a bundle."""
    if not naming.is_folder_name(name):
        raise BundleError(f"a model's name may have letters, digits, '.', '_' and '-' only, not '{name}'")
    if settings.model_folder(name).exists():
        raise BundleError(f"there is a model '{name}' already; choose another name, or remove that one first")


def publish(run: Run, name: str, checkpoint: str = "best") -> Path:
    """Makes the bundle `name` from the run's checkpoint, whole or not at all, and returns its folder.

    `name` stays its display name, also where the run is renamed. A checkpoint without an export is exported first, in
    a process of its own (seconds). Raises BundleError for the name, RunError where the run has nothing to publish yet.
    """
    check_name(name)
    _require_export(run, checkpoint)
    return _make(run, name, checkpoint, has_own_name=True)


def _make(run: Run, name: str, checkpoint: str, has_own_name: bool) -> Path:
    """Makes the bundle; `has_own_name` where it is not named after its run."""
    with as_digit_error(f"model '{name}' cannot be written", settings.models_folder(), BundleError):
        settings.models_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".publishing-", dir=settings.models_folder()) as folder:
            partial = Path(folder) / name
            partial.mkdir()
            for file in run.export_folder(checkpoint).iterdir():
                shutil.copyfile(file, partial / file.name)
            if has_own_name:
                model_names.keep_folder_name(partial)
            return partial.rename(settings.models_folder() / name)


def publish_once(run: Run, checkpoint: str = "best") -> str:
    """Publishes the run's checkpoint unless that has been done already; returns the name of the bundle's folder.

    That is the run's id, with "-last" for that checkpoint, and numbered where it is taken by an earlier model of the
    run. The display name is the run's. Raises as `publish` does.
    """
    _require_export(run, checkpoint)
    card = (run.export_folder(checkpoint) / CARD).read_bytes()
    stem = run.id if checkpoint == "best" else f"{run.id}-{checkpoint}"
    numbered = (f"{stem}-{number}" for number in count(2))
    name = next(name for name in chain([stem], numbered) if _card_of(name) in (None, card))
    if _card_of(name) is None:
        _make(run, name, checkpoint, has_own_name=False)
    model_names.follow_run(run)
    return name


def evaluate(run: Run, checkpoint: str = "best") -> dict[str, float]:
    """The checkpoint's "validation_accuracy" and "test_accuracy", from 0 to 1.

    A checkpoint without an export is exported first, in a process of its own (seconds). Raises as `publish` does.
    """
    _require_export(run, checkpoint)
    scores = stored_scores(run, checkpoint)
    if scores is None:
        raise RunError(f"run '{run.name}' has a damaged card ({run.export_folder(checkpoint)}); delete that folder")
    return scores


def stored_scores(run: Run, checkpoint: str = "best") -> dict[str, float] | None:
    """What `evaluate` returns for the checkpoint, where it is stored already; None where it has to be computed."""
    if _is_stale(run, checkpoint):
        return None
    try:
        card: dict[str, Any] = json.loads((run.export_folder(checkpoint) / CARD).read_text())
        return {name: float(card["scores"][name]) for name in ("validation_accuracy", "test_accuracy")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_stale(run: Run, checkpoint: str) -> bool:
    """Whether the export is missing, or that of an earlier epoch."""
    card, source = run.export_folder(checkpoint) / CARD, run.checkpoint(checkpoint)
    if not card.exists():
        return True
    return source.exists() and source.stat().st_mtime_ns > card.stat().st_mtime_ns


def _card_of(name: str) -> bytes | None:
    """The content of the bundle's card, empty where that is missing; None where there is no such folder."""
    folder = settings.model_folder(name)
    if not folder.exists():
        return None
    card = folder / CARD
    return card.read_bytes() if card.exists() else b""


def _require_export(run: Run, checkpoint: str) -> None:
    if run.is_alive():
        raise RunError(f"run '{run.name}' is still active; its models can be used once it has ended")
    if not _is_stale(run, checkpoint):
        return
    if not run.checkpoint(checkpoint).exists():
        raise RunError(f"run '{run.name}' has no checkpoint, as it has not finished an epoch")
    done = run_to_its_end(EXPORT, run.id, checkpoint)
    if done.returncode:
        messages = done.stderr.strip().splitlines() or ["its process was ended"]
        raise RunError(f"run '{run.name}' cannot be exported: {messages[-1]}")
