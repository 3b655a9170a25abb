"""The life of a run inside its worker: digits, network, fit, then scores and an export."""

from dataclasses import replace

import keras
import tensorflow as tf

from digitcore import data
from digitcore.training import export, metrics, runs
from digitcore.training.callbacks import Checkpointer, Pace, Recorder, Reporter, StopListener, StopRequested
from digitcore.training.checkpoints import copy_whole, save_whole
from digitcore.training.feed import Feed, as_input
from digitcore.training.keras_model import build
from digitcore.training.runs import Run, Status
from digitcore.training.stop import Stop

VALIDATION_BATCH = 500


def train(run: Run, stop: Stop) -> Status:
    """Trains `run` to its end, or from its last checkpoint on, and leaves an export of its best model.

    `stop` is told when the fit is over, be it that it heard a stop.
    Gives the final status: finished, or stopped where someone asked for that. Raises what goes wrong.
    """
    # The same seed shall give the same weights to the bit, which a resumed run depends on.
    tf.config.experimental.enable_op_determinism()
    status = replace(run.written_status(), state="running", error="", started=runs.now(), ended="")
    dataset = _load(run, status)
    status = replace(status, data=dataset.name, note=dataset.note)
    run.write_status(replace(status, stage="building the network"))
    model, history = _model_and_history(run)
    status, state = _fit(run, status, model, dataset, history, stop)
    status = replace(status, state=state, stage="scoring", seconds_left=None)
    run.write_status(status)
    card = export.export_best(run, dataset)
    return replace(status, stage="done", test_accuracy=card["scores"]["test_accuracy"], ended=runs.now())


def _load(run: Run, status: Status) -> data.Dataset:
    run.write_status(replace(status, stage="loading the digits"))

    def tell(name: str, received: int, size: int) -> None:
        run.write_status(replace(status, stage=f"downloading {name}", downloaded=received / size))

    # A run that was begun on the sample goes on with it, though MNIST may be at hand by now.
    return data.load(status.data or run.config.data, tell)


def _model_and_history(run: Run) -> tuple[keras.Model, list[metrics.Row]]:
    """The model to go on with, and the rows of the epochs that made it."""
    if not run.last_checkpoint.exists():
        metrics.keep_up_to(run.metrics_file, 0)
        return build(run.config), []
    model = keras.models.load_model(run.last_checkpoint)
    history = metrics.keep_up_to(run.metrics_file, int(model.optimizer.iterations))
    best = metrics.best(history)
    if best and best == metrics.epochs(history)[-1]:
        # The worker may have died between saving the last checkpoint and copying it as the best.
        copy_whole(run.last_checkpoint, run.best_checkpoint)
    return model, history


def _fit(
    run: Run, status: Status, model: keras.Model, dataset: data.Dataset, history: list[metrics.Row], stop: Stop
) -> tuple[Status, str]:
    config = run.config
    feed = Feed(dataset.train_images, dataset.train_labels, config.batch_size, config.seed)
    validation = as_input(dataset.validation_images), dataset.validation_labels
    with metrics.open_to_append(run.metrics_file) as stream:
        recorder = Recorder(stream, feed, history)
        reporter = Reporter(run, status, feed, recorder)
        callbacks = [Pace(config, feed), recorder, Checkpointer(run, recorder), reporter, StopListener(run, stop)]
        try:
            model.fit(
                feed,
                epochs=config.epochs,
                initial_epoch=len(metrics.epochs(history)),
                validation_data=validation,
                validation_batch_size=VALIDATION_BATCH,
                callbacks=callbacks,
                verbose=0,
                shuffle=False,
            )
        except StopRequested:
            stop.heard.set()
            status = replace(reporter.status, state="stopped", stage="scoring", seconds_left=None)
            run.write_status(status)
            return _keep_something(run, status, model, validation), "stopped"
    stop.heard.set()
    return reporter.status, "finished"


def _keep_something(run: Run, status: Status, model: keras.Model, validation: tuple) -> Status:
    """Where the stop came before the first epoch's end, the model as it is now is the best there is."""
    if run.best_checkpoint.exists():
        return status
    _, accuracy = model.evaluate(*validation, batch_size=VALIDATION_BATCH, verbose=0)
    save_whole(model, run.best_checkpoint)
    return replace(status, best_epoch=status.epoch, best_accuracy=accuracy)
