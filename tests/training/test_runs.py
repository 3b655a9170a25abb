import json
from dataclasses import replace

import pytest

from digitcore import settings
from digitcore.errors import RunError
from digitcore.training import runs
from digitcore.training.runs import Status
from tests.conftest import tiny


def test_a_run_is_a_folder_of_plain_files():
    run = runs.create(tiny(), "first")
    assert run.folder == settings.runs_folder() / "first"
    assert json.loads((run.folder / "config.json").read_text())["epochs"] == 2
    assert json.loads((run.folder / "status.json").read_text())["state"] == "queued"
    assert run.config == tiny()


def test_a_run_that_cannot_be_written_leaves_nothing(monkeypatch):
    def full(*words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs, "write_whole", full)
    with pytest.raises(OSError):
        runs.create(tiny(), "first")
    assert list(settings.runs_folder().iterdir()) == []


def test_runs_of_the_same_second_do_not_meet():
    assert len({runs.create(tiny()).id for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("state", "epoch", "span"),
    [("running", 4, 60), ("queued", 4, 60), ("stopped", 4, 4), ("failed", 0, 1), ("finished", 60, 60)],
)
def test_a_run_that_has_ended_spans_the_epochs_that_it_had(state, epoch, span):
    assert Status(state=state, epoch=epoch, epochs=60).span() == span


@pytest.mark.parametrize("name", ["../out", "a b", ".hidden", "a/b", "x" * 101])
def test_a_name_that_is_no_folders_is_refused(name):
    with pytest.raises(RunError, match="letters, digits"):
        runs.create(tiny(), name)


def test_a_taken_name_is_refused():
    runs.create(tiny(), "first")
    with pytest.raises(RunError, match="there is a run 'first' already"):
        runs.create(tiny(), "first")


def test_runs_are_found_by_the_start_of_their_names():
    with pytest.raises(RunError, match="unknown run 'a'; there are none yet"):
        runs.find("a")
    for name in ("apple", "apricot", "app"):
        runs.create(tiny(), name)
    assert runs.find("apr").id == "apricot"
    assert runs.find("app").id == "app"
    with pytest.raises(RunError, match="could be any of"):
        runs.find("ap")
    with pytest.raises(RunError, match="unknown run 'pear'; there are"):
        runs.find("pear")
    with pytest.raises(RunError, match="unknown run ''"):
        runs.find("")


def test_a_run_without_a_worker_is_interrupted():
    run = runs.create(tiny())
    run.write_status(replace(run.written_status(), state="running", epoch=1))
    assert run.status().state == "interrupted"
    assert not run.is_alive()
    run.write_status(replace(run.written_status(), state="finished"))
    assert run.status().state == "finished"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"strange": 1}', "null", '{"epoch": "x"}', '{"state": "odd"}'])
def test_a_damaged_folder_is_told_and_not_in_the_way(text):
    good, bad = runs.create(tiny(), "good"), runs.create(tiny(), "bad")
    for name in ("config.json", "status.json"):
        (bad.folder / name).write_text(text)
    assert {run.id for run in runs.every()} == {"good", "bad"}
    assert bad.status() == Status(state="failed", error="status.json is missing or damaged")
    with pytest.raises(RunError, match="run 'bad' has no readable config.json"):
        _ = runs.find("bad").config
    assert good.status().state == "interrupted"


def test_the_logs_last_lines():
    run = runs.create(tiny())
    assert run.log_tail() == ""
    run.log_file.write_text("\n".join(f"line {number}" for number in range(10_000)))
    assert run.log_tail(2) == "line 9998\nline 9999"
