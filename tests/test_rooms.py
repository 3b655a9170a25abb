"""The walls of the house, held over the real imports. They name no page and no module: a new one is covered at once."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from digitcore import settings

LAYERS = [
    {"errors"},
    {"settings", "model_format", "naming"},
    {"preprocessing"},
    {"data"},
    {"prediction", "recipes"},
    {"evaluation", "runs"},
    {"ui", "commands", "training"},
    {"__main__"},
]
"""The rooms from the ground up: one knows those below it, and none beside it."""
FORBIDDEN = {"training": {"prediction", "evaluation"}}
"""What a room does without, though it is below it: a bundle's contract is all that writer and reader share."""
STARTED_BY_NAME = "training"
HEAVY = {"tensorflow", "keras", "jax", "torch"}
PACKAGE, PAGES = settings.PROJECT / "digitcore", settings.PROJECT / "pages"
FILES = sorted([settings.PROJECT / "app.py", *PAGES.rglob("*.py"), *PACKAGE.rglob("*.py")])


def _imports(path: Path) -> set[str]:
    """Every module, or name in one, that the file imports, wherever in the file that is."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            imported |= {f"{node.module}.{alias.name}" for alias in node.names}
    return imported


def _room(path: Path) -> str:
    """The room of a module of digitcore; "pages" for what is outside it, and "" for digitcore/__init__.py."""
    if PACKAGE not in path.parents:
        return "pages"
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


def _rooms_known_to(path: Path) -> set[str]:
    known = {name.split(".")[1] for name in _imports(path) if name.startswith("digitcore.")}
    return known - {"__version__", "__doc__", _room(path)}


def _below(room: str) -> set[str]:
    """The rooms that `room` may know."""
    if not room:
        return set()
    if room == "pages":
        return set().union(*LAYERS) - {"__main__", "commands", STARTED_BY_NAME}
    floor = next(floor for floor, rooms in enumerate(LAYERS) if room in rooms)
    return set().union(*LAYERS[:floor]) - FORBIDDEN.get(room, set()) - {STARTED_BY_NAME}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(settings.PROJECT)))
def test_a_room_knows_only_those_below_it(path):
    assert _rooms_known_to(path) <= _below(_room(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(settings.PROJECT)))
def test_tensorflow_is_in_training_alone_and_streamlit_in_pages_and_ui(path):
    packages = {name.split(".")[0] for name in _imports(path)}
    assert _room(path) == "training" or not packages & HEAVY
    assert _room(path) in ("pages", "ui") or "streamlit" not in packages


@pytest.mark.parametrize(
    "folder", [path for path in (PACKAGE / "ui").iterdir() if path.is_dir() and path.stem[0] != "_"]
)
def test_a_pages_folder_is_known_to_no_other_page_and_to_nothing_shared(folder):
    own = f"digitcore.ui.{folder.name}"
    for path in (path for path in (PACKAGE / "ui").rglob("*.py") if folder not in path.parents):
        assert not {name for name in _imports(path) if f"{name}.".startswith(f"{own}.")}, path


def test_the_process_that_serves_pages_and_reads_digits_has_no_tensorflow():
    """Over the real imports: every page run, every module outside training loaded, a digit read."""
    modules = [".".join(path.relative_to(settings.PROJECT).with_suffix("").parts) for path in FILES]
    served = [name for name in modules if name.startswith("digitcore.") and not name.startswith("digitcore.training")]
    script = f"""
import importlib, sys
import numpy as np
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
for page in {[str(path.relative_to(settings.PROJECT)) for path in sorted(PAGES.glob("*.py"))]}:
    app.switch_page(page).run()
    assert not app.exception, app.exception
for module in {[name for name in served if not name.endswith("__")]}:
    importlib.import_module(module)
from digitcore.prediction import Engine, open_bundle, read
picture = np.zeros((100, 100), np.uint8)
picture[20:80, 45:55] = 255
assert read(Engine(open_bundle("default")), picture).digit == 1
heavy = {HEAVY} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=settings.PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
