"""The report's charts, drawn by Matplotlib as SVG, and what they have in common with the evaluation page's charts.

Models are told apart by colour, in their order.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from digitcore.evaluation.coverage import Coverage
from digitcore.evaluation.metrics import Bin
from digitcore.evaluation.robustness import DISTORTIONS, Robustness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MODEL_COLOURS = ("#6f7dff", "#f2994a", "#8a8a8a")
CONFIDENCE, ACCURACY, ACCEPTED = "Confidence", "Accuracy", "Accepted"
"""The titles of axes."""
LEAST_ACCEPTED = 0.5
"""The more confident half of the answers is nearly always right, and of no interest."""
GREY = "#888888"
"""Can be read on white and on black: the report takes the colour of the reader's system."""
SETTINGS = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), GREY),
}
"""Matplotlib's."""


def interesting(curve: Coverage, threshold: float | None = None) -> Coverage:
    """The curve from where at least half of the answers are accepted; from `threshold` on, where that is higher."""
    first = int((curve.kept < LEAST_ACCEPTED).sum())
    if threshold is not None:
        first = min(first, at_threshold(curve, threshold))
    return Coverage(*(values[first:] for values in curve))


def at_threshold(curve: Coverage, threshold: float) -> int:
    """The index of the curve's point for a rejection threshold; the first point where no answer reaches it."""
    return max(int((curve.thresholds >= threshold).sum()) - 1, 0)


def strength_title(kind: str) -> str:
    """The title of the axis for the strength of a distortion."""
    return f"{kind.capitalize()} ({DISTORTIONS[kind].unit})"


def reliability_svg(bins_by_model: Mapping[str, Sequence[Bin]]) -> str:
    """The accuracy of answers of about the same confidence, by model; on the diagonal the two are equal.

    The more digits a point stands for, the larger it is.
    """
    with _chart(CONFIDENCE, len(bins_by_model), share=True) as (axes, stream):
        axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1)
        for colour, (name, bins) in zip(MODEL_COLOURS, bins_by_model.items(), strict=False):
            confidences, accuracies = [bin.confidence for bin in bins], [bin.accuracy for bin in bins]
            axes.plot(confidences, accuracies, color=colour, label=name)
            axes.scatter(confidences, accuracies, [10 + 12 * np.log10(bin.count) for bin in bins], color=colour)
    return _svg(stream)


def coverage_svg(curves: Mapping[str, Coverage]) -> str:
    """The accuracy of accepted answers as the rejection threshold moves, by model."""
    with _chart(ACCEPTED, len(curves), share=True) as (axes, stream):
        for colour, (name, curve) in zip(MODEL_COLOURS, curves.items(), strict=False):
            shown = interesting(curve)
            axes.step(shown.kept, shown.accuracy, color=colour, label=name)
    return _svg(stream)


def robustness_svg(kind: str, accuracies: Mapping[str, Robustness]) -> str:
    """Accuracy at each strength of a kind of distortion, by model."""
    with _chart(strength_title(kind), len(accuracies)) as (axes, stream):
        for colour, (name, kinds) in zip(MODEL_COLOURS, accuracies.items(), strict=False):
            strengths = sorted(kinds[kind])
            axes.plot(strengths, [kinds[kind][strength] for strength in strengths], ".-", color=colour, label=name)
    return _svg(stream)


@contextmanager
def _chart(x: str, models: int, share: bool = False) -> Iterator[tuple["Axes", io.StringIO]]:
    """A chart of accuracy by `x`, which may be a share, to draw on; then it is written as SVG."""
    # Half a second, which only a report needs.
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    with rc_context(SETTINGS):  # type: ignore[arg-type]  # Matplotlib's own type lists every setting as a literal
        figure, stream = Figure(figsize=(4.4, 2.9), layout="constrained"), io.StringIO()
        figure.patch.set_alpha(0)
        axes = figure.add_subplot(facecolor="none")
        yield axes, stream
        axes.set(xlabel=x, ylabel=ACCURACY)
        for axis in (axes.xaxis, axes.yaxis) if share else (axes.yaxis,):
            axis.set_major_formatter(PercentFormatter(1))
        axes.grid(alpha=0.2)
        if models > 1:
            axes.legend(frameon=False)
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})


def _svg(stream: io.StringIO) -> str:
    """As it is put into a page: without the lines that only a file needs."""
    text = stream.getvalue()
    return text[text.index("<svg") :]
