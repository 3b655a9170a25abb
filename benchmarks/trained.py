"""Recipes trained as the app trains them: in a worker, in a home of the benchmark's own."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore import runs
from digitcore.prediction import Engine, open_bundle
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, launch, publish

POLL_SECONDS = 1.0


@contextmanager
def own_home(folder: str = "", data: str = "") -> Iterator[Path]:
    """A home whose runs and models are the benchmark's: `folder`, else one that is deleted afterwards.

    Data is first looked for in the folder `data`, if one is given.
    """
    with tempfile.TemporaryDirectory() as temporary:
        home = folder or temporary
        before = dict(os.environ)
        found = os.pathsep.join(filter(None, (data, before.get("DIGITCORE_DATA"))))
        os.environ |= {"DIGITCORE_HOME": home, "DIGITCORE_MODELS": f"{home}/models", "DIGITCORE_DATA": found}
        try:
            yield Path(home)
        finally:
            os.environ.clear()
            os.environ.update(before)


def trained(config: TrainingConfig, name: str) -> tuple[Run, Engine]:
    """The recipe's run, which is trained unless that was done before, and its best checkpoint."""
    run = {run.id: run for run in runs.every()}.get(name) or launch.start(config, name)
    while run.is_alive():
        time.sleep(POLL_SECONDS)
    status = run.status()
    if status.state != "finished":
        sys.exit(status.error or run.log_tail())
    return run, Engine(open_bundle(publish.publish_once(run)))
