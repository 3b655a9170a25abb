"""The display name and the note that people give a run. Its id and its recipe never change."""

import json
from dataclasses import asdict, dataclass, replace

from digitcore import naming
from digitcore.errors import RunError, as_digit_error
from digitcore.runs import Run, model_names
from digitcore.runs.disk import write_whole

NOTE_CHARACTERS = 2_000


@dataclass(frozen=True)
class About:
    """The display name and the note of a run; both may be empty."""

    name: str = ""
    note: str = ""


def about(run: Run) -> About:
    """The run's display name and note; empty where nobody gave them or they cannot be read."""
    values = naming.read_about(run.folder)
    return About(str(values.get("name", "")), str(values.get("note", "")))


def rename(run: Run, name: str) -> None:
    """Gives the run, and the models named after it, the display name `name`; its id again where that is blank.

    Raises RunError for an invalid name, or where it cannot be written.
    """
    name = naming.valid_name(name)
    _write(run, replace(about(run), name="" if name == run.id else name))
    model_names.follow_run(run)


def annotate(run: Run, note: str) -> None:
    """Replaces the run's note. Raises RunError where it is too long or cannot be written."""
    note = naming.valid_text(note)
    if len(note) > NOTE_CHARACTERS:
        raise RunError(f"a note has at most {NOTE_CHARACTERS:,} characters; this has {len(note):,}")
    _write(run, replace(about(run), note=note))


def _write(run: Run, about: About) -> None:
    with as_digit_error(f"run '{run.name}' cannot be described", run.folder):
        write_whole(run.about_file, json.dumps(asdict(about), indent=1))
