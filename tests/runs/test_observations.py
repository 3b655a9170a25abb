import numpy as np
import pytest

from digitcore.runs import observations
from digitcore.runs.observations import Observation

SEEN = Observation(29, 1, np.eye(10, dtype=int).tolist(), np.full((12, 10), 0.1).tolist())


def test_what_is_appended_is_read_and_taken_back(tmp_path):
    path = tmp_path / "observations.jsonl"
    assert observations.read(path) == []
    later = Observation(58, 2, SEEN.confusion, SEEN.watched, "abc", [0.1] * 10)
    for seen in (SEEN, later):
        observations.append(path, seen)
    assert observations.read(path) == [SEEN, later]
    observations.truncate_after(path, 29)
    assert observations.read(path) == [SEEN]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"step": 1}', '{"step": 1, "epoch": 1, "confusion": null, "watched": []}']
)
def test_a_damaged_line_ends_them(tmp_path, line):
    path = tmp_path / "observations.jsonl"
    observations.append(path, SEEN)
    with path.open("a") as stream:
        stream.write(line + "\n")
    assert observations.read(path) == [SEEN]


def test_watched_digits_are_each_once_and_two_twice(tmp_path):
    labels = np.repeat(np.arange(10), 3)
    places = observations.choose_watched(labels)
    assert len(set(places)) == 12
    assert sorted(labels[places]) == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 9]
    path = tmp_path / "watched.npz"
    assert observations.read_watched(path) is None
    images = np.arange(12 * 784, dtype=np.uint8).reshape(12, 28, 28)
    observations.save_watched(path, images, labels[places])
    saved, named = observations.read_watched(path)
    assert (saved == images).all() and (named == labels[places]).all()
    whole = path.read_bytes()
    for damaged in (b"", whole[:100], whole[:200] + b"x" + whole[201:]):
        path.write_bytes(damaged)
        observations.read_watched(path)
