"""Names and notes of runs."""

import json

import pytest

from digitcore.errors import RunError
from digitcore.runs import Run, catalogue, description
from digitcore.runs.description import About
from tests import run_folders


def _entry(run: Run) -> catalogue.Entry:
    return next(entry for entry in catalogue.entries() if entry.id == run.id)


def test_a_name_and_a_note_are_stored_and_the_recipe_stays():
    run = run_folders.make("plain")
    before = (run.folder / "config.json").read_bytes()
    description.rename(run, "  Plain *old* recipe ")
    description.annotate(run, "one\ntwo ")
    assert description.about(run) == About("Plain *old* recipe", "one\ntwo")
    assert json.loads((run.folder / "about.json").read_text()) == {"name": "Plain *old* recipe", "note": "one\ntwo"}
    assert (run.folder / "config.json").read_bytes() == before
    description.rename(run, " ")
    assert _entry(run).name == "plain" and _entry(run).note == "one\ntwo"


@pytest.mark.parametrize("name", ["a\nb", "x" * 101])
def test_an_invalid_name_is_rejected(name):
    run = run_folders.make("plain")
    with pytest.raises(RunError, match="one line of at most 100"):
        description.rename(run, name)
    assert description.about(run) == About()


def test_a_note_that_is_too_long_is_rejected():
    with pytest.raises(RunError, match="at most 2,000 characters; this has 2,001"):
        description.annotate(run_folders.make("plain"), "x" * 2_001)
