"""How a distortion lowers a model's accuracy, in one line that also says what its recipe trained it for."""

from collections.abc import Mapping
from typing import Any

from digitcore.evaluation.robustness import DISTORTIONS, LevelResult

LEAST = 0.01
"""A smaller fall in accuracy is not described."""
TRAINED = {
    "noise": ("noise", "adds no noise", "adds noise of up to {:g} of full ink"),
    "rotation": ("rotation", "turns no digits", "turns digits by up to {:g} degrees"),
    "shift": ("shift", "moves no digits", "moves digits by up to {:g} pixels"),
    "scale": ("scaling", "scales no digits", "scales digits by up to {:.0%}"),
    "thickness": ("thickness", "changes no thickness", "changes the thickness of lines by up to {:g} pixels"),
}
"""For each kind of distortion the recipe's setting, and what a recipe does if that is 0 and if it is not."""
NEVER = {"blur": "blurs no digits", "contrast": "changes no contrast"}
"""The kinds that no setting of a recipe covers."""


def describe(kind: str, levels: Mapping[float, LevelResult], recipe: Mapping[str, Any]) -> str:
    """How far accuracy and confidence fall, which digit is then read instead, and what the model's recipe does.

    `recipe` is the recipe on the model's card; a setting that it does not have is not mentioned.
    """
    distortion, trained = DISTORTIONS[kind], _trained(kind, recipe)
    worst_level = min(levels, key=lambda level: levels[level].accuracy)
    best, worst = levels[distortion.none], levels[worst_level]
    if best.accuracy - worst.accuracy < LEAST:
        return f"accuracy stays at {worst.accuracy:.1%} or above. {trained}".strip()
    fall = (
        f"accuracy falls from {best.accuracy:.1%} to {worst.accuracy:.1%} at {kind} {worst_level:g} {distortion.unit}"
    )
    total, (count, digit) = sum(worst.wrong), max((count, digit) for digit, count in enumerate(worst.wrong))
    part = "all" if count == total else f"{count:,} of the"
    mistakes = f"{part} {total:,} digits that it then reads wrong are read as {digit}"
    confidence = f"mean confidence goes from {best.confidence:.0%} to {worst.confidence:.0%}"
    return f"{fall}; {mistakes}; {confidence}. {trained}".strip()


def _trained(kind: str, recipe: Mapping[str, Any]) -> str:
    """Whether the recipe changes digits in that way while training; empty if the card does not say."""
    if kind in NEVER:
        action = NEVER[kind] if recipe else ""
    else:
        setting, never, some = TRAINED[kind]
        most = recipe.get(setting)
        action = "" if most is None else some.format(most) if most else never
    return f"Its recipe {action} while training." if action else ""
