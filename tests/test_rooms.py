"""Who may know whom: the walls of the house, held over the real imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from digitcore import settings

ROOMS = {
    "errors": set(),
    "settings": set(),
    "naming": {"errors"},
    "preprocessing": {"errors", "settings"},
    "data": {"errors", "settings", "preprocessing"},
    "training": {"errors", "settings", "naming", "data", "preprocessing"},
    "prediction": {"errors", "settings", "naming", "data", "preprocessing"},
    "evaluation": {"errors", "settings", "data", "preprocessing", "prediction"},
    "ui": {"errors", "settings", "naming", "data", "preprocessing", "training", "prediction", "evaluation"},
    "commands": {"errors", "settings", "naming", "data", "preprocessing", "training", "prediction", "evaluation"},
    "__main__": {"errors", "commands"},
}
HEAVY = {"tensorflow", "keras", "jax", "torch"}
PACKAGE = settings.PROJECT / "digitcore"
MODULES = sorted(
    path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__"
)


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_room_knows_only_those_below_it(module):
    room = module.parts[0].removesuffix(".py")
    known = {name.split(".")[1] for name in _imports(PACKAGE / module) if name.startswith("digitcore.")}
    assert known - {room, "__version__", "__doc__"} <= ROOMS[room]


@pytest.mark.parametrize(
    "path", [*(PACKAGE / module for module in MODULES), *(settings.PROJECT / "pages").glob("*.py")]
)
def test_tensorflow_is_in_training_alone_and_streamlit_in_pages_and_ui(path):
    tops = {name.split(".")[0] for name in _imports(path)}
    room = path.relative_to(settings.PROJECT).parts[1]
    if room != "training":
        assert not tops & HEAVY
    if room != "ui" and path.parent.name != "pages":
        assert "streamlit" not in tops


def test_the_process_that_serves_pages_and_reads_digits_has_no_tensorflow():
    """Over the real imports: every page run, every room of the server loaded, a digit read."""
    script = """
import sys
import numpy as np
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
for page in ("train", "runs", "evaluate", "explore"):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
from digitcore import evaluation
from digitcore.prediction import Engine, open_bundle, read
from digitcore.training import catalogue, downloads, keeper, launch, publish, runs, standalone
picture = np.zeros((100, 100), np.uint8)
picture[20:80, 45:55] = 255
assert read(Engine(open_bundle("default")), picture).digit == 1
heavy = {"tensorflow", "keras", "jax", "torch"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=settings.PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
