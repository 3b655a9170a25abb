"""The display names of a run's models: that of the run, unless a model was published under a name of its own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitcore import naming, settings
from digitcore.errors import as_digit_error
from digitcore.model_format import CARD
from digitcore.runs import Run
from digitcore.runs.disk import write_whole


def keep_folder_name(folder: Path) -> None:
    """Makes the folder's name the model's display name for good, whatever its run is called later."""
    (folder / naming.ABOUT).write_text(json.dumps({"name": folder.name}))


def follow_run(run: Run) -> None:
    """Gives the run's models the display name that the run has now. Raises RunError where that cannot be written."""
    for folder in _followers(run):
        about, name = folder / naming.ABOUT, run.name + folder.name.removeprefix(run.id)
        with as_digit_error(f"model '{folder.name}' cannot be renamed", folder):
            if name == folder.name:
                about.unlink(missing_ok=True)
            elif name != naming.display_name(folder):
                write_whole(about, json.dumps({"name": name}))


def _followers(run: Run) -> Iterator[Path]:
    """The folders of models named after the run: its id, which a checkpoint and a number may follow."""
    for card in (card for folder in settings.models_folders() for card in folder.glob(f"{run.id}*/{CARD}")):
        is_named_after_run = re.fullmatch(rf"{re.escape(run.id)}(-last)?(-\d+)?", card.parent.name)
        if is_named_after_run and not _has_own_name(card.parent) and _made_by(run, card):
            yield card.parent


def _has_own_name(folder: Path) -> bool:
    return naming.read_about(folder).get("name") == folder.name


def _made_by(run: Run, card: Path) -> bool:
    """Whether this run made the model: a run that was deleted since may have had the same id."""
    model, recipe = _read(card), _read(run.config_file)
    return model.get("run") == run.id and str(model.get("created", "")) >= str(recipe.get("created", ""))


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
