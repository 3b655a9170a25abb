"""Deleted runs come back until they are purged."""

import pytest

from digitcore import runs, settings
from digitcore.errors import RunError
from digitcore.runs import catalogue, description, lock, trash
from tests import run_folders
from tests.conftest import tiny


def test_a_removed_run_can_come_back_until_it_is_purged():
    run = run_folders.make("plain")
    description.rename(run, "Plain")
    files = sorted(path.name for path in run.folder.iterdir())
    removed = trash.remove(run)
    assert catalogue.entries() == [] and not run.folder.exists() and removed.name == "Plain"
    assert trash.restore(removed) == run
    assert sorted(path.name for path in run.folder.iterdir()) == files
    removed = trash.remove(run)
    trash.purge(removed)
    assert list((settings.home() / "trash").iterdir()) == []
    with pytest.raises(RunError, match="cannot come back"):
        trash.restore(removed)


def test_two_runs_of_one_name_can_lie_in_the_trash():
    first = trash.remove(run_folders.make("plain", 0.9))
    trash.remove(run_folders.make("plain", 0.8))
    trash.restore(first)
    assert catalogue.entries()[0].best_accuracy == 0.9


def test_a_run_does_not_come_back_over_another():
    removed = trash.remove(run_folders.make("plain", 0.9))
    run_folders.make("plain", 0.8)
    with pytest.raises(RunError, match="there is another of that name"):
        trash.restore(removed)
    assert catalogue.entries()[0].best_accuracy == 0.8


def test_a_run_at_work_is_not_removed():
    run = runs.create(tiny(), "busy")
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, run.id)
        with pytest.raises(RunError, match="still at work; stop it"):
            trash.remove(run)
    assert run.folder.exists()


def test_a_run_that_is_gone_is_not_removed():
    with pytest.raises(RunError, match="not there any more"):
        trash.remove(runs.by_id("gone"))


def test_only_what_has_lain_long_in_the_trash_is_purged():
    removed = trash.remove(run_folders.make("plain"))
    trash.purge_old()
    assert removed.folder.exists()
    trash.purge_old(days=0)
    assert not removed.folder.exists()
