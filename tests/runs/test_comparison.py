"""Which run is best, and what differs between some."""

from dataclasses import replace

import pytest

from digitcore import runs
from digitcore.recipes import presets
from digitcore.runs import Run, State, catalogue, comparison, description
from digitcore.runs.steering import Event, EventName
from tests import run_folders


def _entry(run: Run) -> catalogue.Entry:
    return next(entry for entry in catalogue.entries() if entry.id == run.id)


def test_only_the_settings_that_differ_are_named():
    fast = presets.preset("fast")
    wide = replace(fast, filters=(64, 128), seed=3)
    assert comparison.differences({"a": fast, "b": wide}) == [
        ("Filters", {"a": (32, 40, 64), "b": (64, 128)}),
        ("Seed", {"a": 0, "b": 3}),
    ]
    assert comparison.differences({"a": fast}) == comparison.differences({}) == []


def test_steering_by_hand_is_a_difference():
    plain, other = run_folders.make("plain", epochs=3), run_folders.make("other", epochs=3)
    assert comparison.steering_differences([_entry(plain), _entry(other)]) == []
    rates = ((25, 3, "0.0009"), (28, 3, "0.0007"), (40, 4, ""))
    for step, epoch, rate in rates:
        other.record(Event(step, epoch, EventName.RATE, rate))
    other.record(Event(28, 3, EventName.PAUSE))
    other.record(Event(41, 5, EventName.EPOCHS, "5"))
    other.write_status(replace(other.written_status(), state=State.STOPPED, epoch=4, epochs=5))
    assert comparison.steering_differences([_entry(plain), _entry(other)]) == [
        ("Steered: rate", {"plain": "–", "other": "0.0007 from epoch 3 on, as scheduled from epoch 5 on"}),
        ("Steered: epochs", {"plain": "–", "other": "5 instead of 3"}),
        ("Ended early", {"plain": "–", "other": "stopped after epoch 3 of 5"}),
    ]
    assert comparison.steering_differences([_entry(other)]) == []


def test_presets_differ_by_name_too():
    values = dict(comparison.differences({"a": presets.preset("fast"), "b": presets.preset("classic")}))
    assert values["Preset"] == {"a": "fast", "b": "classic"} and "Optimizer" not in values


@pytest.mark.parametrize(
    ("accuracies", "sentence"),
    [
        ({}, "No figures yet: none of these runs has finished an epoch."),
        ({"a": None}, "No figures yet: none of these runs has finished an epoch."),
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
def test_the_best_run_is_named_in_a_sentence(accuracies, sentence):
    entries = [_entry(run_folders.make(run_id, accuracy)) for run_id, accuracy in accuracies.items()]
    assert comparison.summary(entries) == sentence


@pytest.mark.parametrize(
    ("digits", "ending"),
    [
        ({"warm-up": 333, "plain": 333}, ", which is 2 digits of 333: within chance."),
        ({"warm-up": 10_000, "plain": 10_000}, ", which is 60 digits of 10,000: more than chance."),
        ({"warm-up": 333, "plain": 600}, "."),
        ({"warm-up": 333}, "."),
    ],
)
def test_whether_a_difference_may_be_chance(digits, ending):
    made = {run_id: run_folders.make(run_id, accuracy) for run_id, accuracy in (("plain", 0.979), ("warm-up", 0.985))}
    for run_id, count in digits.items():
        run_folders.observe(made[run_id], count)
    best = "warm-up is best: 98.50% on validation in epoch 2, 0.60 points above plain"
    assert comparison.summary([_entry(run) for run in made.values()]) == best + ending


def test_runs_of_different_lengths_are_compared_over_the_epochs_that_all_have_finished():
    long, short = run_folders.make("long", 0.98, epochs=5), run_folders.make("short", 0.975, epochs=3)
    best = "long is best: 98.00% on validation in epoch 5, 0.50 points above short."
    after = " After the 3 epochs that all have finished: short 97.50%, long 96.00%."
    assert comparison.summary([_entry(long), _entry(short)]) == best + after
    single = _entry(run_folders.make("single", 0.9, epochs=1))
    assert comparison.summary([_entry(long), single]).endswith(
        " After the one epoch that all have finished: long 94.00%, single 90.00%."
    )


def test_runs_of_one_name_are_named_with_their_ids():
    for run_id in ("a", "b"):
        description.rename(run_folders.make(run_id, 0.9), "Same")
    entries = [_entry(runs.by_id(run_id)) for run_id in ("a", "b")]
    assert comparison.summary(entries) == "Same (a) and Same (b) are equally good: 90.00% on validation."


def test_runs_on_different_data_are_not_compared():
    entries = [_entry(run_folders.make(run_id, 0.9)) for run_id in ("a", "b")]
    entries.append(replace(entries[0], id="c", name="c", data="mnist", best_accuracy=0.8))
    sentence = "Not comparable, as their data differ: sample for a and b; mnist for c."
    assert comparison.summary(entries) == sentence
