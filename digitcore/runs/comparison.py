"""Runs held beside each other: which is best, and what differs in their recipes and in how they were steered."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from digitcore import naming, runs
from digitcore.recipes.config import SETTINGS, TrainingConfig
from digitcore.runs import State, metrics, observations, significance, steering
from digitcore.runs.catalogue import Entry

STEERED, UNTOUCHED = ("Steered: rate", "Steered: epochs", "Ended early"), "–"
ENDED_EARLY = (State.STOPPED, State.FAILED, State.INTERRUPTED)


def differences(configs: dict[str, TrainingConfig]) -> list[tuple[str, dict[str, Any]]]:
    """The settings in which the recipes differ: each one's label, and its value by run id."""
    found = []
    for name in (each.name for each in fields(TrainingConfig)):
        values = {run_id: getattr(config, name) for run_id, config in configs.items()}
        if len(set(values.values())) > 1:
            found.append((SETTINGS[name].label if name in SETTINGS else name.capitalize(), values))
    return found


def steering_differences(entries: Sequence[Entry]) -> list[tuple[str, dict[str, str]]]:
    """What was steered by hand or ended early, where the runs differ in that: a label, and what it was by run id.

    Raises RunError where a recipe cannot be read.
    """
    found = {entry.id: _steered(entry) for entry in entries}
    rows = [(label, {run_id: words[label] for run_id, words in found.items()}) for label in STEERED]
    return [(label, values) for label, values in rows if len(set(values.values())) > 1]


def _steered(entry: Entry) -> dict[str, str]:
    """By the labels of STEERED. Pauses are none: a run ends with the same weights without them."""
    run = runs.by_id(entry.id)
    events, closed = run.events(), metrics.read_epochs(run.metrics_file)
    ended = f"{entry.state} after epoch {closed[-1].epoch if closed else 0} of {entry.epochs}"
    words = (
        steering.describe_rates(events, run.written_status().batches),
        steering.describe_epochs(run.config, events),
        ended if entry.state in ENDED_EARLY else "",
    )
    return {label: each or UNTOUCHED for label, each in zip(STEERED, words, strict=True)}


def summary(entries: Sequence[Entry]) -> str:
    """Which of the runs is best on validation, in a sentence or two; or why that cannot be said."""
    return " ".join(verdict(entries))


def verdict(entries: Sequence[Entry]) -> list[str]:
    """The sentence that says which of the runs is best, and those that say more of it."""
    names = naming.distinct({entry.id: entry.name for entry in entries})
    entries = [replace(entry, name=names[entry.id]) for entry in entries]
    scored = sorted((entry for entry in entries if entry.best_accuracy is not None), key=_score, reverse=True)
    if not scored:
        return ["No figures yet: none of these has closed an epoch."]
    if len({entry.data for entry in scored}) > 1:
        return [f"Not comparable, as their data differ: {_by_data(scored)}."]
    unscored = _listed([entry.name for entry in entries if entry.best_accuracy is None])
    return [f"{_ranking(scored)}{f'; no figures from {unscored}' if unscored else ''}.", *_after_shared(scored)]


def _ranking(scored: list[Entry]) -> str:
    best = scored[0]
    share = f"{best.best_accuracy:.2%} on validation"
    tied = [entry.name for entry in scored if entry.best_accuracy == best.best_accuracy]
    if len(tied) > 1:
        return f"{_listed(tied)} are equally good: {share}"
    where = f"{share} in epoch {best.best_epoch}"
    if len(scored) == 1:
        return f"{best.name} reached {where}"
    return f"{best.name} is best: {where}, {_points(best, scored[1])} above {scored[1].name}{_chance(best, scored[1])}"


def _chance(best: Entry, other: Entry) -> str:
    """Whether the difference may be chance; nothing where it is not known that the same digits were read."""
    count, others = (observations.count_digits(runs.by_id(each.id).observations_file) for each in (best, other))
    if count is None or count != others:
        return ""
    words = significance.describe_difference(_score(best), _score(other), count)
    return f", which is {words}" if words else ""


def _after_shared(scored: list[Entry]) -> list[str]:
    """How the runs compare at the last epoch that all had; nothing where each had as many, or one's are not known."""
    closed = [metrics.read_epochs(runs.by_id(entry.id).metrics_file) for entry in scored]
    shared, most = min(map(len, closed)), max(map(len, closed))
    if shared in (0, most):
        return []
    reached = [(rows[shared - 1].val_accuracy, entry.name) for entry, rows in zip(scored, closed, strict=True)]
    told = ", ".join(f"{name} {accuracy:.2%}" for accuracy, name in sorted(reached, key=lambda it: -it[0]))
    return [f"After the {'one epoch' if shared == 1 else f'{shared} epochs'} that all had: {told}."]


def _by_data(scored: list[Entry]) -> str:
    groups = {entry.data: [each.name for each in scored if each.data == entry.data] for entry in scored}
    return "; ".join(f"{data} for {_listed(names)}" for data, names in groups.items())


def _points(best: Entry, other: Entry) -> str:
    points = 100 * (_score(best) - _score(other))
    return "less than 0.01 points" if points < 0.01 else f"{points:.2f} points"


def _score(entry: Entry) -> float:
    return entry.best_accuracy or 0.0


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
