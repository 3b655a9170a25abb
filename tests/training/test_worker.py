"""Real runs by real workers, on the sample."""

import errno
import threading
import time
from dataclasses import replace

import keras
import pytest

from digitcore import runs
from digitcore.errors import ConfigError, DataError, RunError
from digitcore.runs import State, launch, lock, metrics, queue
from digitcore.training import __main__
from tests.conftest import tiny, wait_for

pytestmark = pytest.mark.usefixtures("no_worker_left")


def _batches(run) -> int:
    return sum(row.kind == "batch" for row in metrics.read(run.metrics_file))


def test_a_run_to_its_end(finished_run):
    status, rows = finished_run.status(), metrics.read(finished_run.metrics_file)
    assert (status.state, status.stage, status.data, status.error) == ("finished", "done", "sample", "")
    assert (status.epoch, status.batch, status.batches) == (2, 29, 29)
    assert [row.step for row in rows if row.kind == "batch"] == list(range(1, 59))
    assert [row.step for row in metrics.epochs(rows)] == [29, 58]
    assert status.best_accuracy == pytest.approx(metrics.best(rows).val_accuracy, abs=1e-6)
    assert status.test_accuracy > 0.7
    assert finished_run.best_checkpoint.exists() and finished_run.last_checkpoint.exists()
    assert finished_run.log_tail().startswith("epoch 1 of 2") and "epoch 2 of 2" in finished_run.log_tail()
    assert not (finished_run.folder / "reserve").exists()


def test_the_rows_of_an_epoch_average_to_its_own(finished_run):
    rows = metrics.read(finished_run.metrics_file)
    sizes = [128] * 28 + [3_667 - 28 * 128]
    for epoch in metrics.epochs(rows):
        batches = [row for row in rows if row.kind == "batch" and row.epoch == epoch.epoch]
        mean = sum(row.loss * size for row, size in zip(batches, sizes, strict=True)) / sum(sizes)
        assert mean == pytest.approx(epoch.loss, rel=1e-4)


def test_a_run_of_version_0_2_0_goes_on_by_its_own_rule(finished_run):
    old = finished_run.metrics_file.read_text().splitlines()
    finished_run.metrics_file.write_text("".join(f"{line.rpartition(',')[0]}\n" for line in old))
    assert finished_run.metrics_file.read_text().startswith("kind,step,epoch,loss,accuracy,learning_rate,val_loss,val_")
    launch.extend(finished_run, 2)
    wait_for(lambda: finished_run.status().state == "finished" and not finished_run.is_alive(), finished_run)
    rows = metrics.epochs(metrics.read(finished_run.metrics_file))
    assert [row.epoch for row in rows] == [1, 2, 3, 4]
    assert {row.val_calibrated_loss for row in rows} == {None}
    most_accurate = max(rows, key=lambda row: row.val_accuracy)
    assert finished_run.status().best_accuracy == pytest.approx(most_accurate.val_accuracy)


def test_a_stop_takes_effect_within_an_epoch_and_keeps_the_best():
    run = launch.start(tiny(epochs=50))
    # At an epoch's first step, which has delayed a stop before.
    wait_for(lambda: run.status().epoch == 2, run)
    run.request_stop()
    asked_in = run.status().epoch
    wait_for(lambda: run.status().state == "stopped", run)
    wait_for(lambda: not run.is_alive(), run)
    status = run.status()
    assert status.epoch - asked_in <= 1
    assert status.test_accuracy is not None
    assert _steps(run.best_checkpoint) == 29 * status.best_epoch
    assert status.best_epoch == metrics.best(metrics.read(run.metrics_file)).epoch


def test_a_stop_while_tensorflow_loads_takes_effect_before_it_has_loaded():
    run = launch.start(tiny())
    time.sleep(0.5)
    run.request_stop()
    wait_for(lambda: run.status().state == "stopped", run)
    wait_for(lambda: not run.is_alive(), run)
    assert run.status().batches == 0
    assert launch.resume(run).status().state in ("queued", "running")
    run.request_stop()
    wait_for(lambda: not run.is_alive(), run)


