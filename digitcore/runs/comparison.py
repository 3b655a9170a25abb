"""Runs compared: which is best, and in which settings and by which steering they differ."""

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
    """The settings in which the recipes differ: the setting's label, and its value by run id."""
    rows = []
    for name in (field.name for field in fields(TrainingConfig)):
        values = {run_id: getattr(config, name) for run_id, config in configs.items()}
        if len(set(values.values())) > 1:
            rows.append((SETTINGS[name].label if name in SETTINGS else name.capitalize(), values))
    return rows


def steering_differences(entries: Sequence[Entry]) -> list[tuple[str, dict[str, str]]]:
    """In what the runs were steered or ended differently: a label of STEERED, and what happened by run id.

    Raises RunError where a recipe cannot be read.
    """
    steered = {entry.id: _steered(entry) for entry in entries}
    rows = [(label, {run_id: values[label] for run_id, values in steered.items()}) for label in STEERED]
    return [(label, values) for label, values in rows if len(set(values.values())) > 1]


def _steered(entry: Entry) -> dict[str, str]:
    """How the run was steered, by the labels of STEERED. Pauses do not count: they do not change the weights."""
    run = runs.by_id(entry.id)
    events, finished = run.events(), metrics.read_epochs(run.metrics_file)
    end = f"{entry.state} after epoch {finished[-1].epoch if finished else 0} of {entry.epochs}"
    values = (
        steering.describe_rates(events, run.written_status().batches),
        steering.describe_epochs(run.config, events),
        end if entry.state in ENDED_EARLY else "",
    )
    return {label: value or UNTOUCHED for label, value in zip(STEERED, values, strict=True)}


def summary(entries: Sequence[Entry]) -> str:
    """Which of the runs is best on validation, in a sentence or two; or why they cannot be compared."""
    return " ".join(verdict(entries))


def verdict(entries: Sequence[Entry]) -> list[str]:
    """The sentences of `summary`: the first says which run is best, the others add detail."""
    names = naming.distinct_names({entry.id: entry.name for entry in entries})
    entries = [replace(entry, name=names[entry.id]) for entry in entries]
    scored = sorted((entry for entry in entries if entry.best_accuracy is not None), key=_score, reverse=True)
    if not scored:
        return ["No figures yet: none of these runs has finished an epoch."]
    if len({entry.data for entry in scored}) > 1:
        return [f"Not comparable, as their data differ: {_by_data(scored)}."]
    unscored = _listed([entry.name for entry in entries if entry.best_accuracy is None])
    return [f"{_ranking(scored)}{f'; no figures from {unscored}' if unscored else ''}.", *_after_shared(scored)]


def _ranking(scored: list[Entry]) -> str:
    best = scored[0]
    accuracy = f"{best.best_accuracy:.2%} on validation"
    tied = [entry.name for entry in scored if entry.best_accuracy == best.best_accuracy]
    if len(tied) > 1:
        return f"{_listed(tied)} are equally good: {accuracy}"
    reached = f"{accuracy} in epoch {best.best_epoch}"
    if len(scored) == 1:
        return f"{best.name} reached {reached}"
    second = scored[1]
    return f"{best.name} is best: {reached}, {_points(best, second)} above {second.name}{_significance(best, second)}"


def _significance(best: Entry, other: Entry) -> str:
    """Whether the difference may be chance; empty unless both runs are known to have read the same digits."""
    count, other_count = (observations.count_digits(runs.by_id(entry.id).observations_file) for entry in (best, other))
    if count is None or count != other_count:
        return ""
    difference = significance.describe_difference(_score(best), _score(other), count)
    return f", which is {difference}" if difference else ""


def _after_shared(scored: list[Entry]) -> list[str]:
    """How the runs compare after the epochs that all have finished; empty where all have as many, or one has none."""
    finished = [metrics.read_epochs(runs.by_id(entry.id).metrics_file) for entry in scored]
    shared, most = min(map(len, finished)), max(map(len, finished))
    if shared in (0, most):
        return []
    reached = [(rows[shared - 1].val_accuracy or 0.0, entry.name) for entry, rows in zip(scored, finished, strict=True)]
    # By accuracy alone: runs that tie stay in the order of their best.
    reached.sort(key=lambda pair: pair[0], reverse=True)
    listed = ", ".join(f"{name} {accuracy:.2%}" for accuracy, name in reached)
    return [f"After the {'one epoch' if shared == 1 else f'{shared} epochs'} that all have finished: {listed}."]


def _by_data(scored: list[Entry]) -> str:
    groups: dict[str, list[str]] = {}
    for entry in scored:
        groups.setdefault(entry.data, []).append(entry.name)
    return "; ".join(f"{data} for {_listed(names)}" for data, names in groups.items())


def _points(best: Entry, other: Entry) -> str:
    points = 100 * (_score(best) - _score(other))
    return "less than 0.01 points" if points < 0.01 else f"{points:.2f} points"


def _score(entry: Entry) -> float:
    return entry.best_accuracy or 0.0


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
