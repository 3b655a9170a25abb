"""The mistakes that people can make or meet.

DigitError
├── ConfigError    a value of a recipe that cannot be
├── DataError      digits that cannot be had, or are damaged
├── PictureError   a picture that cannot be read
├── RunError       a training run that is not there, or cannot do what was asked
│   ├── BusyError  another run is training
│   └── NotANumberError  its loss is no longer a number
└── BundleError    a model bundle that is missing, broken or foreign

A message is one line: what is wrong, what was given, what to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DigitError(Exception):
    """Something that the user can put right."""


class ConfigError(DigitError):
    """A value of a recipe that cannot be."""


class DataError(DigitError):
    """Digits that cannot be had, or are damaged."""


class PictureError(DigitError):
    """A picture that cannot be read."""


class RunError(DigitError):
    """A training run that is not there, or cannot do what was asked."""


class BusyError(RunError):
    """Another run is training."""


class NotANumberError(RunError):
    """The loss of a training run is no longer a number."""


class BundleError(DigitError):
    """A model bundle that is missing, broken or foreign."""


@contextmanager
def as_digit_error(what: str, where: Path, kind: type[DigitError] = RunError) -> Iterator[None]:
    """Tells of a disk that is full, or not to be written to, in one line that names `where`."""
    try:
        yield
    except OSError as error:
        raise kind(f"{what}: {error.strerror} ({where})") from error
