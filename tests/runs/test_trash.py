"""Deleted runs can be restored until they are purged."""

import pytest

from digitcore import runs, settings
from digitcore.errors import RunError
from digitcore.runs import catalogue, description, lock, trash
from tests import run_folders
from tests.conftest import tiny


def test_a_deleted_run_can_be_restored_until_it_is_purged():
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
    with pytest.raises(RunError, match="cannot be restored"):
        trash.restore(removed)


def test_two_runs_of_one_name_can_be_in_the_trash():
    first = trash.remove(run_folders.make("plain", 0.9))
    trash.remove(run_folders.make("plain", 0.8))
    trash.restore(first)
    assert catalogue.entries()[0].best_accuracy == 0.9


def test_a_run_is_not_restored_over_another():
    removed = trash.remove(run_folders.make("plain", 0.9))
    run_folders.make("plain", 0.8)
    with pytest.raises(RunError, match="there is another run 'plain'"):
        trash.restore(removed)
    assert catalogue.entries()[0].best_accuracy == 0.8


def test_an_active_run_is_not_deleted():
    run = runs.create(tiny(), "busy")
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, run.id)
        with pytest.raises(RunError, match="still active; stop it"):
            trash.remove(run)
    assert run.folder.exists()


def test_a_run_that_no_longer_exists_is_not_deleted():
    with pytest.raises(RunError, match="no longer exists"):
        trash.remove(runs.by_id("gone"))


def test_only_old_trash_is_purged():
    removed = trash.remove(run_folders.make("plain"))
    trash.purge_old()
    assert removed.folder.exists()
    trash.purge_old(days=0)
    assert not removed.folder.exists()
