"""Model bundles, the engine that runs them, and readings."""

from digitcore.prediction.bundles import Bundle, open_all, open_bundle, titles, try_to_open
from digitcore.prediction.engine import Engine
from digitcore.prediction.reading import Reading, read

__all__ = ["Bundle", "Engine", "Reading", "open_all", "open_bundle", "read", "titles", "try_to_open"]