def test_a_stop_takes_effect_during_a_long_step():
    run = launch.start(tiny(network="classic", filters="64,64", batch_size=1024, epochs=5, dense_units=16))
    wait_for(lambda: run.status().stage == "training", run)
    time.sleep(0.5)
    run.request_stop()
    asked_at = run.written_status().batch
    wait_for(lambda: not run.is_alive(), run)
    assert run.status().state == "stopped" and run.written_status().batch - asked_at <= 1


def test_a_resumed_run_keeps_its_digits_and_drops_what_is_out_of_date(finished_run, monkeypatch):
    status = finished_run.written_status()
    finished_run.write_status(replace(status, state=State.STOPPED, seconds_left=3.0, downloaded=0.5, data="sample"))
    config = finished_run.folder / "config.json"
    config.write_text(
        config.read_text().replace('"data": "sample"', '"data": "mnist"').replace('"epochs": 2', '"epochs": 3')
    )
    launch.resume(finished_run)
    fresh = finished_run.written_status()
    assert (fresh.test_accuracy, fresh.seconds_left, fresh.downloaded) == (None, None, None)
    assert not finished_run.export_folder().exists()
    wait_for(lambda: finished_run.status().stage == "training", finished_run)
    assert finished_run.status().data == "sample"


def test_two_who_start_at_once_train_one_after_the_other():
    started = []
    threads = [threading.Thread(target=lambda: started.append(launch.start(tiny(epochs=50)))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs.every()) == len(started) == 5
    assert len(queue.waiting()) == 4
    assert [run.status().state for run in started] == ["queued"] * 5
    assert sum(run.is_alive() for run in started) == 1


def _steps(checkpoint) -> int:
    """How many steps the optimizer of a checkpoint has taken."""
    return int(keras.models.load_model(checkpoint).optimizer.iterations)


def test_a_finished_run_is_not_resumed(finished_run):
    with pytest.raises(RunError, match="is finished; only a run that is interrupted, stopped or failed can be resumed"):
        launch.resume(finished_run)


def test_a_full_disk_fails_the_run_with_a_plain_message_and_keeps_what_was_saved():
    run = launch.start(tiny(epochs=3))
    wait_for(lambda: run.status().best_epoch, run)
    # From here on every checkpoint is written to a device that is always full.
    (run.folder / "checkpoints" / "partial-last.keras").symlink_to("/dev/full")
    wait_for(lambda: not run.is_alive(), run)
    status = run.status()
    assert status.state == "failed", run.log_tail()
    assert status.error.startswith("The disk is full.")
    assert _steps(run.last_checkpoint) and metrics.epochs(metrics.read(run.metrics_file))


def test_a_failure_is_reported_in_one_line_with_its_traceback_in_the_log(monkeypatch, tmp_path):
    # Nobody answers at this proxy, so that MNIST cannot be had on a machine with internet either.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    run = launch.start(tiny(data="mnist"))
    wait_for(lambda: not run.is_alive(), run)
    status = run.status()
    assert status.state == "failed"
    assert "could not be downloaded" in status.error and "\n" not in status.error
    assert "Traceback" in run.log_tail(50)


def test_an_invalid_network_starts_nothing():
    with pytest.raises(ConfigError):
        launch.start(tiny(network="classic", filters=(4,) * 20))
    assert runs.every() == [] and lock.holder() is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (OSError("Can't write data (errno = 28, error message = 'x')"), "The disk is full."),
        (MemoryError(), "The machine ran out of memory."),
        (DataError("no digits"), "no digits"),
        (ValueError("odd\nand more"), "ValueError: odd"),
        (KeyError(), "KeyError: no message"),
    ],
)
def test_reasons(error, reason):
    assert __main__.reason(error).startswith(reason)
