"""Unpacks uploaded files from their ZIPs."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from digitcore.errors import DataError

MOST_BYTES = 500_000_000
"""The limit for a ZIP's unpacked files: a small ZIP can hold terabytes."""

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError, RuntimeError)
"""The errors of zipfile for damage, and the last for a password or an unknown compression."""

File = tuple[str, bytes]
"""A file's path and content."""


def unpacked(files: Iterable[File], left_out: list[str]) -> dict[str, bytes]:
    """The content of every file by its path; ZIPs are unpacked, and their paths start with the ZIP's to avoid clashes.

    For each file that cannot be unpacked a line is added to `left_out`.
    """
    content: dict[str, bytes] = {}
    for name, data in sorted(files, key=lambda file: _is_zip(file[0])):
        if _is_zip(name):
            members = _unpacked(name, data, left_out)
            while members.keys() & content.keys():
                members = {f"{name}/{path}": member for path, member in members.items()}
            content |= members
        elif name in content:
            left_out.append(f"{name}: there is another file of that name")
        else:
            content[name] = data
    return content


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _unpacked(name: str, content: bytes, left_out: list[str]) -> dict[str, bytes]:
    """The files in a ZIP by path, without the damaged ones."""
    contents = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in _members(name, archive):
                try:
                    contents[member.filename] = _member(archive, member)
                except DAMAGED as error:
                    left_out.append(f"{member.filename} cannot be unpacked from {name}: {error}")
    except DataError as error:
        left_out.append(str(error))
    except DAMAGED:
        left_out.append(f"{name} cannot be unpacked: it is not a ZIP file, or is incomplete")
    return contents


def _members(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [info for info in archive.infolist() if not info.is_dir() and not is_hidden(info.filename)]
    if sum(info.file_size for info in members) > MOST_BYTES:
        raise DataError(f"{name} holds more than {MOST_BYTES // 1_000_000:,} MB; use fewer pictures")
    return members


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if _is_zip(member.filename):
        raise RuntimeError("a ZIP within a ZIP is not opened; upload it separately")
    return archive.read(member)


def is_hidden(name: str) -> bool:
    """Whether it is a hidden file, such as macOS adds to ZIPs."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
