"""The project installed from a wheel, away from a checkout, and used by a person whose home is empty."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image, ImageDraw

from digitcore import settings

QUIET = ("--quiet", "--disable-pip-version-check", "--no-deps")
OPEN_EVERY_PAGE = """
from streamlit.testing.v1 import AppTest
from digitcore import settings
app = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=60).run()
for page in sorted((settings.PROJECT / "pages").glob("*.py")):
    app.switch_page(f"pages/{page.name}").run()
    assert not app.exception, (page, app.exception)
    print(page.stem)
"""


@pytest.fixture(scope="module")
def site_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel, installed, and nothing else; neither step needs the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-build-isolation", "--wheel-dir", folder, settings.PROJECT)
    _pip("install", "--no-index", "--target", folder / "site", *folder.glob("*.whl"))
    return folder / "site"


@pytest.fixture
def environment(site_packages: Path, tmp_path: Path) -> dict[str, str]:
    """That of a person with an empty home, to whom no variable of the project's is known."""
    ours = {"DIGITCORE_HOME", "DIGITCORE_MODELS", "DIGITCORE_DATA", "XDG_DATA_HOME"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    (tmp_path / "person").mkdir()
    return kept | {"HOME": str(tmp_path / "person"), "PYTHONPATH": str(site_packages)}


def _pip(*arguments: str | Path) -> None:
    command, *rest = arguments
    subprocess.run([sys.executable, "-m", "pip", command, *QUIET, *rest], check=True)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.suffix != ".pyc" and path.name != "__pycache__"}


def test_the_installed_command_reads_with_the_shipped_model_and_writes_beside_no_package(
    site_packages, environment, tmp_path
):
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).line([(100, 40), (100, 160)], fill=0, width=16)
    image.save(tmp_path / "one.png")
    before = _files(site_packages)

    def digitcore(*arguments: str) -> str:
        command = [sys.executable, site_packages / "bin" / "digitcore", *arguments]
        return subprocess.check_output(command, cwd=tmp_path, env=environment, text=True)

    assert [model["name"] for model in json.loads(digitcore("models", "--json"))] == ["default"]
    assert json.loads(digitcore("predict", "--json", "one.png"))["text"] == "1"
    assert _files(site_packages) == before


def test_the_packages_own_data_is_installed(site_packages):
    package = settings.PROJECT / "digitcore"
    data = {path.relative_to(package) for suffix in ("json", "csv") for path in package.rglob(f"*.{suffix}")}
    assert data and {path for path in data if (site_packages / "digitcore" / path).is_file()} == data


def test_installed_home_and_new_models_lie_in_the_users_data_folder(environment, site_packages, tmp_path):
    script = "from digitcore import settings as s; print(s.__file__, s.home(), s.models_folder(), sep='\\n')"
    command = [sys.executable, "-c", script]
    lines = subprocess.check_output(command, cwd=tmp_path, env=environment, text=True).splitlines()
    package, home, models = map(Path, lines)
    assert package.is_relative_to(site_packages)
    assert home.is_relative_to(tmp_path / "person") and home.name == "digitcore"
    assert models == home / "models"


def test_every_page_opens_from_what_is_installed(site_packages, environment, tmp_path):
    before = _files(site_packages)
    command = [sys.executable, "-c", OPEN_EVERY_PAGE]
    opened = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True)
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout.split() == sorted(path.stem for path in (settings.PROJECT / "pages").glob("*.py"))
    assert _files(site_packages) == before


def test_the_lock_pins_a_version_within_the_bounds_of_every_requirement():
    pinned = dict(line.split("==") for line in _lines("requirements-lock.txt"))
    pinned = {canonicalize_name(name): version for name, version in pinned.items()}
    named = [*_lines("requirements.txt"), *(line for line in _lines("requirements-dev.txt") if line[0] != "-")]
    assert len(named) > 20
    for requirement in map(Requirement, named):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def _lines(name: str) -> list[str]:
    lines = (settings.PROJECT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]
