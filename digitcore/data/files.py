"""Finds and downloads data files. A file with a wrong SHA-256 is never used."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from digitcore import settings
from digitcore.errors import DataError

Progress = Callable[[str, int, int], None]
"""Called during a download with the file's name, the bytes received, and the bytes in total."""

TIMEOUT_SECONDS = 15
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class DataFile:
    """A file to download: its name, size in bytes, SHA-256, and URLs."""

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...]


def is_whole(path: Path, file: DataFile) -> bool:
    """Whether `path` is a complete copy of `file`."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256


def find(file: DataFile) -> Path | None:
    """The first complete copy of `file` in DIGITCORE_DATA's folders and the downloads, or None."""
    candidates = (folder / file.name for folder in settings.data_folders())
    return next((path for path in candidates if is_whole(path, file)), None)


def fetch(file: DataFile, progress: Progress | None = None) -> Path:
    """A complete copy of `file`: found, or downloaded into the downloads folder.

    Raises DataError with each URL and its error.
    """
    if path := find(file):
        return path
    failures = []
    for url in file.urls:
        try:
            return _download(file, url, progress)
        except (OSError, ValueError) as error:
            # Requests' errors are OSErrors; pooch raises ValueError for a wrong hash.
            failures.append(f"{url}: {_describe(error)}")
    raise DataError(f"{file.name} is not in {_folders()} and could not be downloaded ({'; '.join(failures)})")


def _download(file: DataFile, url: str, progress: Progress | None) -> Path:
    # Pooch downloads to a temporary file, which it renames if the hash is right.
    import pooch

    pooch.get_logger().setLevel("WARNING")
    bar = _Bar(file, progress) if progress else False
    downloader = pooch.HTTPDownloader(progressbar=bar, chunk_size=CHUNK_BYTES, timeout=TIMEOUT_SECONDS)
    folder = settings.downloads_folder()
    return Path(pooch.retrieve(url, f"sha256:{file.sha256}", file.name, folder, downloader=downloader))


class _Bar:
    """A progress bar as pooch expects it, which calls a Progress."""

    def __init__(self, file: DataFile, progress: Progress) -> None:
        self.file, self.progress, self.total, self.received = file, progress, file.size, 0

    def update(self, amount: int) -> None:
        # Pooch counts whole chunks, but the last one is usually smaller.
        self.received = min(self.received + amount, self.file.size)
        self.progress(self.file.name, self.received, self.file.size)

    def reset(self) -> None:
        self.received = 0

    def close(self) -> None:
        pass


def _describe(error: Exception) -> str:
    from requests import ConnectionError, HTTPError, RequestException, Timeout

    if isinstance(error, HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, Timeout):
        return f"no answer within {TIMEOUT_SECONDS} s"
    if isinstance(error, ConnectionError):
        return "no connection"
    if isinstance(error, RequestException):
        return "the download was interrupted"
    return "the downloaded file does not match its SHA-256" if isinstance(error, ValueError) else str(error)


def _folders() -> str:
    return ", ".join(str(folder) for folder in settings.data_folders())
