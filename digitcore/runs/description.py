"""What someone calls a run and says of it: HOME/runs/ID/about.json. Its id and its config.json never change."""

import json
from dataclasses import asdict, dataclass, replace

from digitcore import naming
from digitcore.errors import RunError, as_digit_error
from digitcore.runs import Run, model_names
from digitcore.runs.disk import write_whole

NOTE_CHARACTERS = 2_000


@dataclass(frozen=True)
class About:
    """What someone calls a run and says of it; both may be empty."""

    name: str = ""
    note: str = ""


def about(run: Run) -> About:
    """What someone calls the run and says of it; empty where that was never told or cannot be read."""
    values = naming.about(run.folder)
    return About(str(values.get("name", "")), str(values.get("note", "")))


def rename(run: Run, name: str) -> None:
    """Calls the run, and the models named after it, `name`; by its id again where that is blank.

    Raises RunError for a name that cannot be.
    """
    name = naming.checked(name)
    _tell(run, replace(about(run), name="" if name == run.id else name))
    model_names.follow_run(run)


def annotate(run: Run, note: str) -> None:
    """Says `note` of the run. Raises RunError where it is too long or cannot be written."""
    note = naming.written(note)
    if len(note) > NOTE_CHARACTERS:
        raise RunError(f"a note has at most {NOTE_CHARACTERS:,} characters; this has {len(note):,}")
    _tell(run, replace(about(run), note=note))


def _tell(run: Run, known: About) -> None:
    with as_digit_error(f"run '{run.name}' cannot be described", run.folder):
        write_whole(run.folder / naming.ABOUT, json.dumps(asdict(known), indent=1))
