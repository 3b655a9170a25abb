import ast
import functools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from digitcore import runs, settings
from digitcore.errors import RunError
from digitcore.runs import Stage, State, Status, folder
from digitcore.runs.remedies import Trouble
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

    monkeypatch.setattr(folder, "write_whole", full)
    with pytest.raises(OSError):
        runs.create(tiny(), "first")
    assert list(settings.runs_folder().iterdir()) == []


def test_runs_of_the_same_second_have_different_ids():
    assert len({runs.create(tiny()).id for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("state", "epoch", "span"),
    [("running", 4, 60), ("queued", 4, 60), ("stopped", 4, 4), ("failed", 0, 1), ("finished", 60, 60)],
)
def test_a_run_that_has_ended_spans_the_epochs_that_it_had(state, epoch, span):
    assert Status(state=state, epoch=epoch, epochs=60).span() == span


@pytest.mark.parametrize(
    ("name", "run_id"),
    [
        ("first", "first"),
        ("  two words ", "two-words"),
        ("Größe 2: März", "Grosse-2-Marz"),
        ("../out", "out"),
        ("a/b\\c", "a-b-c"),
        (".hidden", "hidden"),
        ("№ 5 ½", "No-5-1-2"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_run_may_have_any_name_and_its_id_is_made_from_it(name, run_id):
    run = runs.create(tiny(), name)
    assert (run.id, run.name) == (run_id, name.strip())
    assert run.folder.parent == settings.runs_folder()
    assert (run.folder / "about.json").exists() == (name != run_id)
    assert runs.find(name) == runs.find(run_id) == runs.find(run_id[:2]) == run


def test_a_name_that_gives_no_id_has_a_dated_one():
    run = runs.create(tiny(), "数字")
    assert re.fullmatch(r"\d{8}-\d{6}-fast", run.id) and run.name == "数字"
    assert runs.find("数字") == run


@pytest.mark.parametrize("name", ["a\nb", "x" * 101])
def test_a_name_that_is_too_long_or_not_one_line_is_rejected(name):
    with pytest.raises(RunError, match=f"one line of at most 100 characters; this has {len(name)}"):
        runs.create(tiny(), name)
    assert runs.every() == []


@pytest.mark.parametrize("name", ["first", " first", "zwölf", "zwo\u0308lf"])
def test_a_taken_name_is_rejected(name):
    for taken in ("first", "zwölf"):
        runs.create(tiny(), taken)
    with pytest.raises(RunError, match="there is a run '(first|zwölf)' already; choose another name"):
        runs.create(tiny(), name)
    assert len(runs.every()) == 2


def test_a_name_is_given_once_even_if_many_ask_for_it_at_once():
    with ThreadPoolExecutor(8) as threads:
        requests = [threads.submit(runs.create, tiny(), "the same") for _ in range(8)]
    assert sum(request.exception() is None for request in requests) == 1
    assert [run.id for run in runs.every()] == ["the-same"]


def test_an_id_that_another_run_has_is_numbered():
    made = [runs.create(tiny(), name) for name in ("a b", "a-b", "a/b", "a?b")]
    assert [run.id for run in made] == ["a-b", "a-b-2", "a-b-3", "a-b-4"]
    assert [run.name for run in made] == ["a b", "a-b", "a/b", "a?b"]


def test_a_text_that_is_one_runs_id_and_anothers_name_is_ambiguous():
    runs.create(tiny(), "a b")
    other = runs.create(tiny(), "a-b")
    with pytest.raises(RunError, match="'a-b' could be any of a-b, a-b-2|a-b-2, a-b"):
        runs.find("a-b")
    assert runs.find("a b").id == "a-b" and runs.find("a-b-2") == other


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
    run.write_status(replace(run.written_status(), state=State.RUNNING, epoch=1))
    assert run.status().state == "interrupted"
    assert not run.is_alive()
    run.write_status(replace(run.written_status(), state=State.FINISHED))
    assert run.status().state == "finished"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"strange": 1}', "null", '{"epoch": "x"}', '{"state": "odd"}'])
def test_a_damaged_run_is_reported_and_does_not_affect_others(text):
    good, bad = runs.create(tiny(), "good"), runs.create(tiny(), "bad")
    for name in ("config.json", "status.json"):
        (bad.folder / name).write_text(text)
    assert {run.id for run in runs.every()} == {"good", "bad"}
    assert bad.status() == Status(state=State.FAILED, error="status.json is missing or damaged")
    with pytest.raises(RunError, match="run 'bad' has no readable config.json"):
        _ = runs.find("bad").config
    assert good.status().state == "interrupted"


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("taken out of the line", Stage.WITHDRAWN),
        ("downloading train-images-idx3-ubyte.gz", Stage.DOWNLOADING),
        ("loading the digits", Stage.LOADING),
    ],
)
def test_a_status_of_version_0_2_0_is_read(text, stage):
    run = runs.create(tiny(), "old")
    (run.folder / "status.json").write_text(
        json.dumps({"state": "stopped", "stage": text, "trouble": "nan", "epoch": 2})
    )
    assert run.status() == Status(state=State.STOPPED, stage=stage, trouble=Trouble.NAN, epoch=2)


def test_the_file_that_is_being_downloaded_is_named():
    assert Status(stage=Stage.DOWNLOADING, downloading="train.gz").activity() == "downloading train.gz"
    assert Status(stage=Stage.TRAINING).activity() == "training"


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("config.json", "runs/folder.py"),
        ("status.json", "runs/folder.py"),
        ("metrics.csv", "runs/folder.py"),
        ("observations.jsonl", "runs/folder.py"),
        ("watched.npz", "runs/folder.py"),
        ("commands.jsonl", "runs/folder.py"),
        ("events.csv", "runs/folder.py"),
        ("next.json", "runs/folder.py"),
        ("log.txt", "runs/folder.py"),
        ("previous.keras", "runs/folder.py"),
        ("about.json", "naming.py"),
        ("pinned.png", "runs/pinned_drawing.py"),
        ("queue.json", "runs/queue.py"),
    ],
)
def test_a_file_of_the_home_is_named_in_one_module(name, owner):
    package = settings.PROJECT / "digitcore"
    owners = {str(path.relative_to(package)) for path in package.rglob("*.py") if name in _strings(path)}
    assert owners == {owner}


@functools.cache
def _strings(path: Path) -> set[object]:
    """The strings in a module, each as a whole: a docstring that mentions a file does not count."""
    return {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)}


def test_the_logs_last_lines():
    run = runs.create(tiny())
    assert run.log_tail() == ""
    run.log_file.write_text("\n".join(f"line {number}" for number in range(10_000)))
    assert run.log_tail(2) == "line 9998\nline 9999"
