"""Where things live. Asked through functions, so that an environment variable set late still counts."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The folder for runs, downloads and drawings: DIGITCORE_HOME, else .digitcore/ beside app.py."""
    return Path(os.environ.get("DIGITCORE_HOME") or PROJECT / ".digitcore").resolve()


def runs_folder() -> Path:
    """The folder that holds one folder for each training run."""
    return home() / "runs"


def downloads_folder() -> Path:
    """The folder that downloaded data files are kept in."""
    return home() / "data"


def models_folder() -> Path:
    """The folder of model bundles: DIGITCORE_MODELS, else models/ beside app.py."""
    return Path(os.environ.get("DIGITCORE_MODELS") or PROJECT / "models").resolve()


def data_folders() -> list[Path]:
    """The folders to look in for data files: those of DIGITCORE_DATA, then the downloads."""
    named = os.environ.get("DIGITCORE_DATA", "").split(os.pathsep)
    folders = [*(Path(folder).resolve() for folder in named if folder), downloads_folder()]
    return list(dict.fromkeys(folders))
