"""Display names of runs and models, and the folder names that are made from them."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitcore.errors import RunError

ABOUT = "about.json"
"""The file in the folder of a run or a model that holds its display name, if that is not the folder's name."""
NAME_CHARACTERS = 100
FOLDER_CHARACTERS = 60
FOLDER_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"


def is_folder_name(name: str) -> bool:
    """Whether a run's or a model's folder may have this name."""
    return re.fullmatch(FOLDER_NAME, name) is not None


def valid_name(text: str) -> str:
    """The name without surrounding spaces. Raises RunError if it is too long, has several lines, or is not text."""
    name = valid_text(text)
    if len(name.splitlines()) > 1 or len(name) > NAME_CHARACTERS:
        raise RunError(f"a run's name is one line of at most {NAME_CHARACTERS} characters; this has {len(name)}")
    return name


def valid_text(text: str) -> str:
    """The text without surrounding spaces. Raises RunError if it cannot be encoded as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RunError("a name or a note must be text in UTF-8") from None
    return normalised(text)


def normalised(text: str) -> str:
    """The text in the form in which texts are compared: no surrounding spaces, accented letters composed (NFC)."""
    return unicodedata.normalize("NFC", text).strip()


def folder_name(name: str) -> str:
    """The folder name for a display name: "Größe 2" gives "Grosse-2". Empty if no character can be kept."""
    decomposed = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9._-]+", "-", bare).lstrip("._-")[:FOLDER_CHARACTERS].rstrip("-")


def read_about(folder: Path) -> dict[str, Any]:
    """The content of about.json; empty if it is missing or damaged."""
    try:
        values = json.loads((folder / ABOUT).read_text())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def display_name(folder: Path) -> str:
    """The display name of the run or model in the folder: the folder's name unless another was given."""
    return str(read_about(folder).get("name", "")) or folder.name


def distinct_names(names: Mapping[str, str]) -> dict[str, str]:
    """Display names by id; one that several ids have is followed by its id."""
    counts = Counter(names.values())
    return {id: f"{name} ({id})" if counts[name] > 1 and name != id else name for id, name in names.items()}
