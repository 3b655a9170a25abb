"""A run inside its worker: data, network, fit, then scores and an export."""

from dataclasses import replace
from typing import NamedTuple

import keras
import tensorflow as tf

from digitcore import data, runs
from digitcore.runs import Run, Stage, State, Status, metrics, observations
from digitcore.runs.disk import copy_whole
from digitcore.runs.steering import MOST_EPOCHS, Event, EventName
from digitcore.training import checkpoints, export
from digitcore.training.callbacks import Averager, Callback, Checkpointer, Pace, Recorder, Reporter, Validator
from digitcore.training.checkpoints import Latest
from digitcore.training.feed import Feed, as_dataset
from digitcore.training.keras_model import build
from digitcore.training.steering_callback import SteeringCallback, StopRequested
from digitcore.training.stop_signal import Stop


class Beginning(NamedTuple):
    """What the fit begins with: a model, its number of finished epochs, their rows and the best one, and a note."""

    model: keras.Model
    epoch: int
    best: metrics.Row | None
    finished: list[metrics.Row]
    note: str = ""


def train(run: Run, stop: Stop) -> Status:
    """Trains `run` to its end, from its last checkpoint if it has one, and exports its best model.

    Sets `stop.fit_is_over` at the end of the fit. Returns the final status, whose state is finished, or stopped if
    someone asked for that. Raises any error.
    """
    # The same seed must give exactly the same weights: a resumed run relies on it.
    tf.config.experimental.enable_op_determinism()
    status = replace(run.written_status(), state=State.RUNNING, error="", started=runs.now(), ended="")
    dataset = _load(run, status)
    feed = Feed(dataset.train_images, dataset.train_labels, run.config, data.drawn(dataset))
    status = replace(status, data=dataset.name, note=dataset.note)
    run.write_status(replace(status, stage=Stage.BUILDING))
    beginning = _begin(run, dataset.name, len(feed))
    best = beginning.best
    status = replace(
        status,
        note=" ".join(filter(None, (dataset.note, beginning.note))),
        best_epoch=best.epoch if best else None,
        best_accuracy=best.val_accuracy if best else None,
    )
    status, state = _fit(run, status, beginning, dataset, feed, stop)
    status = replace(status, stage=Stage.SCORING, seconds_left=None)
    run.write_status(status)
    card = export.export_best(run, dataset)
    return replace(
        status, state=state, stage=Stage.DONE, test_accuracy=card["scores"]["test_accuracy"], ended=runs.now()
    )


def _load(run: Run, status: Status) -> data.Dataset:
    run.write_status(replace(status, stage=Stage.LOADING))

    def report(name: str, received: int, size: int) -> None:
        run.write_status(replace(status, stage=Stage.DOWNLOADING, downloading=name, downloaded=received / size))

    # A run that began on the sample keeps it, even if MNIST is here by now.
    begun_on = (event.value for event in run.events() if event.name is EventName.BEGIN)
    return data.load(next(begun_on, status.data or run.config.data), report)


def _begin(run: Run, data_name: str, batches: int) -> Beginning:
    """The latest undamaged checkpoint, or a new network; rows and observations after it are deleted."""
    latest = checkpoints.find_latest(run, batches)
    history = metrics.truncate_after(run.metrics_file, latest.step)
    observations.truncate_after(run.observations_file, latest.step)
    epoch, damaged = latest.step // batches, [path.name for path in latest.damaged]
    for path in latest.damaged:
        run.record(Event(latest.step, epoch, EventName.DAMAGED, path.name))
        path.unlink()
    if (history[-1].step if history else 0) < latest.step:
        damaged.append(run.metrics_file.name)
    if latest.model is None:
        if not any(event.name is EventName.BEGIN for event in run.events()):
            run.record(Event(0, 0, EventName.BEGIN, data_name))
        return Beginning(build(run.config), 0, None, [], _damage_note(damaged, 0))
    run.record(Event(latest.step, epoch, EventName.RESUME))
    copy_whole(latest.path, run.last_checkpoint)
    best, finished = _best(run, latest, history), metrics.epochs(history)
    return Beginning(latest.model, epoch, best, finished, _damage_note(damaged, epoch))


def _best(run: Run, latest: Latest, history: list[metrics.Row]) -> metrics.Row | None:
    """The row of the best checkpoint, which is copied from the last if the worker died before it could do so."""
    finished: dict[int | None, metrics.Row] = {row.step: row for row in metrics.epochs(history)}
    saved, last = finished.get(checkpoints.step_of(run.best_checkpoint)), finished.get(latest.step)
    best = metrics.best([row for row in (saved, last) if row])
    if best != saved or not run.best_checkpoint.exists():
        copy_whole(latest.path, run.best_checkpoint)
    return best


def _damage_note(damaged: list[str], epoch: int) -> str:
    if not damaged:
        return ""
    start = f"resumed from epoch {epoch}, the latest undamaged one" if epoch else "started again from the beginning"
    return f"Damaged: {', '.join(damaged)}. The run was {start}."


def _fit(
    run: Run, status: Status, beginning: Beginning, dataset: data.Dataset, feed: Feed, stop: Stop
) -> tuple[Status, State]:
    pace, validator = Pace(run, feed), Validator(run, dataset, feed)
    model = beginning.model
    with metrics.open_to_append(run.metrics_file) as stream:
        recorder = Recorder(stream, feed, validator, beginning.best, beginning.finished)
        reporter = Reporter(run, status, pace, validator, recorder)
        checkpointer, steering = Checkpointer(run, recorder), SteeringCallback(run, stop, pace, reporter)
        validator.listeners = [reporter, steering]
        try:
            if beginning.epoch < pace.epochs:
                model.fit(
                    as_dataset(feed),
                    # The steering callback ends it: the last epoch may change while it trains.
                    epochs=MOST_EPOCHS,
                    initial_epoch=beginning.epoch,
                    callbacks=callbacks_in_order(pace, validator, recorder, checkpointer, reporter, steering),
                    verbose=0,
                    shuffle=False,
                )
        except StopRequested:
            stop.fit_is_over.set()
            status = replace(reporter.status, state=State.STOPPED, stage=Stage.SCORING, seconds_left=None)
            run.write_status(status)
            return _save_unfinished(run, status, model, validator), State.STOPPED
    stop.fit_is_over.set()
    return reporter.status, State.FINISHED


def callbacks_in_order(
    pace: Pace,
    validator: Validator,
    recorder: Recorder,
    checkpointer: Checkpointer,
    reporter: Reporter,
    steering: SteeringCallback,
) -> list[Callback]:
    """The callbacks in the order in which Keras must call them, as each uses what those before it did."""
    return [
        pace,  # sets the epoch and the learning rate, which all others read
        Averager(pace.config),  # moves the averages, which are validated and saved
        validator,  # scores the finished epoch
        recorder,  # writes the epoch's row with those scores, and decides whether it is the best
        checkpointer,  # saves the model after its row: a resumed run deletes a row without a model, but cannot add one
        reporter,  # reports the row and the best epoch, once both are saved
        steering,  # last, as a stop or the last epoch ends the fit here: everything of the epoch is saved by then
    ]


def _save_unfinished(run: Run, status: Status, model: keras.Model, validator: Validator) -> Status:
    """Saves the current model as the best if the run was stopped in its first epoch."""
    if run.best_checkpoint.exists():
        return status
    validator.listeners = []
    validator.score()
    checkpoints.save_whole(model, run.best_checkpoint)
    return replace(status, best_epoch=status.epoch, best_accuracy=validator.accuracy)
