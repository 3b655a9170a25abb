"""Model bundles, the engine that runs them, and readings."""

from digitcore.prediction.bundles import Bundle, display_names, open_all, open_bundle, try_to_open
from digitcore.prediction.engine import Engine
from digitcore.prediction.reading import Reading, read
from digitcore.prediction.writing import Writing, read_all

__all__ = [
    "Bundle",
    "Engine",
    "Reading",
    "Writing",
    "display_names",
    "open_all",
    "open_bundle",
    "read",
    "read_all",
    "try_to_open",
]
