import json
import os
import shutil
from pathlib import Path

import pytest

from digitcore import settings
from digitcore.errors import BundleError
from digitcore.prediction import open_bundle
from digitcore.prediction.bundles import names
from digitcore.runs import processes, publish

SHIPPED = settings.PROJECT / "models" / "default"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with the shipped model, and nothing that says where models are."""
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "models" / "default").symlink_to(SHIPPED)
    monkeypatch.setattr(settings, "PROJECT", project)
    monkeypatch.delenv("DIGITCORE_MODELS")
    return project


def test_the_folder_that_is_named_is_the_only_one(tmp_path):
    assert settings.models_folders() == [settings.models_folder()] == [tmp_path / "models"]


def test_new_models_lie_in_the_home_beside_those_that_ship(project, finished_run):
    made = publish.publish(finished_run, "mine")
    assert made == settings.home() / "models" / "mine"
    assert os.listdir(project / "models") == ["default"]
    assert names() == ["default", "mine"]
    assert open_bundle("mine").folder == made and open_bundle("default").folder.parent == project / "models"


def test_a_model_of_an_earlier_version_opens_and_keeps_its_name_for_itself(project, finished_run):
    shutil.copytree(SHIPPED, project / "models" / "older")
    assert open_bundle("older").folder == project / "models" / "older"
    for taken in ("older", "default"):
        with pytest.raises(BundleError, match=f"there is a model '{taken}' already"):
            publish.publish(finished_run, taken)


def test_a_run_that_an_earlier_version_put_to_work_is_not_put_to_work_twice(project, finished_run):
    shutil.copytree(finished_run.export_folder(), project / "models" / "finished")
    assert publish.publish_once(finished_run) == "finished"
    card = finished_run.export_folder() / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"created": "later"}))
    assert publish.publish_once(finished_run) == "finished-2"
    assert (settings.home() / "models" / "finished-2").is_dir()


@pytest.mark.parametrize("named", [None, "", "some/models"])
def test_a_process_that_is_started_elsewhere_means_the_same_folders(named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if named is None:
        monkeypatch.delenv("DIGITCORE_MODELS")
    else:
        monkeypatch.setenv("DIGITCORE_MODELS", named)
    here = settings.models_folders(), settings.models_folder()
    environment = processes.environment()
    monkeypatch.chdir("/")
    monkeypatch.delenv("DIGITCORE_MODELS", raising=False)
    for name in environment.keys() & {"DIGITCORE_MODELS", "DIGITCORE_HOME"}:
        monkeypatch.setenv(name, environment[name])
    assert (settings.models_folders(), settings.models_folder()) == here
