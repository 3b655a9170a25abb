"""An evaluation as one HTML file, and the predictions as CSV."""

import csv
import html
import io
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore import __version__
from digitcore.evaluation.comparison import compare
from digitcore.evaluation.contributors import ContributorScore, score_contributors
from digitcore.evaluation.coverage import coverage
from digitcore.evaluation.metrics import Evaluation
from digitcore.evaluation.mistakes import most_confident_first, suspects
from digitcore.evaluation.predictions import Predictions
from digitcore.evaluation.report_charts import coverage_svg, reliability_svg, robustness_svg
from digitcore.evaluation.robustness import DISTORTIONS, Measurements, Robustness, accuracies
from digitcore.evaluation.robustness_summary import describe
from digitcore.prediction import Engine
from digitcore.prediction.records import defused
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


class ReportedModel(NamedTuple):
    """A model in the report: its name, rejection threshold, predictions, metrics and robustness.

    `suspects` are the indices of the mistakes whose labels may themselves be wrong. `summaries` says in a line for each
    kind of distortion how accuracy falls. `contributors` has the scores of each contributor, if digits have any.
    """

    name: str
    threshold: float
    predictions: Predictions
    evaluation: Evaluation
    robustness: Robustness
    suspects: Set[int]
    summaries: Mapping[str, str]
    contributors: Sequence[ContributorScore] = ()

    @classmethod
    def of(
        cls,
        engine: Engine,
        predictions: Predictions,
        evaluation: Evaluation,
        measured: Measurements,
        data: str,
        contributors: NDArray[np.str_] | None = None,
    ) -> "ReportedModel":
        """The engine's model; `data` names the data set if the digits are a data set's test split.

        `contributors` are those of the digits, (N,), if they have any.
        """
        wrong, bundle = most_confident_first(predictions)[:MOST_MISTAKES], engine.bundle
        recipe = bundle.card.get("recipe", {})
        return cls(
            bundle.display_name,
            bundle.rejection_threshold,
            predictions,
            evaluation,
            robustness={kind: accuracies(levels) for kind, levels in measured.items()},
            suspects=set(wrong[suspects(engine, predictions, wrong, data)].tolist()),
            summaries={kind: describe(kind, levels, recipe) for kind, levels in measured.items()},
            contributors=score_contributors(contributors, predictions.right),
        )


def report_html(data: str, models: Sequence[ReportedModel], references: Mapping[str, Robustness]) -> str:
    """Metrics, tables, charts and mistakes with their pictures in one file, of one model or of two on the same digits.

    `references` has the robustness of other models by name.
    """
    title = html.escape(f"{' and '.join(model.name for model in models)} on {data}")
    reliabilities = {model.name: model.evaluation.reliability for model in models}
    coverages = {model.name: coverage(model.predictions.support, model.predictions.right) for model in models}
    robustness = {model.name: model.robustness for model in models} | dict(references)
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{title}</h1>',
        *(_figures(model) for model in models),
        _differences(*models) if len(models) == 2 else "",
        _beside([_section(model, models, "By digit", _table(_digits(model.evaluation))) for model in models]),
        _beside([_section(m, models, "By contributor", _contributors(m)) for m in models if m.contributors]),
        _beside([_section(model, models, "Confusion matrix", _confusion(model.evaluation)) for model in models]),
        _beside(
            [
                f"<h2>Reliability</h2>{reliability_svg(reliabilities)}",
                f"<h2>Accuracy and share of digits kept</h2>{coverage_svg(coverages)}",
            ]
        ),
        "<h2>Robustness</h2>",
        _beside([robustness_svg(kind, robustness) + _summaries(kind, models) for kind in DISTORTIONS]),
        *(_section(model, models, "Mistakes, most confident first", _mistakes(model)) for model in models),
        f"<p>Digit dashboard {__version__}</p></html>",
    ]
    return "\n".join(parts)


