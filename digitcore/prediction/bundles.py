"""Model bundles: folders with a model and a card that describes it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    def display_name(self) -> str:
        """What people call it: the name they gave it or its run, else its folder's. It may change."""
        return naming.display_name(self.folder)

    @property
    def tflite(self) -> Path:
        """The model file for LiteRT."""
        return self.folder / LITERT

    @property
    def temperature(self) -> float:
        """What logits are divided by, so that confidence is calibrated."""
        return float(self.card["temperature"])

    @property
    def rejection_threshold(self) -> float:
        """The share of the best digit below which an answer is a guess."""
        return float(self.card["rejection_threshold"])

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Its convolutions and poolings, first to last: kind, window, stride, padding.

        Empty for a network without any, and for a bundle of an early version, whose card has no "layers".
        """
        layers: list[dict[str, Any]] = self.card.get("layers", [])
        return layers

    @property
    def answers_from(self) -> str | None:
        """The last layer's input, one of model_format.AnswersFrom; None if the card does not say."""
        return self.card.get("answers_from")

    @cached_property
    def weights(self) -> Mapping[str, NDArray[np.float32]]:
        """The kernels and biases of its convolutions and its last layer, by name. Empty for early versions."""
        return self._arrays(WEIGHTS)

    @cached_property
    def neighbours(self) -> NDArray[np.float16]:
        """The embeddings of the bundled sample's training digits, (N, E) float16; N is 0 for early versions."""
        return self._arrays(NEIGHBOURS).get(EMBEDDINGS, np.empty((0, 0), np.float16))

    def _arrays(self, file: str) -> Mapping[str, NDArray[Any]]:
        if file not in self.card["sha256"]:
            return {}
        with np.load(self.folder / file, allow_pickle=False) as stored:
            return dict(stored)

    def summary(self) -> str:
        """Its test accuracy and its data, in a few words."""
        accuracy, digits = self.card["scores"]["test_accuracy"], self.card["data"]["test"]
        return f"{accuracy:.2%} of {digits:,} test digits ({self.card['data']['name']})"


def open_bundle(name: str) -> Bundle:
    """The bundle `name`, after its files' checksums were compared with its card.

    Raises BundleError if it is missing, its card is damaged or invalid, or a file does not match the card.
    """
    if name not in names():
        existing = ", ".join(names()) or f"none in {' or '.join(map(str, settings.models_folders()))}"
        raise BundleError(f"unknown model '{name}'; there are {existing}")
    folder = settings.model_folder(name)
    card = _read_card(folder)
    for file, expected in card["sha256"].items():
        if _sha256(folder / file, name) != expected:
            raise BundleError(f"model '{name}' is rejected: {file} does not match its card")
    return Bundle(folder, card)


def names() -> list[str]:
    """The names of all folders that look like bundles, the default first."""
    unsorted = {card.parent.name for folder in settings.models_folders() for card in folder.glob(f"[!.]*/{CARD}")}
    return sorted(unsorted, key=lambda name: (name != DEFAULT, name))


def display_names(bundles: Iterable[Bundle]) -> dict[str, str]:
    """The bundles' display names by their names; one that several bundles have is followed by the name."""
    return naming.distinct_names({bundle.name: bundle.display_name for bundle in bundles})


def try_to_open(name: str) -> Bundle | str:
    """The bundle `name`, or one line that says why it is rejected."""
    try:
        return open_bundle(name)
    except BundleError as error:
        return str(error)


def open_all(opener: Callable[[str], Bundle | str] = try_to_open) -> tuple[list[Bundle], list[str]]:
    """Every bundle that can be opened, and for each other one line that says why it is rejected."""
    results = [opener(name) for name in names()]
    bundles = [result for result in results if isinstance(result, Bundle)]
    return bundles, [result for result in results if isinstance(result, str)]


def _read_card(folder: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text())
        _check_card(card)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"model '{folder.name}' is rejected: its {CARD} is invalid ({error})") from None
    return card


def _check_card(card: dict[str, Any]) -> None:
    """Raises ValueError, KeyError or TypeError if a value that reading digits needs is missing or invalid."""
    if card["format"] != CARD_FORMAT:
        raise ValueError(f"format {card['format']}, not {CARD_FORMAT}")
    if card["input"]["shape"] != list(INPUT_SHAPE):
        raise ValueError(f"its input shape is {card['input']['shape']}, not {list(INPUT_SHAPE)}")
    if not REQUIRED_FILES <= card["sha256"].keys():
        raise ValueError("checksums are missing")
    if any("/" in file or "\\" in file for file in card["sha256"]):
        raise ValueError("it names files outside its folder")
    if not card["temperature"] > 0 or not 0 <= card["rejection_threshold"] <= 1:
        raise ValueError("its temperature or rejection threshold is invalid")
    for key, value, kind in (
        ("scores.test_accuracy", card["scores"]["test_accuracy"], float | int),
        ("data.test", card["data"]["test"], int),
        ("data.name", card["data"]["name"], str),
        ("parameters", card["parameters"], int),
        ("command", card["command"], str),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"invalid {key} '{value}'")


def _sha256(path: Path, name: str) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise BundleError(f"model '{name}' is rejected: {path.name} cannot be read ({error.strerror})") from None
