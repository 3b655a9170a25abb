"""Train a digit recogniser while you watch, and read what people draw."""

__version__ = "0.4.0"
