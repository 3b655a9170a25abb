"""The life of a run inside its worker: digits, network, fit, then scores and an export."""

from dataclasses import replace
from typing import NamedTuple

import keras
import tensorflow as tf

from digitcore import data, runs
from digitcore.runs import Run, Stage, State, Status, metrics, observations
from digitcore.runs.disk import copy_whole
from digitcore.runs.steering import MOST_EPOCHS, Event, EventName
from digitcore.training import checkpoints, export
from digitcore.training.callbacks import Checkpointer, Pace, Recorder, Reporter, Validator
from digitcore.training.checkpoints import Found
from digitcore.training.feed import Feed, as_dataset
from digitcore.training.keras_model import build
from digitcore.training.steering_callback import SteeringCallback, StopRequested
from digitcore.training.stop_signal import Stop


class Beginning(NamedTuple):
    """What the fit begins with: a model, the epochs that made it, the best of those, and what is to be told of it.

    `closed` are the rows of those epochs.
    """

    model: keras.Model
    epoch: int
    best: metrics.Row | None
    closed: list[metrics.Row]
    note: str = ""


def train(run: Run, stop: Stop) -> Status:
    """Trains `run` to its end, or from its last checkpoint on, and leaves an export of its best model.

    `stop` is told when the fit is over, be it that it heard a stop.
    Gives the final status: finished, or stopped where someone asked for that. Raises what goes wrong.
    """
    # The same seed shall give the same weights to the bit, which a resumed run depends on.
    tf.config.experimental.enable_op_determinism()
    status = replace(run.written_status(), state=State.RUNNING, error="", started=runs.now(), ended="")
    dataset = _load(run, status)
    feed = Feed(dataset.train_images, dataset.train_labels, run.config)
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

    def tell(name: str, received: int, size: int) -> None:
        run.write_status(replace(status, stage=Stage.DOWNLOADING, downloading=name, downloaded=received / size))

    # A run that was begun on the sample goes on with it, though MNIST may be at hand by now.
    begun_on = (event.value for event in run.events() if event.name is EventName.BEGIN)
    return data.load(next(begun_on, status.data or run.config.data), tell)


def _begin(run: Run, data_name: str, batches: int) -> Beginning:
    """The latest checkpoint that is whole, or the network anew; the files are taken back to where it was."""
    found = checkpoints.find_latest(run, batches)
    history = metrics.truncate_after(run.metrics_file, found.step)
    observations.truncate_after(run.observations_file, found.step)
    epoch, lost = found.step // batches, [path.name for path in found.damaged]
    for path in found.damaged:
        run.record(Event(found.step, epoch, EventName.DAMAGED, path.name))
        path.unlink()
    if (history[-1].step if history else 0) < found.step:
        lost.append(run.metrics_file.name)
    if found.model is None:
        if not any(event.name is EventName.BEGIN for event in run.events()):
            run.record(Event(0, 0, EventName.BEGIN, data_name))
        return Beginning(build(run.config), 0, None, [], _told(lost, 0))
    run.record(Event(found.step, epoch, EventName.RESUME))
    copy_whole(found.path, run.last_checkpoint)
    return Beginning(found.model, epoch, _best(run, found, history), metrics.epochs(history), _told(lost, epoch))


def _best(run: Run, found: Found, history: list[metrics.Row]) -> metrics.Row | None:
    """The row of the best checkpoint: the worker may have died between saving the last and naming it the best."""
    closed = {row.step: row for row in metrics.epochs(history)}
    kept, latest = closed.get(checkpoints.step_of(run.best_checkpoint)), closed.get(found.step)
    best = metrics.best([row for row in (kept, latest) if row])
    if best != kept or not run.best_checkpoint.exists():
        copy_whole(found.path, run.best_checkpoint)
    return best


def _told(lost: list[str], epoch: int) -> str:
    where = f"from epoch {epoch}" if epoch else "from the beginning"
    return f"Damaged: {', '.join(lost)}. The run went on {where}, the latest that is whole." if lost else ""


def _fit(
    run: Run, status: Status, beginning: Beginning, dataset: data.Dataset, feed: Feed, stop: Stop
) -> tuple[Status, State]:
    pace, validator = Pace(run, feed), Validator(run, dataset, feed)
    model = beginning.model
    with metrics.open_to_append(run.metrics_file) as stream:
        recorder = Recorder(stream, feed, validator, beginning.best, beginning.closed)
        reporter = Reporter(run, status, pace, validator, recorder)
        steering = SteeringCallback(run, stop, pace, reporter)
        validator.listeners = [reporter, steering]
        try:
            if beginning.epoch < pace.epochs:
                model.fit(
                    as_dataset(feed),
                    # The steering callback ends it: the last epoch may change while it trains.
                    epochs=MOST_EPOCHS,
                    initial_epoch=beginning.epoch,
                    callbacks=[pace, validator, recorder, Checkpointer(run, recorder), reporter, steering],
                    verbose=0,
                    shuffle=False,
                )
        except StopRequested:
            stop.fit_is_over.set()
            status = replace(reporter.status, state=State.STOPPED, stage=Stage.SCORING, seconds_left=None)
            run.write_status(status)
            return _keep_something(run, status, model, validator), State.STOPPED
    stop.fit_is_over.set()
    return reporter.status, State.FINISHED


def _keep_something(run: Run, status: Status, model: keras.Model, validator: Validator) -> Status:
    """Where the stop came before the first epoch's end, the model as it is now is the best there is."""
    if run.best_checkpoint.exists():
        return status
    validator.listeners = []
    validator.score()
    checkpoints.save_whole(model, run.best_checkpoint)
    return replace(status, best_epoch=status.epoch, best_accuracy=validator.accuracy)
