"""Every test gets a home and a models folder of its own; one small real run serves all that need one."""

import ast
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from digitcore import runs, settings
from digitcore.data import pen_pictures, unipen
from digitcore.recipes import presets
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, launch, publish, queue
from digitcore.runs.processes import WORKER
from tests import pen_file, processes

PATIENCE_SECONDS = 120
SLOW_IMPORTS = ("keras", "tensorflow", "digitcore.training", "streamlit.testing", "playwright")
SLOW_FIXTURES = {"finished_home", "no_worker_left", "site_packages"}
"""A test is slow whose file imports one of those, or that asks for one of these fixtures; others are marked singly."""
TINY = {"data": "sample", "epochs": 2, "batch_size": 128, "learning_rate": 0.004, "precision": "float32"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Without the slow tests, their files are not even imported: TensorFlow alone takes seconds."""
    return True if config.getoption("markexpr") == "not slow" and _is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is slow, in this one place."""
    for item in items:
        if _is_slow(item.path) or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")


@cache
def _is_slow(path: Path) -> bool:
    return path.suffix == ".py" and (
        path.parent.name == "browser" or any(name.startswith(SLOW_IMPORTS) for name in _imports(path))
    )


def _imports(path: Path) -> list[str]:
    """What the file imports for all of its tests, as "package.module.name"."""
    body = ast.parse(path.read_text()).body
    plain = [alias.name for node in body if isinstance(node, ast.Import) for alias in node.names]
    named = [(node.module, alias.name) for node in body if isinstance(node, ast.ImportFrom) for alias in node.names]
    return [*plain, *(f"{module}.{name}" for module, name in named)]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the user's runs, or leaves one behind."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "default").symlink_to(settings.PROJECT / "models" / "default")
    monkeypatch.setenv("DIGITCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIGITCORE_MODELS", str(models))
    monkeypatch.delenv("DIGITCORE_DATA", raising=False)


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one finished run of two epochs on the sample, trained by a real worker."""
    home = tmp_path_factory.mktemp("finished") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITCORE_HOME", str(home))
        run = launch.start(tiny(), "finished")
        wait_for(lambda: not run.is_alive(), run)
        assert run.status().state == "finished", run.log_tail()
    return home


@pytest.fixture
def finished_run(finished_home: Path) -> Run:
    """A copy of the finished run, in the test's own home."""
    shutil.copytree(finished_home, settings.home())
    return runs.by_id("finished")


@pytest.fixture
def old_bundle(finished_run: Run) -> str:
    """The name of a bundle as they were made before they told what is inside."""
    # Here, as it imports TensorFlow, which most tests do without.
    from digitcore.training.keras_model import load_to_read

    folder = publish.publish(finished_run, "old")
    load_to_read(finished_run.best_checkpoint).export(folder / "model.tflite", format="litert", verbose=False)
    card = json.loads((folder / "card.json").read_text())
    files = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in ("model.keras", "model.tflite")}
    kept = {name: value for name, value in card.items() if name not in ("layers", "answers_from")}
    (folder / "card.json").write_text(json.dumps(kept | {"sha256": files}))
    return folder.name


@pytest.fixture
def few_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file of pen digits; each is drawn twice for training, beside 400 scribbles."""
    pen_file.install(tmp_path, monkeypatch)
    monkeypatch.setattr(pen_pictures, "HANDS", 2)
    monkeypatch.setattr(pen_pictures, "SCRIBBLES", 400)


@pytest.fixture
def no_worker_left() -> Iterator[None]:
    """Ends whatever the test left at work or in line."""
    yield
    with queue.changing() as names:
        names.clear()
    for process in processes.running(WORKER):
        process.kill()
        process.wait()


def tiny(**changes: object) -> TrainingConfig:
    """A recipe of a few seconds on the sample."""
    return TrainingConfig.of(TINY | changes, presets.preset("fast"))


def wait_for(happened: Callable[[], object], run: Run) -> None:
    """Waits until something is so; fails with the run's log where it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain; {run.status()}\n{run.log_tail()}")
        time.sleep(0.02)


def real_mnist() -> str:
    """The folders that DIGITCORE_DATA named when the tests were started, or nothing."""
    return _DATA


def real_pen() -> str:
    """The same, where the pen digits are in one of them."""
    folders = map(Path, _DATA.split(os.pathsep) if _DATA else ())
    return _DATA if any(list(folder.glob("pendigits*")) for folder in folders) else ""


def real_unipen() -> str:
    """The same, where UNIPEN's distribution is in one of them."""
    folders = map(Path, _DATA.split(os.pathsep) if _DATA else ())
    return _DATA if any((folder / unipen.NAME).is_dir() for folder in folders) else ""


_DATA = os.environ.get("DIGITCORE_DATA", "")
