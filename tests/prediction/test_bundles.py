import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from digitcore import settings
from digitcore.errors import BundleError
from digitcore.prediction import Engine, open_all, open_bundle
from digitcore.prediction.bundles import names
from digitcore.recipes import presets


def _copy(change: Callable[[Path], object] = lambda folder: None) -> None:
    """A copy of the default bundle named 'copy', changed."""
    folder = settings.models_folder() / "copy"
    shutil.copytree(settings.models_folder() / "default", folder)
    change(folder)


def _edit(**changes: object) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        card = json.loads((folder / "card.json").read_text())
        (folder / "card.json").write_text(json.dumps(card | changes))

    return change


def _append(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + b"x")


def test_the_default_bundle_opens_and_comes_first():
    _copy()
    assert names() == ["default", "copy"]
    assert "99." in open_bundle("default").summary()


def test_the_default_bundle_is_as_good_as_the_project_promises():
    card = open_bundle("default").card
    assert card["command"] == "python -m digitcore train --preset accurate"
    assert card["recipe"] == json.loads(json.dumps(presets.preset("accurate").to_dict()))
    assert card["scores"]["test_accuracy_mnist"] >= 0.992 and card["scores"]["test_accuracy_pen"] >= 0.985
    assert any("CC BY 4.0" in source for source in card["data"]["sources"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_append("model.tflite"), "model.tflite does not match its card"),
        (_append("model.keras"), "model.keras does not match its card"),
        (lambda folder: (folder / "model.tflite").unlink(), "model.tflite cannot be read"),
        (lambda folder: (folder / "card.json").write_text("{"), "card.json is invalid"),
        (lambda folder: (folder / "card.json").write_text("[]"), "card.json is invalid"),
        (lambda folder: (folder / "card.json").write_bytes(b"\xff\xfe"), "card.json is invalid"),
        (_edit(format=99), "format 99, not 1"),
        (_edit(input={"shape": [32, 32, 3]}), r"its input shape is \[32, 32, 3\]"),
        (_edit(input=None), "card.json is invalid"),
        (_edit(sha256={}), "checksums are missing"),
        (_edit(temperature=0), "temperature or rejection threshold"),
        (_edit(temperature="warm"), "card.json is invalid"),
        (_edit(scores={}), "card.json is invalid"),
        (_edit(scores={"test_accuracy": "0.99"}), "invalid scores.test_accuracy '0.99'"),
        (_edit(command=None), "invalid command 'None'"),
    ],
)
def test_a_damaged_or_foreign_bundle_is_rejected_and_the_others_open(change, reason):
    _copy(change)
    with pytest.raises(BundleError, match=reason) as caught:
        open_bundle("copy")
    assert "\n" not in str(caught.value)
    opened, rejected = open_all()
    assert [bundle.name for bundle in opened] == ["default"]
    assert rejected == [str(caught.value)]


def test_a_card_cannot_name_files_outside_its_folder():
    sums = {"model.keras": "", "model.tflite": "", "../../secret": ""}
    _copy(_edit(sha256=sums))
    with pytest.raises(BundleError, match="outside its folder"):
        open_bundle("copy")


def test_a_network_that_litert_cannot_run_is_rejected():
    def change(folder: Path) -> None:
        (folder / "model.tflite").write_bytes(b"no network")
        card = json.loads((folder / "card.json").read_text())
        sums = card["sha256"] | {"model.tflite": hashlib.sha256(b"no network").hexdigest()}
        _edit(sha256=sums)(folder)

    _copy(change)
    with pytest.raises(BundleError, match="model 'copy' is rejected"):
        Engine(open_bundle("copy"))


@pytest.mark.parametrize("name", ["nope", "..", "", "../default"])
def test_an_unknown_model_is_rejected_with_those_that_there_are(name):
    with pytest.raises(BundleError, match="unknown model .*; there are default"):
        open_bundle(name)
