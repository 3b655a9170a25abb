"""The queue of runs that wait, and its keeper, with real workers."""

import os
import threading
from dataclasses import replace

import pytest

from digitcore import runs, settings
from digitcore.errors import RunError
from digitcore.runs import State, launch, lock, queue, trash
from digitcore.runs.processes import QUEUE_KEEPER, WORKER
from tests import processes, run_folders
from tests.conftest import tiny, wait_for

SMALL = {"filters": "4,4", "epochs": 1}


def test_the_queue_is_changed_as_a_whole():
    assert queue.waiting() == []

    def join(number: int) -> None:
        for part in range(20):
            with queue.changing() as names:
                names.append(f"{number}-{part}")

    threads = [threading.Thread(target=join, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(queue.waiting()) == len(set(queue.waiting())) == 80


def test_runs_move_and_leave():
    with queue.changing() as names:
        names += ["a", "b", "c"]
    queue.move("c", 1)
    queue.move("a", 99)
    queue.move("gone", 1)
    assert queue.waiting() == ["c", "b", "a"]
    assert queue.remove("b") and not queue.remove("b")
    assert queue.waiting() == ["c", "a"]


@pytest.mark.parametrize("text", ["", "{", "{}", "[1, null]"])
def test_a_damaged_queue_is_an_empty_one(text):
    settings.home().mkdir(parents=True)
    (settings.home() / "queue.json").write_text(text)
    assert queue.waiting() == []


def test_others_wait_in_order_are_reordered_and_cancelled_and_train_when_their_turn_comes(no_worker_left):
    first = launch.start(tiny(**SMALL | {"epochs": 300}), "one")
    second, third, fourth = (launch.start(tiny(**SMALL), name) for name in ("two", "three", "four"))
    assert first.is_alive()
    assert queue.waiting() == ["two", "three", "four"]
    assert second.status().state == "queued"
    queue.move("four", 1)
    launch.stop(third)
    assert third.status().state == "stopped"
    with pytest.raises(RunError, match="run 'three' is stopped; there is nothing to stop"):
        launch.stop(third)
    launch.stop(first)
    wait_for(lambda: second.status().state == "running", second)
    starts = [run.written_status().started for run in (first, fourth, second)]
    assert starts == sorted(starts) and len(set(starts)) == 3
    assert queue.waiting() == []
    wait_for(lambda: lock.holder("keeper") is None, second)
    assert first.status().state == "stopped" and fourth.status().state == "finished"


def test_neither_killed_workers_nor_a_killed_keeper_block_the_queue(no_worker_left):
    first, second = launch.start(tiny(epochs=50), "one"), launch.start(tiny(**SMALL), "two")
    wait_for(lambda: lock.holder("keeper"), first)
    (keeper,) = processes.running(QUEUE_KEEPER)
    keeper.kill()
    wait_for(lambda: lock.holder("keeper") is None, first)
    # Whoever opens a page makes sure that the queue has a keeper again.
    launch.advance()
    wait_for(lambda: lock.holder("keeper"), first)
    (worker,) = processes.running(WORKER, run_id="one")
    worker.kill()
    wait_for(lambda: first.status().state == "interrupted", first)
    wait_for(second.is_alive, second)


def test_the_keeper_purges_old_trash(no_worker_left):
    removed, recent = (trash.remove(run_folders.make(name)) for name in ("old", "recent"))
    os.utime(removed.folder.parent, (0, 0))
    with lock.taken() as training_lock:
        lock.name_holder(training_lock, "another")
        run = launch.start(tiny(**SMALL), "waits")
        wait_for(lambda: not removed.folder.parent.exists(), run)
    assert recent.folder.exists()
    wait_for(run.is_alive, run)


def test_two_who_resume_at_once_resume_it_once(finished_run, no_worker_left):
    finished_run.write_status(replace(finished_run.written_status(), state=State.STOPPED))
    messages = []

    def resume() -> None:
        try:
            launch.resume(finished_run)
        except RunError as error:
            messages.append(str(error))

    threads = [threading.Thread(target=resume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(messages) == 3
    assert queue.waiting() == [] and finished_run.is_alive()


def test_a_run_whose_folder_is_gone_is_skipped(no_worker_left):
    with queue.changing() as names:
        names.append("gone")
    run = launch.start(tiny(**SMALL))
    assert run.is_alive() and queue.waiting() == []
    assert [listed.id for listed in runs.every()] == [run.id]


def test_a_run_that_leaves_the_queue_is_what_it_was(finished_run, no_worker_left):
    before, exported = finished_run.written_status(), finished_run.export_folder() / "card.json"
    first = launch.start(tiny(epochs=50), "one")
    launch.extend(finished_run, 5)
    assert (finished_run.status().state, finished_run.status().stage) == ("queued", "waiting")
    launch.stop(finished_run)
    assert finished_run.status() == before and exported.exists()
    assert [event.name for event in finished_run.events()] == ["begin"]
    launch.extend(finished_run, 3)
    launch.stop(first)
    wait_for(lambda: finished_run.status().epochs == 5, finished_run)


def test_a_stop_at_the_moment_of_the_start_is_not_lost(no_worker_left, monkeypatch):
    make_ready = launch._make_ready

    def stop_first(run):
        launch.stop(run)
        make_ready(run)

    monkeypatch.setattr(launch, "_make_ready", stop_first)
    run = launch.start(tiny(epochs=300), "stopped")
    wait_for(lambda: not run.is_alive(), run)
    assert run.status().state == "stopped"


def test_a_run_that_cannot_be_started_does_not_block_the_others(finished_run, no_worker_left):
    first = launch.start(tiny(epochs=50), "one")
    launch.extend(finished_run, 1)
    last = launch.start(tiny(epochs=50), "last")
    finished_run.log_file.unlink()
    finished_run.log_file.mkdir()
    launch.stop(first)
    wait_for(last.is_alive, last)
    assert finished_run.written_status().state == "failed"
    assert finished_run.written_status().error == "not started: Is a directory"


def test_a_full_disk_leaves_no_incomplete_run(monkeypatch):
    def full(*words: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(queue, "write_whole", full)
    with pytest.raises(RunError, match="the run cannot be started: No space left on device"):
        launch.start(tiny(), "one")
    assert runs.every() == []
