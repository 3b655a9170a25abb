"""A model's figures as one HTML file, and its answers as CSV."""

import csv
import html
import io
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

from digitcore import __version__
from digitcore.evaluation import falls
from digitcore.evaluation.comparison import compare
from digitcore.evaluation.coverage import coverage
from digitcore.evaluation.metrics import Evaluation
from digitcore.evaluation.mistakes import surest_first, suspects
from digitcore.evaluation.predictions import Predictions
from digitcore.evaluation.report_charts import coverage_svg, reliability_svg, robustness_svg
from digitcore.evaluation.robustness import DISTORTIONS, Falls, Robustness, accuracies
from digitcore.prediction import Engine
from digitcore.preprocessing.pictures import png

MOST_MISTAKES = 300
STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
font-variant-numeric:tabular-nums}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.3rem .7rem;text-align:right}
tr+tr{border-top:1px solid color-mix(in srgb,currentColor 15%,transparent)}
.figures{display:flex;flex-wrap:wrap;gap:.25rem 2rem;margin:1.25rem 0}.figures b{display:block;font-size:1.6rem}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.75rem}
.mistakes div{text-align:center;font-size:.875rem}.mistakes img{width:3.5rem;image-rendering:pixelated;display:block;
margin:0 auto .25rem;border-radius:.25rem}
.mistakes .suspect{outline:2px solid #f2994a;outline-offset:4px;border-radius:.25rem}
.mistakes span{opacity:.7;display:block}
.beside{display:flex;flex-wrap:wrap;gap:0 3rem}.beside>div{max-width:100%}
.beside p{max-width:26rem;margin:0 0 1rem;font-size:.875rem}
@media(max-width:30rem){td,th{padding:.25rem .2rem;font-size:.75rem}}
svg{max-width:100%;height:auto}
"""


class Subject(NamedTuple):
    """A model by name, its rejection threshold, what it says of some digits, and its figures, as they get worse too.

    `suspects` are the indices of the mistakes to be shown whose labels may be wrong themselves. `falls` says by kind
    of distortion, in a line, why its accuracy falls.
    """

    name: str
    threshold: float
    predictions: Predictions
    evaluation: Evaluation
    robustness: Robustness
    suspects: Set[int]
    falls: Mapping[str, str]

    @classmethod
    def of(cls, engine: Engine, predictions: Predictions, evaluation: Evaluation, worse: Falls, data: str) -> "Subject":
        """The engine's model, on digits of the test split `data`, if they are of one."""
        wrong = surest_first(predictions)[:MOST_MISTAKES]
        doubted = set(wrong[suspects(engine, predictions, wrong, data)].tolist())
        bundle = engine.bundle
        robustness = {kind: accuracies(levels) for kind, levels in worse.items()}
        told = {kind: falls.in_words(kind, levels, bundle.card.get("recipe", {})) for kind, levels in worse.items()}
        return cls(bundle.title, bundle.rejection_threshold, predictions, evaluation, robustness, doubted, told)


def report_html(data: str, subjects: Sequence[Subject], references: Mapping[str, Robustness]) -> str:
    """Figures, tables, charts and mistakes with their pictures in one file, of one model or of two on the same digits.

    `references` has other models' accuracies as digits get worse, by name.
    """
    title = html.escape(f"{' and '.join(each.name for each in subjects)} on {data}")
    reliabilities = {each.name: each.evaluation.reliability for each in subjects}
    supports = {each.name: coverage(each.predictions.support, each.predictions.right) for each in subjects}
    worse = {each.name: each.robustness for each in subjects} | dict(references)
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{title}</h1>',
        *(_figures(each) for each in subjects),
        _differences(*subjects) if len(subjects) == 2 else "",
        _beside([_section(each, subjects, "Digits", _table(_digits(each.evaluation))) for each in subjects]),
        _beside([_section(each, subjects, "Is read as", _table(_confusion(each.evaluation))) for each in subjects]),
        _beside(
            [
                f"<h2>Confidence and how often it is right</h2>{reliability_svg(reliabilities)}",
                f"<h2>Accuracy as less is kept</h2>{coverage_svg(supports)}",
            ]
        ),
        "<h2>Accuracy as pictures get worse</h2>",
        _beside([robustness_svg(kind, worse) + _falls(kind, subjects) for kind in DISTORTIONS]),
        *(_section(each, subjects, "Read wrong, the surest first", _mistakes(each)) for each in subjects),
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


def _beside(contents: Sequence[str]) -> str:
    """Side by side, where there is room."""
    return f'<div class="beside">{"".join(f"<div>{each}</div>" for each in contents)}</div>'


def _section(each: Subject, subjects: Sequence[Subject], heading: str, content: str) -> str:
    """Content under a heading, which names the model where there are two."""
    whose = f" · {html.escape(each.name)}" if len(subjects) > 1 else ""
    return f"<h2>{heading}{whose}</h2>{content}"


def _figures(subject: Subject) -> str:
    evaluation = subject.evaluation
    low, high = evaluation.interval
    kept = subject.predictions.support >= subject.threshold
    shown = {
        f"read right by {html.escape(subject.name)}": f"{evaluation.accuracy:.2%}",
        "95% interval": f"{low:.2%} to {high:.2%}",
        "digits": f"{evaluation.count:,}",
        "calibration error": f"{evaluation.calibration_error:.2%}",
        f"kept at a threshold of {subject.threshold:.3f}": f"{kept.mean():.2%}",
    }
    return f'<div class="figures">{"".join(f"<div><b>{value}</b>{name}</div>" for name, value in shown.items())}</div>'


def _falls(kind: str, subjects: Sequence[Subject]) -> str:
    """A line for each model on why its accuracy falls."""
    told = ((each.name, each.falls[kind]) for each in subjects if kind in each.falls)
    return "".join(f"<p>{html.escape(f'{name}: {line}')}</p>" for name, line in told)


def _differences(first: Subject, second: Subject) -> str:
    """How many digits only one of the two reads right, and whether that is more than chance explains."""
    found = compare(first.predictions.right, second.predictions.right)
    alone = ", ".join(
        f"{html.escape(each.name)} alone reads {int(only.sum()):,} right"
        for each, only in ((first, found.only_first), (second, found.only_second))
    )
    return f"<p>{alone}. They differ {found.verdict()}.</p>"


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


def _mistakes(subject: Subject) -> str:
    wrong = surest_first(subject.predictions)
    if not len(wrong):
        return "<p>Nothing is.</p>"
    tiles = "".join(_mistake(subject.predictions, at, at in subject.suspects) for at in wrong[:MOST_MISTAKES].tolist())
    legend = "<p>Orange: the label itself may be wrong.</p>" if subject.suspects else ""
    more = f"<p>And {len(wrong) - MOST_MISTAKES:,} more.</p>" if len(wrong) > MOST_MISTAKES else ""
    return f'{legend}<div class="mistakes">{tiles}</div>{more}'


def _mistake(predictions: Predictions, at: int, suspect: bool) -> str:
    return (
        f'<div{" class=suspect" if suspect else ""}><img alt="" src="{png(predictions.pictures[at])}">'
        f"<b>{predictions.labels[at]} read as {predictions.answers[at]}</b>"
        f"<span>{predictions.confidences[at]:.1%} sure, or {predictions.runners_up[at]}</span></div>"
    )
