"""The Runs page's address: it says what is ticked, searched for and drawn, so that it opens again as it was."""

from math import isnan

from digitcore.ui import address
from digitcore.ui.address import Parameter

TICKED = "runs_ticked"
SEARCH = "runs_search"
STATES = "runs_states"
DATA = "runs_data"
PRESETS = "runs_presets"
CURVE = "runs_show"
SMOOTHING = "runs_smoothing"

CURVES = {"val_accuracy": "Validation accuracy", "val_loss": "Validation loss", "loss": "Training loss"}
MOST_SMOOTHING = 0.99


def agree() -> None:
    """Makes the page and its address say the same."""
    address.agree("runs", _PARAMETERS)


def _smoothing(texts: list[str]) -> float:
    weight = float(texts[-1])
    if isnan(weight):
        raise ValueError(texts[-1])
    return min(max(round(weight, 2), 0.0), MOST_SMOOTHING)


_PARAMETERS = {
    "run": Parameter(TICKED, [], address.texts_once),
    "search": Parameter(SEARCH, "", address.text),
    "state": Parameter(STATES, [], address.texts_once),
    "data": Parameter(DATA, [], address.texts_once),
    "preset": Parameter(PRESETS, [], address.texts_once),
    "show": Parameter(CURVE, "val_accuracy", address.one_of(CURVES)),
    "smoothing": Parameter(SMOOTHING, 0.9, _smoothing),
}
