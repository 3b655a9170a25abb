"""Model bundles, the engine that runs them, and readings."""

from digitcore.prediction.bundles import Bundle, names, open_all, open_bundle
from digitcore.prediction.engine import Engine
from digitcore.prediction.reading import Reading, read

__all__ = ["Bundle", "Engine", "Reading", "names", "open_all", "open_bundle", "read"]
