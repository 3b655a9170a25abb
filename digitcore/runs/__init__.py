"""The life of a training run, as plain files and processes."""

from digitcore.runs.folder import (
    ACTIVE,
    CHECKPOINTS,
    Run,
    Stage,
    State,
    Status,
    active,
    by_id,
    create,
    every,
    find,
    now,
)

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
