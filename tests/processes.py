"""The processes that belong to a test's own home: tests run in parallel, and none must end another's runs."""

import contextlib
from pathlib import Path

import psutil

from digitcore import settings


def running(module: str, home: Path | None = None, run_id: str = "") -> list[psutil.Process]:
    """The processes that run `module` for `home`, by default the test's own; only that of `run_id`, if one is given."""
    wanted = {module, run_id} if run_id else {module}
    return [process for process in psutil.process_iter() if _matches(process, wanted, home or settings.home())]


def _matches(process: psutil.Process, wanted: set[str], home: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return wanted <= set(process.cmdline()) and process.environ().get("DIGITCORE_HOME") == str(home)
    return False
