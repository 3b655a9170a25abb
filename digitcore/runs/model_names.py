"""What the models of a run are called: as the run is, unless they were published under a name of their own."""

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
    """Lets the model in the folder be called as that is, whatever becomes of its run's name."""
    (folder / naming.ABOUT).write_text(json.dumps({"name": folder.name}))


def follow_run(run: Run) -> None:
    """Calls the run's models as the run is called now. Raises RunError where that cannot be written."""
    for folder in _followers(run):
        about, title = folder / naming.ABOUT, run.name + folder.name.removeprefix(run.id)
        with as_digit_error(f"model '{folder.name}' cannot be renamed", folder):
            if title == folder.name:
                about.unlink(missing_ok=True)
            elif title != naming.name_of(folder):
                write_whole(about, json.dumps({"name": title}))


def _followers(run: Run) -> Iterator[Path]:
    """The models that were named after the run: by its id, which a checkpoint and a number may follow."""
    for card in (card for folder in settings.models_folders() for card in folder.glob(f"{run.id}*/{CARD}")):
        named_after_it = re.fullmatch(rf"{re.escape(run.id)}(-last)?(-\d+)?", card.parent.name)
        if named_after_it and not _is_kept(card.parent) and _made_by(run, card):
            yield card.parent


def _is_kept(folder: Path) -> bool:
    return naming.about(folder).get("name") == folder.name


def _made_by(run: Run, card: Path) -> bool:
    """Whether it was this run: one that was deleted since may have had its id."""
    made, begun = _read(card), _read(run.folder / "config.json")
    return made.get("run") == run.id and str(made.get("created", "")) >= str(begun.get("created", ""))


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
