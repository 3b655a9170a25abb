"""A run at one moment: what it is, and that each of its files is read once."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from digitcore import runs
from digitcore.runs import State, lock, observations, pinned_drawing, queue, snapshot
from digitcore.runs.remedies import Trouble
from digitcore.runs.snapshot import Snapshot
from digitcore.runs.status import Stage
from digitcore.runs.steering import Event, EventName
from tests import opened_files, run_folders
from tests.conftest import tiny


def _read_all(now: Snapshot) -> None:
    """Everything that a page may show of a run, twice."""
    for _ in range(2):
        _ = now.rows, now.finished_epochs, now.observations, now.watched, now.log, now.pinned, now.config
        _ = now.rate_by_hand, now.can_be_steered, now.can_be_stopped, now.is_in_last_epoch, now.remedy()


def _run() -> runs.Run:
    run = run_folders.make("whole")
    run_folders.observe(run, 7)
    observations.save_watched(run.watched_file, np.zeros((12, 28, 28), np.uint8), np.zeros(12, int))
    run.record(Event(10, 1, EventName.RATE, "0.002"))
    run.log_file.write_text("epoch 1\n")
    pinned_drawing.pin(np.full((28, 28), 200, np.uint8))
    with queue.changing() as ids:
        ids.append("another")
    with lock.taken():
        pass
    return runs.by_id(run.id)


def test_each_file_is_opened_once_and_none_for_what_is_not_shown():
    run = _run()
    with opened_files.counted() as opened:
        now = snapshot.take(run)
        assert opened == {"queue.json": 1, "training.lock": 1, "status.json": 1, "events.csv": 1}
        _read_all(now)
    figures = ("config.json", "metrics.csv", "observations.jsonl", "watched.npz", "log.txt", "pinned.png")
    assert opened == {"queue.json": 1, "training.lock": 1, "status.json": 1, "events.csv": 1} | dict.fromkeys(
        figures, 1
    )


def test_the_queue_is_read_once():
    run = _run()
    with queue.changing() as ids:
        ids[:] = [run.id]
    with opened_files.counted() as opened:
        now = snapshot.take_queue()
    assert now.waiting == [(run, "whole")] and now.training is None
    assert max(opened.values()) == 1


def test_a_run_that_waits_knows_its_place():
    run = run_folders.make("second")
    with queue.changing() as ids:
        ids[:] = ["first", run.id]
    now = snapshot.take(run)
    assert now.queue_place == 2 and now.status.state is State.QUEUED and not now.is_alive


@pytest.mark.parametrize(
    ("prepare", "state"),
    [(lambda run: None, State.INTERRUPTED), (lambda run: run.request_stop(), State.STOPPED)],
    ids=["killed", "stopped"],
)
def test_a_run_whose_worker_is_gone_has_the_status_that_the_run_gives_itself(
    prepare: Callable[[runs.Run], None], state: State
):
    run = runs.create(tiny(), "gone")
    run.write_status(replace(run.written_status(), state=State.RUNNING, stage=Stage.TRAINING))
    prepare(run)
    now = snapshot.take(run)
    assert now.status.state is state and now.status == run.status() and not now.can_be_steered


def test_a_run_that_trains_can_be_steered_until_it_is_asked_to_stop():
    run = runs.create(tiny(), "busy")
    run.write_status(replace(run.written_status(), state=State.RUNNING, stage=Stage.TRAINING, epoch=1, epochs=2))
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, run.id)
        now = snapshot.take(run)
        assert now.is_alive and now.can_be_steered and now.can_be_stopped and not now.is_in_last_epoch
        run.request_stop()
        now = snapshot.take(run)
        assert now.stop_requested and not now.can_be_steered and not now.can_be_stopped


def test_the_remedy_is_a_lower_rate_from_the_last_finished_epoch_where_there_is_a_checkpoint():
    run = run_folders.make("sick")
    run.write_status(replace(run.written_status(), trouble=Trouble.NAN))
    assert snapshot.take(run).remedy().epoch == 0
    run.last_checkpoint.touch()
    remedy = snapshot.take(run).remedy()
    assert remedy.epoch == 2 and remedy.rate < run.config.learning_rate
