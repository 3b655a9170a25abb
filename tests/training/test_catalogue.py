import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digitcore import settings
from digitcore.errors import RunError
from digitcore.training import catalogue, lock, presets, runs
from digitcore.training.catalogue import About
from digitcore.training.runs import Run, Status
from digitcore.training.steering import Event
from tests import run_folders
from tests.conftest import tiny


def _entry(run: Run) -> catalogue.Entry:
    return next(entry for entry in catalogue.rows() if entry.id == run.id)


def test_a_row_tells_what_the_files_do():
    run = run_folders.make("plain", 0.98, minute=7, epochs=3)
    assert _entry(run) == catalogue.Entry(
        id="plain",
        name="plain",
        note="",
        state="finished",
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
    assert catalogue.rows() == []
    for minute, run_id in enumerate(("b", "a", "c")):
        run_folders.make(run_id, minute=minute)
    assert [entry.id for entry in catalogue.rows()] == ["c", "a", "b"]


def test_a_row_follows_its_files():
    run = run_folders.make("plain", None)
    assert _entry(run).best_accuracy is None
    run.write_status(replace(run.written_status(), best_accuracy=0.9, best_epoch=1))
    catalogue.rename(run, "Better")
    entry = _entry(run)
    assert entry.best_accuracy == 0.9 and entry.name == "Better"


def test_a_run_that_no_worker_is_at_is_not_running():
    run = runs.create(tiny(), "orphan")
    run.write_status(Status(state="running", epoch=2, epochs=3))
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
    assert len(catalogue.rows()) == 2
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
    assert catalogue.rows() == []


def test_runs_may_come_and_go_while_they_are_listed():
    made = [run_folders.make(f"run-{number}") for number in range(30)]
    with ThreadPoolExecutor(3) as threads:
        listed = [threads.submit(catalogue.rows) for _ in range(40)]
        for run in made:
            shutil.rmtree(run.folder)
        counts = [len(each.result()) for each in listed]
    assert max(counts) <= 30 and catalogue.rows() == []


def test_a_thousand_runs_are_listed_within_a_second():
    template = run_folders.make("run-0")
    for number in range(1, 1_000):
        shutil.copytree(template.folder, settings.runs_folder() / f"run-{number}")
    began = time.perf_counter()
    assert len(catalogue.rows()) == 1_000
    cold = time.perf_counter()
    assert len(catalogue.rows()) == 1_000
    warm = time.perf_counter()
    assert cold - began < 1 and warm - cold < 0.5


def test_a_name_and_a_note_are_kept_beside_the_recipe_which_stays():
    run = run_folders.make("plain")
    before = (run.folder / "config.json").read_bytes()
    catalogue.rename(run, "  Plain *old* recipe ")
    catalogue.annotate(run, "one\ntwo ")
    assert catalogue.about(run) == About("Plain *old* recipe", "one\ntwo")
    assert json.loads((run.folder / "about.json").read_text()) == {"name": "Plain *old* recipe", "note": "one\ntwo"}
    assert (run.folder / "config.json").read_bytes() == before
    catalogue.rename(run, " ")
    assert _entry(run).name == "plain" and _entry(run).note == "one\ntwo"


@pytest.mark.parametrize("name", ["a\nb", "x" * 101])
def test_a_name_that_cannot_be_is_refused(name):
    run = run_folders.make("plain")
    with pytest.raises(RunError, match="one line of at most 100"):
        catalogue.rename(run, name)
    assert catalogue.about(run) == About()


def test_a_note_has_an_end():
    with pytest.raises(RunError, match="at most 2,000 characters; this has 2,001"):
        catalogue.annotate(run_folders.make("plain"), "x" * 2_001)


def test_a_removed_run_can_come_back_until_it_is_purged():
    run = run_folders.make("plain")
    catalogue.rename(run, "Plain")
    files = sorted(path.name for path in run.folder.iterdir())
    removed = catalogue.remove(run)
    assert catalogue.rows() == [] and not run.folder.exists() and removed.name == "Plain"
    assert catalogue.restore(removed) == run
    assert sorted(path.name for path in run.folder.iterdir()) == files
    removed = catalogue.remove(run)
    catalogue.purge(removed)
    assert list((settings.home() / "trash").iterdir()) == []
    with pytest.raises(RunError, match="cannot come back"):
        catalogue.restore(removed)


def test_two_runs_of_one_name_can_lie_in_the_trash():
    first = catalogue.remove(run_folders.make("plain", 0.9))
    catalogue.remove(run_folders.make("plain", 0.8))
    catalogue.restore(first)
    assert catalogue.rows()[0].best_accuracy == 0.9


def test_a_run_does_not_come_back_over_another():
    removed = catalogue.remove(run_folders.make("plain", 0.9))
    run_folders.make("plain", 0.8)
    with pytest.raises(RunError, match="there is another of that name"):
        catalogue.restore(removed)
    assert catalogue.rows()[0].best_accuracy == 0.8


def test_a_run_at_work_is_not_removed():
    run = runs.create(tiny(), "busy")
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, run.id)
        with pytest.raises(RunError, match="still at work; stop it"):
            catalogue.remove(run)
    assert run.folder.exists()


def test_a_run_that_is_gone_is_not_removed():
    with pytest.raises(RunError, match="not there any more"):
        catalogue.remove(Run(settings.runs_folder() / "gone"))


def test_only_what_has_lain_long_in_the_trash_is_purged():
    removed = catalogue.remove(run_folders.make("plain"))
    catalogue.purge_old()
    assert removed.folder.exists()
    catalogue.purge_old(days=0)
    assert not removed.folder.exists()


