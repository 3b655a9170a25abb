"""The life of a training run, as plain files and processes."""

from digitcore.runs.folder import CHECKPOINTS, Run, active, by_id, create, every, find, now
from digitcore.runs.status import ACTIVE, Stage, State, Status

__all__ = [
    "ACTIVE",
    "CHECKPOINTS",
    "Run",
    "Stage",
    "State",
    "Status",
    "active",
    "by_id",
    "create",
    "every",
    "find",
    "now",
]
