"""The report's charts, drawn by Matplotlib as SVG. Models are told apart by colour, in their order."""

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

COLOURS = ("#6f7dff", "#f2994a", "#8a8a8a")
GREY = "#888888"
"""Can be read on white and on black: the report's page is what the reader's system is."""
LOOK = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), GREY),
}


def reliability_svg(found: Mapping[str, Sequence[Bin]]) -> str:
    """How often a digit is right that is read with some confidence, by model; on the diagonal, it means what it says.

    The more digits there are, the larger the point.
    """
    with _chart("Confidence", len(found), share=True) as (axes, stream):
        axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1)
        for colour, (name, bins) in zip(COLOURS, found.items(), strict=False):
            sure, right = [each.confidence for each in bins], [each.accuracy for each in bins]
            axes.plot(sure, right, color=colour, label=name)
            axes.scatter(sure, right, [10 + 12 * np.log10(each.count) for each in bins], color=colour)
    return _svg(stream)


def coverage_svg(found: Mapping[str, Coverage]) -> str:
    """Accuracy of what is kept as the rejection threshold moves, by model; the half that is surest is left out."""
    with _chart("Kept", len(found), share=True) as (axes, stream):
        for colour, (name, curve) in zip(COLOURS, found.items(), strict=False):
            shown = curve.kept >= 0.5
            axes.step(curve.kept[shown], curve.accuracy[shown], color=colour, label=name)
    return _svg(stream)


def robustness_svg(kind: str, found: Mapping[str, Robustness]) -> str:
    """Accuracy at each level of a kind of distortion, by model."""
    with _chart(f"{kind.capitalize()}, {DISTORTIONS[kind].unit}", len(found)) as (axes, stream):
        for colour, (name, kinds) in zip(COLOURS, found.items(), strict=False):
            axes.plot(kinds[kind].keys(), kinds[kind].values(), ".-", color=colour, label=name)
    return _svg(stream)


@contextmanager
def _chart(x: str, models: int, share: bool = False) -> Iterator[tuple["Axes", io.StringIO]]:
    """A chart to draw on, of what is read right by `x`, which may be a share; after that it is written as SVG."""
    # Half a second, which only a report needs.
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    with rc_context(LOOK):
        figure, stream = Figure(figsize=(4.4, 2.9), layout="constrained"), io.StringIO()
        figure.patch.set_alpha(0)
        axes = figure.add_subplot(facecolor="none")
        yield axes, stream
        axes.set(xlabel=x, ylabel="Read right")
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
