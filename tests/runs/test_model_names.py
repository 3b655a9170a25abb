import json
import shutil

import pytest

from digitcore import settings
from digitcore.prediction import open_bundle
from digitcore.prediction.bundles import display_names
from digitcore.runs import Run, description, publish


def _titles(*names: str) -> list[str]:
    return [open_bundle(name).display_name for name in names]


def test_a_model_is_called_as_its_run_is_whenever_that_is_renamed(finished_run):
    assert publish.publish_once(finished_run) == "finished"
    assert publish.publish_once(finished_run, "last") == "finished-last"
    assert _titles("finished", "finished-last") == ["finished", "finished-last"]
    for name in ("Größe *1*", "another"):
        description.rename(finished_run, name)
        assert _titles("finished", "finished-last") == [name, f"{name}-last"]
    description.rename(finished_run, "")
    assert _titles("finished", "finished-last") == ["finished", "finished-last"]


def test_a_run_with_a_name_of_its_own_makes_a_model_of_that_name(finished_run):
    description.rename(finished_run, "Zwölf")
    assert publish.publish_once(finished_run) == "finished"
    assert open_bundle("finished").display_name == "Zwölf"
    about = settings.model_folder("finished") / "about.json"
    assert json.loads(about.read_text()) == {"name": "Zwölf"}
    assert "about.json" not in open_bundle("finished").card["sha256"]


@pytest.mark.parametrize("name", ["mine", "finished"])
def test_a_model_that_was_given_a_name_keeps_it(finished_run, name):
    publish.publish(finished_run, name)
    description.rename(finished_run, "another")
    assert open_bundle(name).display_name == name


def test_a_model_of_an_earlier_version_follows_its_run_too(finished_run):
    shutil.copytree(finished_run.export_folder(), settings.models_folder() / "finished")
    description.rename(finished_run, "another")
    assert open_bundle("finished").display_name == "another"


def test_what_another_run_made_is_not_renamed(finished_run):
    """Neither one whose id begins alike, nor one of the same id that was deleted since."""
    other = Run(shutil.copytree(finished_run.folder, finished_run.folder.parent / "finished-2"))
    for run in (finished_run, other):
        card = run.export_folder() / "card.json"
        card.write_text(json.dumps(json.loads(card.read_text()) | {"run": run.id}))
        publish.publish_once(run)
    description.rename(finished_run, "another")
    assert _titles("finished", "finished-2") == ["another", "finished-2"]
    recipe = finished_run.folder / "config.json"
    recipe.write_text(json.dumps(json.loads(recipe.read_text()) | {"created": "2999-01-01T00:00:00+00:00"}))
    description.rename(finished_run, "a new one")
    assert _titles("finished") == ["another"]


@pytest.mark.parametrize("text", ["{", "[]", "\xff", "{}", '{"name": ""}'])
def test_a_damaged_about_json_is_passed_over(finished_run, text):
    publish.publish_once(finished_run)
    (settings.model_folder("finished") / "about.json").write_bytes(text.encode("latin-1"))
    assert open_bundle("finished").display_name == "finished"


def test_a_name_that_two_models_have_is_followed_by_the_folders(finished_run):
    publish.publish_once(finished_run)
    publish.publish(finished_run, "mine")
    description.rename(finished_run, "mine")
    bundles = [open_bundle(name) for name in ("default", "finished", "mine")]
    assert display_names(bundles) == {"default": "default", "finished": "mine (finished)", "mine": "mine"}
