"""Why a model reads worse digits worse, in a line made of what was measured and of its recipe."""

from collections.abc import Mapping
from typing import Any

from digitcore.evaluation.robustness import DISTORTIONS, Read

LEAST = 0.01
"""A fall of less is none to speak of."""
TRAINED = {
    "noise": ("noise", "adds no noise", "adds noise of up to {:g} of full ink"),
    "rotation": ("rotation", "turns no digits", "turns digits by up to {:g} degrees"),
    "shift": ("shift", "moves no digits", "moves digits by up to {:g} pixels"),
    "scale": ("scaling", "scales no digits", "scales digits by up to {:.0%}"),
    "thickness": ("thickness", "changes no thickness", "changes the thickness of lines by up to {:g} pixels"),
}
"""By kind of distortion: the recipe's setting for it, and what a recipe does where that is 0, and where it is not."""
NEVER = {"blur": "blurs no digits", "contrast": "changes no contrast"}
"""What no recipe has a setting for."""


def in_words(kind: str, levels: Mapping[float, Read], recipe: Mapping[str, Any]) -> str:
    """How far accuracy falls, what is then read instead, how sure of that the model is, and what its recipe does.

    `recipe` is what the model's card says made it; what is not in there is not spoken of.
    """
    distortion = DISTORTIONS[kind]
    best, worst = levels[distortion.none], min(levels, key=lambda level: levels[level].accuracy)
    found, trained = levels[worst], _trained(kind, recipe)
    if best.accuracy - found.accuracy < LEAST:
        return f"accuracy stays at {found.accuracy:.1%} or above. {trained}".strip()
    count, digit = max((count, digit) for digit, count in enumerate(found.wrong))
    fall = f"accuracy falls from {best.accuracy:.1%} to {found.accuracy:.1%} at {kind} {worst:g} {distortion.unit}"
    total = sum(found.wrong)
    called = f"{'all' if count == total else f'{count:,} of the'} {total:,} digits then read wrong are called {digit}"
    sure = f"confidence goes from {best.confidence:.0%} to {found.confidence:.0%} on average"
    return f"{fall}; {called}; {sure}. {trained}".strip()


def _trained(kind: str, recipe: Mapping[str, Any]) -> str:
    """Whether the recipe changes digits in that way while training; nothing where the card does not say."""
    if kind in NEVER:
        does = NEVER[kind] if recipe else ""
    else:
        setting, never, some = TRAINED[kind]
        most = recipe.get(setting)
        does = "" if most is None else some.format(most) if most else never
    return f"Its recipe {does} while training." if does else ""
