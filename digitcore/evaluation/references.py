"""Figures of the classic recipe to hold others against, as benchmarks/evaluation.py measured them."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("classic.json")


def classic_robustness(kind: str) -> dict[float, float]:
    """Its accuracy on MNIST's test digits at each level of a distortion."""
    found = json.loads(FILE.read_text())["robustness"].get(kind, {})
    return {float(level): accuracy for level, accuracy in found.items()}
