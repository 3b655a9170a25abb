import numpy as np
import pytest

from digitcore.runs import metrics
from digitcore.runs.metrics import Row


def _rows(batches: int = 10, epochs: int = 2) -> list[Row]:
    rows = []
    for epoch in range(1, epochs + 1):
        for batch in range(1, batches + 1):
            step = (epoch - 1) * batches + batch
            rows.append(Row("batch", step, epoch, 1 / step, 0.5, 0.001))
        rows.append(Row("epoch", epoch * batches, epoch, 0.3, 0.6, 0.001, 0.4 / epoch, 0.9, 0.35 / epoch))
    return rows


def _write(path, rows):
    with metrics.open_to_append(path) as stream:
        for row in rows:
            metrics.append(stream, row)


def test_what_is_written_is_read(tmp_path):
    _write(tmp_path / "metrics.csv", _rows())
    assert metrics.read(tmp_path / "metrics.csv") == _rows()


def test_a_line_that_is_still_being_written_is_left_out(tmp_path):
    path = tmp_path / "metrics.csv"
    _write(path, _rows())
    whole = path.read_bytes()
    for cut in range(1, 40):
        path.write_bytes(whole[:-cut])
        assert metrics.read(path) == _rows()[: len(metrics.read(path))]
    path.write_bytes(whole[:-1])
    assert metrics.read(path) == _rows()[:-1]


def test_a_damaged_line_ends_the_rows(tmp_path):
    path = tmp_path / "metrics.csv"
    _write(path, _rows())
    lines = path.read_bytes().split(b"\n")
    for damaged in (bytes(30), b"batch,5,1", b"batch,x,1,0.1,0.2,0.3,,,", b"batch,6,1,0.1,0.2,0.3,,,,", b"\xff\xfe"):
        path.write_bytes(b"\n".join([*lines[:6], damaged, *lines[7:]]))
        assert metrics.read(path) == _rows()[:5]


def test_epochs_are_read_without_the_batches(tmp_path):
    path = tmp_path / "metrics.csv"
    assert metrics.read_epochs(path) == []
    _write(path, _rows())
    assert metrics.read_epochs(path) == metrics.epochs(_rows())
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    assert metrics.read_epochs(path) == metrics.epochs(_rows())[:1]
    path.write_bytes(whole.replace(b"epoch,20,2", b"epoch,20,x"))
    assert metrics.read_epochs(path) == metrics.epochs(_rows())[:1]


def test_rows_after_a_step_are_removed(tmp_path):
    path = tmp_path / "metrics.csv"
    _write(path, _rows())
    assert metrics.truncate_after(path, 10) == metrics.read(path) == _rows()[:11]
    assert metrics.truncate_after(path, 0) == metrics.read(path) == []


def _finished(epoch: int, loss: float, accuracy: float, calibrated: float | None = None) -> Row:
    return Row("epoch", 10 * epoch, epoch, 0.3, 0.6, 0.001, loss, accuracy, calibrated)


def test_the_best_epoch_has_the_lowest_calibrated_loss():
    rows = [_finished(1, 0.1, 0.99, 0.05), _finished(2, 0.3, 0.97, 0.04), _finished(3, 0.2, 0.98, 0.06)]
    assert metrics.best(rows).epoch == 2
    assert metrics.best([]) is None and metrics.best(_rows(epochs=0)) is None


def test_without_that_the_best_epoch_has_the_highest_accuracy_and_then_the_lowest_loss():
    rows = [_finished(1, 0.1, 0.98), _finished(2, 0.4, 0.99), _finished(3, 0.3, 0.99), _finished(4, 0.2, 0.97)]
    assert metrics.best(rows).epoch == 3


def test_rows_of_version_0_2_0_are_read(tmp_path):
    path = tmp_path / "metrics.csv"
    _write(path, _rows())
    path.write_text("".join(f"{line.rpartition(',')[0]}\n" for line in path.read_text().splitlines()))
    expected = [row._replace(val_calibrated_loss=None) for row in _rows()]
    assert metrics.read(path) == expected and metrics.read_epochs(path) == metrics.epochs(expected)
    assert metrics.is_calibrated(_rows()) and not metrics.is_calibrated(expected)
    assert metrics.truncate_after(path, 10) == metrics.read(path) == expected[:11]


@pytest.mark.parametrize("count", [0, 1, 7, 300, 301, 8_590])
def test_a_curve_has_at_most_300_points(count):
    columns = metrics.columns(_rows(batches=count, epochs=1))
    steps, values = metrics.curve(columns["step"], columns["loss"], 0.9)
    assert len(steps) == len(values) == min(count, metrics.CURVE_POINTS)
    assert np.isfinite(values).all()


def test_smoothing_is_the_corrected_moving_average():
    rows = [Row("batch", step + 1, 1, loss, 0, 0) for step, loss in enumerate((4.0, 2.0, 6.0))]
    expected = [4.0, (0.5 * 4 + 2) / 1.5, (0.25 * 4 + 0.5 * 2 + 6) / 1.75]
    columns = metrics.columns(rows)
    np.testing.assert_allclose(metrics.curve(columns["step"], columns["loss"], 0.5)[1], expected)
    np.testing.assert_allclose(metrics.curve(columns["step"], columns["loss"], 0.0)[1], [4, 2, 6])


def test_a_follower_reads_what_is_new_and_starts_over_where_the_file_is_replaced(tmp_path):
    path = tmp_path / "metrics.csv"
    follower = metrics.Follower(path)
    assert follower.rows() == []
    _write(path, _rows()[:3])
    assert follower.rows() == _rows()[:3]
    with path.open("a") as stream:
        stream.write("batch,4,1,")
        stream.flush()
        assert follower.rows() == _rows()[:3]
        stream.write("0.25,0.5,0.001,,,\n")
    assert follower.rows() == _rows()[:4]
    metrics.truncate_after(path, 2)
    assert follower.rows() == _rows()[:2]
    rows = [row._replace(loss=9.0) for row in _rows()]
    partial = tmp_path / "other.csv"
    _write(partial, rows)
    # Written into the same file, as where the disk gives a new file the old one's number.
    path.write_bytes(partial.read_bytes())
    assert follower.rows() == rows
    path.unlink()
    assert follower.rows() == []
