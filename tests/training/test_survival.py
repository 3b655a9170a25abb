"""A run that is killed at any moment is the same run once it is resumed."""

import os
import random
import time
from pathlib import Path

import keras
import pytest

from digitcore.runs import Run, launch, lock, metrics, observations, queue
from digitcore.runs.processes import WORKER
from digitcore.runs.steering import CommandName, Event, EventName
from tests import processes
from tests.conftest import tiny, wait_for

pytestmark = pytest.mark.usefixtures("no_worker_left")

WHILE_LOADING = (1, 3)
"""The epochs in which it is killed a second time, when it has just been resumed."""
EPOCHS = 6
BATCHES = 29
ACTIVE_STAGES = ("training", "validating", "scoring")


def _start(name: str) -> Run:
    """Dropout, augmentation, rounded steps, averaged weights, a moving rate, and a rate set by hand in between."""
    changes = {"rotation": 8, "elastic": 0.5, "thickness": 0.3, "precision": "bfloat16", "averaging": 0.95}
    run = launch.start(tiny(filters="4,8", epochs=EPOCHS, **changes), name)
    # TensorFlow is still loading, so the events are there from the first step on, as in a run that is resumed.
    run.record(Event(70, 3, EventName.RATE, "0.002"))
    run.record(Event(120, 5, EventName.RATE, ""))
    return run


def _finish(run: Run) -> None:
    wait_for(lambda: not run.is_alive() and run.id not in queue.waiting(), run)
    assert run.status().state == "finished", run.log_tail()


def _kill(run: Run) -> None:
    """Kills the worker as a power cut would, and sees the run interrupted."""
    for process in processes.running(WORKER, run_id=run.id):
        process.kill()
    wait_for(lambda: run.status().state == "interrupted", run)
    assert lock.holder() is None


def _numbers(path: Path) -> bytes:
    """All numbers in a checkpoint, as bytes; the file itself contains the time at which it was saved."""
    model = keras.models.load_model(path)
    return b"".join(variable.numpy().tobytes() for variable in [*model.weights, *model.optimizer.variables])


def _expect_the_same(run: Run, undisturbed: Run) -> None:
    for name in ("metrics.csv", "observations.jsonl"):
        assert (run.folder / name).read_bytes() == (undisturbed.folder / name).read_bytes()
    assert _numbers(run.last_checkpoint) == _numbers(undisturbed.last_checkpoint)
    assert _numbers(run.best_checkpoint) == _numbers(undisturbed.best_checkpoint)
    for name in ("best_epoch", "best_accuracy", "test_accuracy"):
        assert getattr(run.written_status(), name) == getattr(undisturbed.written_status(), name)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that was never interrupted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITCORE_HOME", str(tmp_path_factory.mktemp("undisturbed")))
        run = _start("whole")
        _finish(run)
    return run


def _stop_within_the_first_epoch(run: Run) -> None:
    """Leaves a best checkpoint that ends no epoch, so that the run cannot be resumed from it."""
    # It pauses after its first step, however quick the machine is.
    run.ask(CommandName.PAUSE)
    wait_for(lambda: run.status().state == "paused", run)
    launch.stop(run)
    wait_for(lambda: not run.is_alive(), run)
    assert run.status().state == "stopped" and run.best_checkpoint.exists()
    assert run.status().test_accuracy is not None
    assert not run.last_checkpoint.exists()


def _damage(run: Run) -> int:
    """Flips one bit of the last checkpoint, as a failing disk would; returns the epoch that the checkpoint ends."""
    epoch = int(keras.models.load_model(run.last_checkpoint).optimizer.iterations) // BATCHES
    content = bytearray(run.last_checkpoint.read_bytes())
    content[len(content) // 2] ^= 1
    run.last_checkpoint.write_bytes(content)
    return epoch


def _steps(run: Run) -> int:
    """How many steps its metrics have."""
    return max((row.step for row in metrics.read(run.metrics_file)), default=0)


def _wait_for_step(run: Run, step: int) -> None:
    wait_for(lambda: _steps(run) >= step or not run.is_alive(), run)
    assert run.is_alive(), f"it ended before step {step}"


def test_a_run_stopped_at_once_killed_in_every_epoch_and_while_it_loads_and_damaged_is_the_same_run(undisturbed):
    seed = int(os.environ.get("SURVIVAL_SEED") or random.randrange(2**32))
    print(f"SURVIVAL_SEED={seed}")
    moments, damaged = random.Random(seed), None
    killed = _start("killed")
    _stop_within_the_first_epoch(killed)
    launch.resume(killed)
    for epoch in range(EPOCHS - 1):
        _wait_for_step(killed, epoch * BATCHES + moments.randint(1, BATCHES))
        _kill(killed)
        if not damaged and killed.previous_checkpoint.exists():
            damaged = _damage(killed)
        launch.resume(killed)
        if epoch in WHILE_LOADING:
            time.sleep(moments.uniform(0, 2))
            _kill(killed)
            launch.resume(killed)
    _finish(killed)
    assert [row.step for row in metrics.epochs(metrics.read(killed.metrics_file))] == [
        BATCHES * epoch for epoch in range(1, EPOCHS + 1)
    ]
    _expect_the_same(killed, undisturbed)
    reported = [event for event in killed.events() if event.name == "damaged"]
    assert {event.value for event in reported} >= {"last.keras"} and reported[0].epoch == damaged - 1


def test_a_run_whose_status_and_checkpoints_are_damaged_starts_over_on_the_same_digits(finished_run):
    finished = finished_run.metrics_file.read_text()
    for path in (finished_run.folder / "status.json", *finished_run.last_checkpoint.parent.iterdir()):
        path.write_bytes(b"")
    assert finished_run.status().state == "failed"
    launch.extend(finished_run, 1)
    wait_for(lambda: finished_run.status().epoch == 3, finished_run)
    status = finished_run.status()
    assert "started again from the beginning" in status.note
    assert (status.data, status.epochs) == ("sample", 3)
    assert finished_run.metrics_file.read_text().startswith(finished)
    assert len(observations.read(finished_run.observations_file)) == 2


def test_lost_metrics_are_reported_and_the_best_model_is_kept(finished_run):
    best = finished_run.best_checkpoint.read_bytes()
    finished_run.metrics_file.unlink()
    launch.extend(finished_run, 1)
    wait_for(lambda: finished_run.status().stage in ACTIVE_STAGES, finished_run)
    assert finished_run.status().note.startswith("Damaged: metrics.csv. The run was resumed from epoch 2")
    assert finished_run.best_checkpoint.read_bytes() == best
    launch.stop(finished_run)
