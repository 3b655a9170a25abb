"""Files that someone brings, out of their ZIPs."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from digitcore.errors import DataError

MOST_BYTES = 500_000_000
"""Of a ZIP's files once unpacked: a small one can hold terabytes."""

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError, RuntimeError)
"""What zipfile raises for damage; the last for a password, and for a compression that it does not know."""

File = tuple[str, bytes]
"""A file's path within what was brought, and its content."""


def unpacked(files: Iterable[File], left_out: list[str]) -> dict[str, bytes]:
    """Every file by its path, those in a ZIP by theirs, which begins with the ZIP's where others are there already.

    What cannot be had costs itself alone: a line for each is added to `left_out`.
    """
    content: dict[str, bytes] = {}
    for name, data in sorted(files, key=lambda file: _is_zip(file[0])):
        if _is_zip(name):
            found = _unpacked(name, data, left_out)
            while found.keys() & content.keys():
                found = {f"{name}/{path}": member for path, member in found.items()}
            content |= found
        elif name in content:
            left_out.append(f"{name}: there is another file of that name")
        else:
            content[name] = data
    return content


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _unpacked(name: str, content: bytes, left_out: list[str]) -> dict[str, bytes]:
    """What is in a ZIP, by path. What is damaged costs itself alone."""
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in _members(name, archive):
                try:
                    found[member.filename] = _member(archive, member)
                except DAMAGED as error:
                    left_out.append(f"{member.filename} cannot be unpacked from {name}: {error}")
    except DataError as error:
        left_out.append(str(error))
    except DAMAGED:
        left_out.append(f"{name} cannot be unpacked: it is not a ZIP file, or only a part of one")
    return found


def _members(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [each for each in archive.infolist() if not each.is_dir() and not is_hidden(each.filename)]
    if sum(each.file_size for each in members) > MOST_BYTES:
        raise DataError(f"{name} holds more than {MOST_BYTES // 1_000_000:,} MB; bring fewer pictures")
    return members


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if _is_zip(member.filename):
        raise RuntimeError("a ZIP in a ZIP is not opened; bring it by itself")
    return archive.read(member)


def is_hidden(name: str) -> bool:
    """What macOS and others put beside the pictures."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
