"""The classic recipe's robustness, to compare others with; measured by benchmarks/evaluation.py."""

import json
from pathlib import Path

from digitcore.evaluation.robustness import Robustness

FILE = Path(__file__).with_name("classic.json")
CLASSIC = "classic recipe"


def classic_robustness(data: str) -> dict[str, Robustness]:
    """The classic recipe's robustness on a data set's test digits, by its name; empty if it was not measured."""
    kinds = json.loads(FILE.read_text())["robustness"].get(data)
    return {CLASSIC: {kind: _by_level(levels) for kind, levels in kinds.items()}} if kinds else {}


def _by_level(levels: dict[str, float]) -> dict[float, float]:
    return {float(level): accuracy for level, accuracy in levels.items()}