def test_only_the_settings_that_differ_are_named():
    fast = presets.preset("fast")
    wide = replace(fast, filters=(64, 128), seed=3)
    assert catalogue.differences({"a": fast, "b": wide}) == [
        ("Filters", {"a": (32, 48, 64), "b": (64, 128)}),
        ("Seed", {"a": 0, "b": 3}),
    ]
    assert catalogue.differences({"a": fast}) == catalogue.differences({}) == []


def test_what_was_steered_by_hand_differs():
    plain, other = run_folders.make("plain", epochs=3), run_folders.make("other", epochs=3)
    assert catalogue.steering_differences([_entry(plain), _entry(other)]) == []
    steps = ((25, 3, "rate", "0.0009"), (28, 3, "rate", "0.0007"), (28, 3, "pause", ""), (40, 4, "rate", ""))
    for event in (*steps, (41, 5, "epochs", "5")):
        other.record(Event(*event))
    other.write_status(replace(other.written_status(), state="stopped", epoch=4, epochs=5))
    assert catalogue.steering_differences([_entry(plain), _entry(other)]) == [
        ("Steered: rate", {"plain": "–", "other": "0.0007 from epoch 3 on, as scheduled from epoch 5 on"}),
        ("Steered: epochs", {"plain": "–", "other": "5 instead of 3"}),
        ("Ended early", {"plain": "–", "other": "stopped after epoch 3 of 5"}),
    ]
    assert catalogue.steering_differences([_entry(other)]) == []


def test_presets_differ_by_name_too():
    found = dict(catalogue.differences({"a": presets.preset("fast"), "b": presets.preset("classic")}))
    assert found["Preset"] == {"a": "fast", "b": "classic"} and "Optimizer" not in found


@pytest.mark.parametrize(
    ("accuracies", "sentence"),
    [
        ({}, "No figures yet: none of these has closed an epoch."),
        ({"a": None}, "No figures yet: none of these has closed an epoch."),
        ({"a": 0.9931}, "a reached 99.31% on validation in epoch 2."),
        ({"plain": 0.9919, "warm": 0.9931}, "warm is best: 99.31% on validation in epoch 2, 0.12 points above plain."),
        ({"a": 0.9, "b": 0.9}, "a and b are equally good: 90.00% on validation."),
        ({"a": 0.9, "b": 0.9, "c": 0.9}, "a, b and c are equally good: 90.00% on validation."),
        (
            {"a": 0.9, "b": 0.90004},
            "b is best: 90.00% on validation in epoch 2, less than 0.01 points above a.",
        ),
        (
            {"a": 0.9, "b": None, "c": 0.8},
            "a is best: 90.00% on validation in epoch 2, 10.00 points above c; no figures from b.",
        ),
    ],
)
def test_the_best_is_said_in_a_sentence(accuracies, sentence):
    entries = [_entry(run_folders.make(run_id, accuracy)) for run_id, accuracy in accuracies.items()]
    assert catalogue.best_in_words(entries) == sentence


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ({"warm-up": 333, "plain": 333}, ", which is 2 digits of 333: within chance."),
        ({"warm-up": 10_000, "plain": 10_000}, ", which is 60 digits of 10,000: more than chance."),
        ({"warm-up": 333, "plain": 600}, "."),
        ({"warm-up": 333}, "."),
    ],
)
def test_a_difference_within_chance_is_said_to_be_so(digits, said):
    made = {run_id: run_folders.make(run_id, accuracy) for run_id, accuracy in (("plain", 0.979), ("warm-up", 0.985))}
    for run_id, count in digits.items():
        run_folders.observe(made[run_id], count)
    best = "warm-up is best: 98.50% on validation in epoch 2, 0.60 points above plain"
    assert catalogue.best_in_words([_entry(run) for run in made.values()]) == best + said


def test_runs_of_different_lengths_are_compared_over_the_epochs_that_all_had():
    long, short = run_folders.make("long", 0.98, epochs=5), run_folders.make("short", 0.975, epochs=3)
    best = "long is best: 98.00% on validation in epoch 5, 0.50 points above short."
    after = " After the 3 epochs that all had: short 97.50%, long 96.00%."
    assert catalogue.best_in_words([_entry(long), _entry(short)]) == best + after
    single = _entry(run_folders.make("single", 0.9, epochs=1))
    assert catalogue.best_in_words([_entry(long), single]).endswith(
        " After the one epoch that all had: long 94.00%, single 90.00%."
    )


def test_runs_of_one_name_are_told_apart():
    for run_id in ("a", "b"):
        catalogue.rename(run_folders.make(run_id, 0.9), "Same")
    entries = [_entry(Run(settings.runs_folder() / run_id)) for run_id in ("a", "b")]
    assert catalogue.best_in_words(entries) == "Same (a) and Same (b) are equally good: 90.00% on validation."


def test_runs_on_different_data_are_not_compared():
    entries = [_entry(run_folders.make(run_id, 0.9)) for run_id in ("a", "b")]
    entries.append(replace(entries[0], id="c", name="c", data="mnist", best_accuracy=0.8))
    said = "Not comparable, as their data differ: sample for a and b; mnist for c."
    assert catalogue.best_in_words(entries) == said


def test_what_is_no_text_is_refused_and_a_folder_that_is_no_runs_passed_over():
    run = run_folders.make("first")
    with pytest.raises(RunError, match="must be text in UTF-8"):
        catalogue.rename(run, "caf\udce9")
    odd = settings.runs_folder() / "no run"
    odd.mkdir()
    (odd / "config.json").write_text("{}")
    assert [entry.id for entry in catalogue.rows()] == ["first"]
    assert [each.id for each in runs.every()] == ["first"]
