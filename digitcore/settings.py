"""Where things live. Asked through functions, so that an environment variable set late still counts."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
IS_CHECKOUT = not (_PACKAGE / "installed").is_dir()
"""A wheel brings what lies beside the package in a checkout in this folder of it (see pyproject.toml)."""
PROJECT = _PACKAGE.parent if IS_CHECKOUT else _PACKAGE / "installed"
"""The folder of app.py, pages/ and models/default/."""


def home() -> Path:
    """The folder for runs, downloads and drawings.

    It is DIGITCORE_HOME; else .digitcore/ beside app.py in a checkout, and the user's data folder where the package is
    installed away from one.
    """
    named = os.environ.get("DIGITCORE_HOME")
    if named or IS_CHECKOUT:
        return Path(named or PROJECT / ".digitcore").resolve()
    return platformdirs.user_data_path("digitcore", appauthor=False).resolve()


def runs_folder() -> Path:
    """The folder that holds one folder for each training run."""
    return home() / "runs"


def downloads_folder() -> Path:
    """The folder that downloaded data files are kept in."""
    return home() / "data"


def models_folder() -> Path:
    """The folder that new models are put into: DIGITCORE_MODELS, else models/ in the home."""
    return Path(os.environ.get("DIGITCORE_MODELS") or home() / "models").resolve()


def models_folders() -> list[Path]:
    """The folders to look in for models: DIGITCORE_MODELS alone; else models/ beside app.py, then the home's.

    Beside app.py are those that ship, and those that earlier versions put there.
    """
    return [models_folder()] if os.environ.get("DIGITCORE_MODELS") else [PROJECT / "models", models_folder()]


def model_folder(name: str) -> Path:
    """The folder of the model `name`: where it lies, or else where it would be put."""
    there = (folder / name for folder in models_folders() if (folder / name).exists())
    return next(there, models_folder() / name)


def data_folders() -> list[Path]:
    """The folders to look in for data files: those of DIGITCORE_DATA, then the downloads."""
    named = os.environ.get("DIGITCORE_DATA", "").split(os.pathsep)
    folders = [*(Path(folder).resolve() for folder in named if folder), downloads_folder()]
    return list(dict.fromkeys(folders))
