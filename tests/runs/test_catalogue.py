import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitcore import runs, settings
from digitcore.errors import RunError
from digitcore.runs import Run, State, Status, catalogue, description, lock
from tests import run_folders
from tests.conftest import tiny


def _entry(run: Run) -> catalogue.Entry:
    return next(entry for entry in catalogue.entries() if entry.id == run.id)


def test_a_row_tells_what_the_files_do():
    run = run_folders.make("plain", 0.98, minute=7, epochs=3)
    assert _entry(run) == catalogue.Entry(
        id="plain",
        name="plain",
        note="",
        state=State.FINISHED,
        data="sample",
        preset="fast",
        created=datetime(2026, 1, 1, 12, 7, tzinfo=UTC),
        seconds=12.5,
        epochs_done=3,
        epochs=3,
        best_accuracy=0.98,
        best_epoch=3,
        test_accuracy=0.97,
    )


def test_the_newest_is_first_and_an_empty_home_has_none():
    assert catalogue.entries() == []
    for minute, run_id in enumerate(("b", "a", "c")):
        run_folders.make(run_id, minute=minute)
    assert [entry.id for entry in catalogue.entries()] == ["c", "a", "b"]


def test_a_row_follows_its_files():
    run = run_folders.make("plain", None)
    assert _entry(run).best_accuracy is None
    run.write_status(replace(run.written_status(), best_accuracy=0.9, best_epoch=1))
    description.rename(run, "Better")
    entry = _entry(run)
    assert entry.best_accuracy == 0.9 and entry.name == "Better"


def test_a_run_that_no_worker_is_at_is_not_running():
    run = runs.create(tiny(), "orphan")
    run.write_status(Status(state=State.RUNNING, epoch=2, epochs=3))
    assert _entry(run).state == "interrupted" and _entry(run).epochs_done == 1
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, run.id)
        assert _entry(run).state == "running"
    assert _entry(run).state == "interrupted"


@pytest.mark.parametrize("text", ["{", "[]", "null", "", '{"preset": "fast"}', "\xff"])
@pytest.mark.parametrize("file", ["config.json", "status.json", "about.json"])
def test_a_damaged_run_is_in_the_table(file, text):
    run_folders.make("whole")
    run = run_folders.make("bad")
    (run.folder / file).write_bytes(text.encode("latin-1"))
    assert len(catalogue.entries()) == 2
    assert _entry(run).state == ("finished" if file == "about.json" else "failed")


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("status.json", {"epoch": "two"}),
        ("status.json", {"best_accuracy": [1]}),
        ("status.json", {"data": {}}),
        ("config.json", {"preset": ["fast"]}),
        ("config.json", {"epochs": None}),
    ],
)
def test_figures_that_are_none_make_a_failed_run(file, change):
    run = run_folders.make("bad")
    path = run.folder / file
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert _entry(run).state == "failed"


def test_what_is_no_run_is_not_in_the_table():
    folder = settings.runs_folder()
    (folder / "empty").mkdir(parents=True)
    (folder / "a file").touch()
    assert catalogue.entries() == []


def test_runs_may_come_and_go_while_they_are_listed():
    made = [run_folders.make(f"run-{number}") for number in range(30)]
    with ThreadPoolExecutor(3) as threads:
        listed = [threads.submit(catalogue.entries) for _ in range(40)]
        for run in made:
            shutil.rmtree(run.folder)
        counts = [len(listing.result()) for listing in listed]
    assert max(counts) <= 30 and catalogue.entries() == []


def test_only_runs_that_have_changed_are_read_again(monkeypatch):
    """The runs page lists a thousand runs each second (`benchmarks/runs.py` has the times)."""
    made = [run_folders.make(f"run-{number}") for number in range(20)]
    read, read_text = [], Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **options: read.append(path) or read_text(path, **options))
    assert len(catalogue.entries()) == 20 and {path.parent for path in read} >= {run.folder for run in made}
    read.clear()
    description.rename(made[7], "Seven")
    read.clear()
    names = {entry.id: entry.name for entry in catalogue.entries()}
    assert names["run-7"] == "Seven" and names["run-8"] == "run-8"
    assert {path.parent for path in read if path.parent != settings.home()} == {made[7].folder}


def test_a_name_that_is_not_text_is_rejected_and_a_folder_of_no_run_skipped():
    run = run_folders.make("first")
    with pytest.raises(RunError, match="must be text in UTF-8"):
        description.rename(run, "caf\udce9")
    odd = settings.runs_folder() / "no run"
    odd.mkdir()
    (odd / "config.json").write_text("{}")
    assert [entry.id for entry in catalogue.entries()] == ["first"]
    assert [run.id for run in runs.every()] == ["first"]
