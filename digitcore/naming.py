"""What runs and models are called: the names that people give, and the folders' names that are made of them."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitcore.errors import RunError

ABOUT = "about.json"
"""The file in the folder of a run or a model that says what it is called, where that is not the folder's name."""
NAME_CHARACTERS = 100
FOLDER_CHARACTERS = 60
FOLDER_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"


def is_folder_name(name: str) -> bool:
    """Whether a run's or a model's folder may have this name."""
    return re.fullmatch(FOLDER_NAME, name) is not None


def checked(text: str) -> str:
    """The name without the blanks around it. Raises RunError where it is too long, not one line, or not text."""
    name = written(text)
    if len(name.splitlines()) > 1 or len(name) > NAME_CHARACTERS:
        raise RunError(f"a run's name is one line of at most {NAME_CHARACTERS} characters; this has {len(name)}")
    return name


def written(text: str) -> str:
    """The text without the blanks around it. Raises RunError where it has bytes in it that are no characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RunError("a name or a note must be text in UTF-8") from None
    return same(text)


def same(text: str) -> str:
    """The text as it is compared: without the blanks around it, an accented letter being one character."""
    return unicodedata.normalize("NFC", text).strip()


def folder_name(name: str) -> str:
    """A folder's name made of any name: "Größe 2" gives "Grosse-2". Empty where nothing is left of it."""
    apart = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return re.sub(r"[^A-Za-z0-9._-]+", "-", bare).lstrip("._-")[:FOLDER_CHARACTERS].rstrip("-")


def about(folder: Path) -> dict[str, Any]:
    """What about.json says; empty where there is none, or it cannot be read."""
    try:
        values = json.loads((folder / ABOUT).read_text())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def name_of(folder: Path) -> str:
    """What the run or the model in the folder is called: the folder's name where nobody gave another."""
    return str(about(folder).get("name", "")) or folder.name


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Names by id; one that several have is followed by its id."""
    count = Counter(names.values())
    return {id: f"{name} ({id})" if count[name] > 1 and name != id else name for id, name in names.items()}
