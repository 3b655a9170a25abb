from pathlib import Path

import pytest

from digitcore.runs import disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def test_a_file_is_replaced_and_its_copy_is_not(folder):
    last, best = folder / "last", folder / "best"
    disk.write_whole(last, "1", durable=True)
    disk.copy_whole(last, best)
    disk.write_whole(last, "2")
    assert (last.read_text(), best.read_text()) == ("2", "1")
    disk.copy_whole(last, best)
    assert best.read_text() == "2"
    assert sorted(path.name for path in folder.iterdir()) == ["best", "last"]


def test_a_disk_without_links_gets_a_copy(folder, monkeypatch):
    def no_links(*words: object) -> None:
        raise OSError("no links")

    monkeypatch.setattr(disk.os, "link", no_links)
    disk.write_whole(folder / "last", "1")
    disk.copy_whole(folder / "last", folder / "best")
    assert (folder / "best").read_text() == "1"


@pytest.mark.parametrize("durable", [False, True])
def test_what_cannot_be_written_leaves_the_old_one(folder, monkeypatch, durable):
    disk.write_whole(folder / "file", "old")

    def fail(*words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        disk.write_whole(folder / "file", "new", durable)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("file", "old")]