def predictions_csv(predictions: Predictions, names: Sequence[str], threshold: float) -> str:
    """A line for each digit: name or index, label, answer, confidence, runner-up, accepted, ten probabilities."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["name", "label", "answer", "confidence", "runner_up", "accepted", *(f"p{d}" for d in range(10))])
    for index, probabilities in enumerate(predictions.probabilities):
        answer = predictions.answers[index], f"{predictions.confidences[index]:.6f}", predictions.runners_up[index]
        accepted = str(bool(predictions.support[index] >= threshold)).lower()
        shown = (f"{probability:.6f}" for probability in probabilities)
        writer.writerow(
            [defused(names[index]) if names else index, predictions.labels[index], *answer, accepted, *shown]
        )
    return stream.getvalue()


def _beside(contents: Sequence[str]) -> str:
    """Side by side if there is room."""
    return f'<div class="beside">{"".join(f"<div>{content}</div>" for content in contents)}</div>'


def _section(model: ReportedModel, models: Sequence[ReportedModel], heading: str, content: str) -> str:
    """Content under a heading, which names the model if there are two."""
    suffix = f" · {html.escape(model.name)}" if len(models) > 1 else ""
    return f"<h2>{heading}{suffix}</h2>{content}"


def _figures(model: ReportedModel) -> str:
    evaluation = model.evaluation
    low, high = evaluation.interval
    accepted = model.predictions.support >= model.threshold
    shown = {
        f"accuracy of {html.escape(model.name)}": f"{evaluation.accuracy:.2%}",
        "95% interval": f"{low:.2%} to {high:.2%}",
        "digits": f"{evaluation.count:,}",
        "calibration error": f"{evaluation.calibration_error:.2%}",
        f"accepted at a threshold of {model.threshold:.3f}": f"{accepted.mean():.2%}",
    }
    return f'<div class="figures">{"".join(f"<div><b>{value}</b>{name}</div>" for name, value in shown.items())}</div>'


def _summaries(kind: str, models: Sequence[ReportedModel]) -> str:
    """A line for each model on how its accuracy falls."""
    lines = (f"{model.name}: {model.summaries[kind]}" for model in models if kind in model.summaries)
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _differences(first: ReportedModel, second: ReportedModel) -> str:
    """How many digits only one of the two reads right, and whether that is more than chance explains."""
    comparison = compare(first.predictions.right, second.predictions.right)
    counts = ", ".join(
        f"only {html.escape(model.name)} reads {int(only.sum()):,} right"
        for model, only in ((first, comparison.only_first), (second, comparison.only_second))
    )
    return f"<p>{counts[0].upper()}{counts[1:]}. {comparison.verdict()}.</p>"


def _digits(evaluation: Evaluation) -> Iterable[Sequence[object]]:
    yield "", "Precision", "Recall", "F1"
    for digit, shares in enumerate(zip(evaluation.precision, evaluation.recall, evaluation.f1, strict=True)):
        yield digit, *("–" if np.isnan(share) else f"{share:.2%}" for share in shares)


def _contributors(model: ReportedModel) -> str:
    rows = ((html.escape(score.contributor), *score.as_texts()) for score in model.contributors)
    return _table([("", "Digits", "Read wrong", "Accuracy", "95% interval"), *rows])


def _confusion(evaluation: Evaluation) -> str:
    rows = ((digit, *(count or "" for count in row)) for digit, row in enumerate(evaluation.confusion.tolist()))
    return f"<p>Rows: the label. Columns: what it is read as.</p>{_table([('', *range(10)), *rows])}"


def _table(rows: Iterable[Sequence[object]]) -> str:
    first, *others = rows
    body = "".join(f"<tr><th>{name}</th>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for name, *row in others)
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in first)}</tr>{body}</table>"


def _mistakes(model: ReportedModel) -> str:
    wrong = most_confident_first(model.predictions)
    if not len(wrong):
        return "<p>Every digit is read right.</p>"
    shown = wrong[:MOST_MISTAKES].tolist()
    tiles = "".join(_mistake(model.predictions, index, index in model.suspects) for index in shown)
    legend = "<p>Orange: the label itself may be wrong.</p>" if model.suspects else ""
    more = f"<p>And {len(wrong) - MOST_MISTAKES:,} more.</p>" if len(wrong) > MOST_MISTAKES else ""
    return f'{legend}<div class="mistakes">{tiles}</div>{more}'


def _mistake(predictions: Predictions, index: int, suspect: bool) -> str:
    return (
        f'<div{" class=suspect" if suspect else ""}><img alt="" src="{png(predictions.pictures[index])}">'
        f"<b>{predictions.labels[index]} read as {predictions.answers[index]}</b>"
        f"<span>{predictions.confidences[index]:.1%}, then {predictions.runners_up[index]}</span></div>"
    )
