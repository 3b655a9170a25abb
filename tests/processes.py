"""The processes that a test's own home started: tests run side by side, and one must not end another's runs."""

import contextlib
from pathlib import Path

import psutil

from digitcore import settings


def running(module: str, home: Path | None = None, run_id: str = "") -> list[psutil.Process]:
    """Those that run `module` for `home`, the test's own by default; only a worker of `run_id`, if one is named."""
    wanted = {module, run_id} if run_id else {module}
    return [process for process in psutil.process_iter() if _is_one(process, wanted, home or settings.home())]


def _is_one(process: psutil.Process, wanted: set[str], home: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return wanted <= set(process.cmdline()) and process.environ().get("DIGITCORE_HOME") == str(home)
    return False
