"""Finding and fetching data files. A file whose SHA-256 is wrong is never used."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitcore import settings
from digitcore.errors import DataError

Progress = Callable[[str, int, int], None]
"""Told of a download: the file's name, the bytes that have come, the bytes in all."""

TIMEOUT_SECONDS = 15
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class DataFile:
    """A file on the web: its name, size in bytes, SHA-256, and the addresses that have it."""

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...]


def is_whole(path: Path, file: DataFile) -> bool:
    """Whether `path` holds exactly the bytes of `file`."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256


def find(file: DataFile) -> Path | None:
    """The first whole copy of `file` in DIGITCORE_DATA's folders and the downloads, or None."""
    candidates = (folder / file.name for folder in settings.data_folders())
    return next((path for path in candidates if is_whole(path, file)), None)


def fetch(file: DataFile, progress: Progress | None = None) -> Path:
    """A whole copy of `file`: found, or downloaded into the downloads folder.

    Raises DataError, naming each address and what went wrong there.
    """
    found = find(file)
    if found:
        return found
    failures = []
    for url in file.urls:
        try:
            return _download(file, url, progress)
        except (OSError, ValueError) as error:
            # Requests' errors are OSErrors; ValueError is pooch's word for a hash that does not match.
            failures.append(f"{url}: {_in_plain_words(error)}")
    raise DataError(f"{file.name} is not in {_looked_in()} and could not be downloaded ({'; '.join(failures)})")


def _download(file: DataFile, url: str, progress: Progress | None) -> Path:
    # Pooch downloads under a temporary name and renames once the hash is right.
    import pooch

    pooch.get_logger().setLevel("WARNING")
    bar = _Bar(file, progress) if progress else False
    downloader = pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK_BYTES, timeout=TIMEOUT_SECONDS)
    folder = settings.downloads_folder()
    return Path(pooch.retrieve(url, f"sha256:{file.sha256}", file.name, folder, downloader=downloader))


class _Bar:
    """What pooch asks of a progress bar, told to a Progress."""

    def __init__(self, file: DataFile, progress: Progress) -> None:
        self.file, self.progress, self.total, self.received = file, progress, file.size, 0

    def update(self, amount: int) -> None:
        # Pooch counts whole chunks, and the last one is seldom full.
        self.received = min(self.received + amount, self.file.size)
        self.progress(self.file.name, self.received, self.file.size)

    def reset(self) -> None:
        self.received = 0

    def close(self) -> None:
        pass


def _in_plain_words(error: Exception) -> str:
    from requests import ConnectionError, HTTPError, RequestException, Timeout

    if isinstance(error, HTTPError):
        return f"the server answered {error.response.status_code}"
    if isinstance(error, Timeout):
        return f"no answer within {TIMEOUT_SECONDS} s"
    if isinstance(error, ConnectionError):
        return "no connection"
    if isinstance(error, RequestException):
        return "the download broke off"
    return "what came does not match its SHA-256" if isinstance(error, ValueError) else str(error)


def _looked_in() -> str:
    return ", ".join(str(folder) for folder in settings.data_folders())
