"""The errors that people can cause or meet.

DigitError
├── ConfigError    an invalid value in a recipe
├── DataError      data that is missing, damaged or cannot be downloaded
├── PictureError   a picture that cannot be read
├── RunError       a run that is missing, or cannot do what was asked
│   ├── BusyError  another run is training
│   └── NotANumberError  the loss is no longer a number
└── BundleError    a model bundle that is missing, damaged or invalid

A message is one line: what is wrong, what was given, what to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DigitError(Exception):
    """An error that the user can correct."""


class ConfigError(DigitError):
    """An invalid value in a recipe."""


class DataError(DigitError):
    """Data that is missing, damaged or cannot be downloaded."""


class PictureError(DigitError):
    """A picture that cannot be read."""


class RunError(DigitError):
    """A run that is missing, or cannot do what was asked."""


class BusyError(RunError):
    """Another run is training."""


class NotANumberError(RunError):
    """The loss of a run is no longer a number."""


class BundleError(DigitError):
    """A model bundle that is missing, damaged or invalid."""


@contextmanager
def as_digit_error(what: str, where: Path, kind: type[DigitError] = RunError) -> Iterator[None]:
    """Tells of a disk that is full, or not to be written to, in one line that names `where`."""
    try:
        yield
    except OSError as error:
        raise kind(f"{what}: {error.strerror} ({where})") from error
