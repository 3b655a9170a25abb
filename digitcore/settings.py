"""Where things live. Functions, so that an environment variable that is set after the import still counts."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
IS_CHECKOUT = not (_PACKAGE / "installed").is_dir()
"""Whether app.py, pages/ and models/ lie beside the package. In a wheel they lie in its folder installed/, as
pyproject.toml says."""
PROJECT = _PACKAGE.parent if IS_CHECKOUT else _PACKAGE / "installed"
"""The folder of app.py, pages/ and models/default/."""


def home() -> Path:
    """The folder for runs, downloads and drawings.

    It is DIGITCORE_HOME; else, in a checkout, .digitcore/ beside app.py; else digitcore in the user's data folder.
    """
    named = os.environ.get("DIGITCORE_HOME")
    if named or IS_CHECKOUT:
        return Path(named or PROJECT / ".digitcore").resolve()
    return platformdirs.user_data_path("digitcore", appauthor=False).resolve()


def runs_folder() -> Path:
    """The folder that holds a folder for each run."""
    return home() / "runs"


def downloads_folder() -> Path:
    """The folder for downloaded data files."""
    return home() / "data"


def models_folder() -> Path:
    """The folder for new models: DIGITCORE_MODELS, else models/ in the home."""
    return Path(os.environ.get("DIGITCORE_MODELS") or home() / "models").resolve()


def models_folders() -> list[Path]:
    """The folders to search for models: DIGITCORE_MODELS alone; else models/ beside app.py, then models/ in the home.

    Beside app.py lie the shipped model, and models made by earlier versions.
    """
    return [models_folder()] if os.environ.get("DIGITCORE_MODELS") else [PROJECT / "models", models_folder()]


def model_folder(name: str) -> Path:
    """The folder of the model `name`: the one that exists, else the one that a new model of this name gets."""
    existing = (folder / name for folder in models_folders() if (folder / name).exists())
    return next(existing, models_folder() / name)


def data_folders() -> list[Path]:
    """The folders to search for data files: those of DIGITCORE_DATA, then the downloads."""
    named = os.environ.get("DIGITCORE_DATA", "").split(os.pathsep)
    folders = [*(Path(folder).resolve() for folder in named if folder), downloads_folder()]
    return list(dict.fromkeys(folders))
