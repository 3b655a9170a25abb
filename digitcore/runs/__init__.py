"""The life of a training run, as plain files and processes."""

from digitcore.runs.folder import ACTIVE, CHECKPOINTS, STATES, Run, Status, active, by_id, create, every, find, now

__all__ = ["ACTIVE", "CHECKPOINTS", "STATES", "Run", "Status", "active", "by_id", "create", "every", "find", "now"]
