"""Model bundles: folders with a model and a card that vouches for it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from digitcore import naming, settings
from digitcore.errors import BundleError
from digitcore.model_format import (
    CARD,
    CARD_FORMAT,
    EMBEDDINGS,
    INPUT_SHAPE,
    LITERT,
    NEIGHBOURS,
    REQUIRED_FILES,
    WEIGHTS,
)

DEFAULT = "default"


@dataclass(frozen=True)
class Bundle:
    """A bundle whose files match its card."""

    folder: Path
    card: dict[str, Any]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def title(self) -> str:
        """What it is called, which may change: as the run that made it, or as its folder."""
        return naming.name_of(self.folder)

    @property
    def tflite(self) -> Path:
        """The model as LiteRT reads it."""
        return self.folder / LITERT

    @property
    def temperature(self) -> float:
        """What logits are divided by, so that confidence means something."""
        return self.card["temperature"]

    @property
    def rejection_threshold(self) -> float:
        """The confidence below which an answer is a guess."""
        return self.card["rejection_threshold"]

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Its convolutions and poolings, first to last: kind, window, stride, padding. Empty where it does not tell."""
        return self.card.get("layers", [])

    @property
    def answers_from(self) -> str | None:
        """What its last layer is given, as model_format.AnswersFrom names it; None where the card does not say."""
        return self.card.get("answers_from")

    @cached_property
    def weights(self) -> Mapping[str, np.ndarray]:
        """The kernels and biases of its convolutions and its last layer, by name. Empty where it does not tell."""
        return self._arrays(WEIGHTS)

    @cached_property
    def neighbours(self) -> np.ndarray:
        """The embeddings of the bundled sample's training digits, (N, E) float16; N is 0 where it does not tell."""
        return self._arrays(NEIGHBOURS).get(EMBEDDINGS, np.empty((0, 0), np.float16))

    def _arrays(self, file: str) -> Mapping[str, np.ndarray]:
        if file not in self.card["sha256"]:
            return {}
        with np.load(self.folder / file, allow_pickle=False) as stored:
            return dict(stored)

    def summary(self) -> str:
        """What it was trained on and how well it does, in a few words."""
        accuracy, digits = self.card["scores"]["test_accuracy"], self.card["data"]["test"]
        return f"{accuracy:.2%} of {digits:,} test digits ({self.card['data']['name']})"


def open_bundle(name: str) -> Bundle:
    """The bundle `name`, its card read and its files' checksums compared.

    Raises BundleError where it is not there, has no card of ours, or its files are not those that the card names.
    """
    if name not in names():
        known = ", ".join(names()) or f"none in {' or '.join(map(str, settings.models_folders()))}"
        raise BundleError(f"unknown model '{name}'; there are {known}")
    folder = settings.model_folder(name)
    card = _read_card(folder)
    for file, expected in card["sha256"].items():
        if _sha256(folder / file, name) != expected:
            raise BundleError(f"model '{name}' is rejected: {file} does not match its card")
    return Bundle(folder, card)


def names() -> list[str]:
    """The names of all folders that look like bundles, the default first."""
    found = {card.parent.name for folder in settings.models_folders() for card in folder.glob(f"[!.]*/{CARD}")}
    return sorted(found, key=lambda name: (name != DEFAULT, name))


def titles(bundles: Iterable[Bundle]) -> dict[str, str]:
    """What the bundles are called, by name; a title that several have is followed by the name."""
    return naming.distinct({bundle.name: bundle.title for bundle in bundles})


def try_to_open(name: str) -> Bundle | str:
    """The bundle `name`, or one line that says why it is refused."""
    try:
        return open_bundle(name)
    except BundleError as error:
        return str(error)


def open_all(opener: Callable[[str], Bundle | str] = try_to_open) -> tuple[list[Bundle], list[str]]:
    """Every bundle that can be opened, and for every other one line that says why not."""
    tried = [opener(name) for name in names()]
    return [each for each in tried if isinstance(each, Bundle)], [each for each in tried if isinstance(each, str)]


def _read_card(folder: Path) -> dict[str, Any]:
    try:
        card = json.loads((folder / CARD).read_text())
        _check_card(card)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"model '{folder.name}' is rejected: its {CARD} is not one of ours ({error})") from None
    return card


def _check_card(card: dict[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError where something that reading digits needs is missing or strange."""
    if card["format"] != CARD_FORMAT:
        raise ValueError(f"format {card['format']}, not {CARD_FORMAT}")
    if card["input"]["shape"] != list(INPUT_SHAPE):
        raise ValueError(f"it takes {card['input']['shape']}, not {list(INPUT_SHAPE)}")
    if not REQUIRED_FILES <= card["sha256"].keys():
        raise ValueError("it lacks checksums")
    if any("/" in file or "\\" in file for file in card["sha256"]):
        raise ValueError("it names files outside its folder")
    if not card["temperature"] > 0 or not 0 <= card["rejection_threshold"] <= 1:
        raise ValueError("its temperature or threshold cannot be")
    for value, kind in (
        (card["scores"]["test_accuracy"], float | int),
        (card["data"]["test"], int),
        (card["data"]["name"], str),
        (card["parameters"], int),
        (card["command"], str),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"'{value}' is out of place")


def _sha256(path: Path, name: str) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise BundleError(f"model '{name}' is rejected: {path.name} cannot be read ({error.strerror})") from None
