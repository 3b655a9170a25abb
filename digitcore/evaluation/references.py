"""Figures of the classic recipe to hold others against, as benchmarks/evaluation.py measured them."""

import json
from pathlib import Path

from digitcore.evaluation.robustness import Robustness

FILE = Path(__file__).with_name("classic.json")
CLASSIC = "classic recipe"


def classic_robustness(data: str) -> dict[str, Robustness]:
    """By name, the classic recipe's accuracy as the test digits of a data set get worse; empty where not measured."""
    found = json.loads(FILE.read_text())["robustness"].get(data)
    return {CLASSIC: {kind: _by_level(levels) for kind, levels in found.items()}} if found else {}


def _by_level(levels: dict[str, float]) -> dict[float, float]:
    return {float(level): accuracy for level, accuracy in levels.items()}
