"""A model's figures as one HTML file, and its answers as CSV."""

import csv
import html
import io
from collections.abc import Iterable, Sequence

import numpy as np

from digitcore import __version__
from digitcore.evaluation.metrics import Bin, Evaluation
from digitcore.evaluation.mistakes import surest_first
from digitcore.evaluation.predictions import Predictions
from digitcore.preprocessing.pictures import png

MOST_MISTAKES = 300
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color-scheme:light dark;font-variant-numeric:tabular-nums}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.3rem .7rem;text-align:right}
tr+tr{border-top:1px solid color-mix(in srgb,currentColor 15%,transparent)}
.figures{display:flex;flex-wrap:wrap;gap:2rem}.figures b{display:block;font-size:1.6rem}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.75rem}
.mistakes div{text-align:center;font-size:.875rem}.mistakes img{width:3.5rem;image-rendering:pixelated;display:block;
margin:0 auto .25rem;border-radius:.25rem}
.mistakes span{opacity:.7;display:block}
svg{width:20rem;max-width:100%;overflow:visible}
"""


def report_html(model: str, data: str, predictions: Predictions, evaluation: Evaluation) -> str:
    """The figures, tables, reliability diagram and the surest mistakes, with their pictures, in one file."""
    title = f"{html.escape(model)} on {html.escape(data)}"
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{title}</h1>',
        _figures(evaluation),
        f"<h2>Digits</h2>{_table(_digits(evaluation))}",
        f"<h2>Is, and is read as</h2>{_table(_confusion(evaluation))}",
        f"<h2>Confidence and how often it is right</h2>{_diagram(evaluation.reliability)}",
        f"<h2>Read wrong, the surest first</h2>{_mistakes(predictions)}",
        f"<p>Digit dashboard {__version__}</p></html>",
    ]
    return "\n".join(parts)


def predictions_csv(predictions: Predictions, names: Sequence[str], threshold: float) -> str:
    """A line for each digit: its name or number, label, answer, confidence, runner-up, accepted, ten probabilities."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["name", "label", "answer", "confidence", "runner_up", "accepted", *(f"p{d}" for d in range(10))])
    for at, shares in enumerate(predictions.probabilities):
        figures = predictions.labels[at], predictions.answers[at], f"{predictions.confidences[at]:.6f}"
        accepted = str(bool(predictions.support[at] >= threshold)).lower()
        more = predictions.runners_up[at], accepted, *(f"{share:.6f}" for share in shares)
        writer.writerow([names[at] if names else at, *figures, *more])
    return stream.getvalue()


def _figures(evaluation: Evaluation) -> str:
    low, high = evaluation.interval
    shown = {
        "read right": f"{evaluation.accuracy:.2%}",
        "95% interval": f"{low:.2%} to {high:.2%}",
        "digits": f"{evaluation.count:,}",
        "calibration error": f"{evaluation.calibration_error:.2%}",
    }
    return f'<div class="figures">{"".join(f"<div><b>{value}</b>{name}</div>" for name, value in shown.items())}</div>'


def _digits(evaluation: Evaluation) -> Iterable[Sequence[object]]:
    yield "", "Precision", "Recall", "F1"
    for digit, each in enumerate(zip(evaluation.precision, evaluation.recall, evaluation.f1, strict=True)):
        yield digit, *("–" if np.isnan(share) else f"{share:.2%}" for share in each)


def _confusion(evaluation: Evaluation) -> Iterable[Sequence[object]]:
    yield "", *range(10)
    for digit, row in enumerate(evaluation.confusion.tolist()):
        yield digit, *(count or "" for count in row)


def _table(rows: Iterable[Sequence[object]]) -> str:
    first, *others = rows
    body = "".join(f"<tr><th>{name}</th>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for name, *row in others)
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in first)}</tr>{body}</table>"


def _diagram(bins: Sequence[Bin]) -> str:
    """The reliability diagram as SVG: on the diagonal, confidence is what it says."""
    points = "".join(
        f'<circle cx="{100 * each.confidence:.1f}" cy="{100 - 100 * each.accuracy:.1f}" r="2" fill="#5b6cff">'
        f"<title>{each.count:,} digits: {each.confidence:.1%} sure, {each.accuracy:.1%} right</title></circle>"
        for each in bins
    )
    line = " ".join(f"{100 * each.confidence:.1f},{100 - 100 * each.accuracy:.1f}" for each in bins)
    return (
        '<svg viewBox="-2 -2 104 112" role="img" aria-label="Reliability diagram">'
        '<path d="M0 0V100H100" fill="none" stroke="currentColor" stroke-width=".5"/>'
        '<path d="M0 100L100 0" stroke="gray" stroke-width=".5" stroke-dasharray="2 2"/>'
        f'<polyline points="{line}" fill="none" stroke="#5b6cff"/>{points}'
        '<text x="50" y="108" font-size="5" text-anchor="middle" fill="currentColor">Confidence</text></svg>'
    )


def _mistakes(predictions: Predictions) -> str:
    wrong = surest_first(predictions)
    tiles = "".join(
        f'<div><img alt="" src="{png(predictions.pictures[at])}"><b>{predictions.labels[at]} read as '
        f"{predictions.answers[at]}</b><span>{predictions.confidences[at]:.1%} sure, or {predictions.runners_up[at]}"
        "</span></div>"
        for at in wrong[:MOST_MISTAKES]
    )
    more = f"<p>And {len(wrong) - MOST_MISTAKES:,} more.</p>" if len(wrong) > MOST_MISTAKES else ""
    return f'<div class="mistakes">{tiles}</div>{more}' if len(wrong) else "<p>Nothing is.</p>"
