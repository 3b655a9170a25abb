"""Model bundles, the engine that runs them, and readings."""

from digitcore.prediction.bundles import Bundle, display_names, open_all, open_bundle, try_to_open
from digitcore.prediction.engine import Engine
from digitcore.prediction.reading import Reading, read

__all__ = ["Bundle", "Engine", "Reading", "open_all", "open_bundle", "read", "display_names", "try_to_open"]
