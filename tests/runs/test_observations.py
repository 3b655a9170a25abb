import numpy as np
import pytest

from digitcore.runs import observations
from digitcore.runs.observations import Observation

FIRST = Observation(29, 1, np.eye(10, dtype=int).tolist(), np.full((12, 10), 0.1).tolist())


def test_what_is_appended_is_read_and_removed_again(tmp_path):
    path = tmp_path / "observations.jsonl"
    assert observations.read(path) == []
    later = Observation(58, 2, FIRST.confusion, FIRST.watched, "abc", [0.1] * 10)
    for observation in (FIRST, later):
        observations.append(path, observation)
    assert observations.read(path) == [FIRST, later]
    observations.truncate_after(path, 29)
    assert observations.read(path) == [FIRST]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"step": 1}', '{"step": 1, "epoch": 1, "confusion": null, "watched": []}']
)
def test_a_damaged_line_ends_them(tmp_path, line):
    path = tmp_path / "observations.jsonl"
    observations.append(path, FIRST)
    with path.open("a") as stream:
        stream.write(line + "\n")
    assert observations.read(path) == [FIRST]


def test_each_digit_is_watched_once_and_two_of_them_twice(tmp_path):
    labels = np.repeat(np.arange(10), 3)
    indices = observations.choose_watched(labels)
    assert len(set(indices)) == 12
    assert sorted(labels[indices]) == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 9]
    path = tmp_path / "watched.npz"
    assert observations.read_watched(path) is None
    images = np.arange(12 * 784, dtype=np.uint8).reshape(12, 28, 28)
    observations.save_watched(path, images, labels[indices])
    saved_images, saved_labels = observations.read_watched(path)
    assert (saved_images == images).all() and (saved_labels == labels[indices]).all()
    whole = path.read_bytes()
    for damaged in (b"", whole[:100], whole[:200] + b"x" + whole[201:]):
        path.write_bytes(damaged)
        observations.read_watched(path)
