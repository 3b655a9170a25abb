"""How far a run is, as one piece of HTML: many widgets, updated each second, would cost the browser more."""

from html import escape

from digitcore.runs import State, Status
from digitcore.runs.snapshot import Snapshot
from digitcore.ui.train import machine
from digitcore.ui.wording import duration, number

STYLE = """<style>
.progress{display:grid;gap:1rem;font-variant-numeric:tabular-nums}
.progress .bars{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr))}
.progress .cards{display:flex;flex-wrap:wrap;gap:.75rem}
.progress .track{height:.5rem;border-radius:.25rem;margin-top:.4rem;
background:color-mix(in srgb,currentColor 10%,transparent)}
.progress .fill{height:100%;border-radius:.25rem;background:var(--digit-blue)}
.progress .card{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.5rem;padding:.8rem;
flex:1 1 7.6rem}
.progress .value{font-size:1.45rem;line-height:1.5;white-space:nowrap}
.progress .label{font-size:.875rem;white-space:nowrap}
.progress .quiet{opacity:.65;font-size:.875rem}
</style>"""


def progress_html(snapshot: Snapshot) -> str:
    """The progress of run and epoch, and below it the figures in a row of cards."""
    bars = "".join(_bar(*bar) for bar in _bars(snapshot.status))
    cards = "".join(_card(*card) for card in _cards(snapshot))
    return f'{STYLE}<div class="progress"><div class="bars">{bars}</div><div class="cards">{cards}</div></div>'


def _bars(status: Status) -> list[tuple[str, float]]:
    """The epochs, and beside them the batches of one; before the first, the file that is being downloaded."""
    epoch_share = status.batch / status.batches if status.batches else 0.0
    run_share = (max(status.epoch - 1, 0) + epoch_share) / max(status.epochs, 1)
    batch = f"Batch {status.batch:,} of {status.batches:,}" if status.batches else "No batch yet"
    if status.state in (State.QUEUED, State.RUNNING):
        batch += f" · {status.activity()}"
    return [
        (f"Epoch {status.epoch} of {status.epochs}", run_share),
        (batch, epoch_share if status.batches else status.downloaded or 0.0),
    ]


def _cards(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Label, value and detail; the test accuracy, once known, takes the place of the time left."""
    status, config, load = snapshot.status, snapshot.config, machine.load()
    left = ("Time left", duration(status.seconds_left), f"{duration(status.fit_seconds)} so far")
    test = ("Test split", number(status.test_accuracy, ".2%"), f"{status.data}, {duration(status.fit_seconds)}")
    best = f"best epoch: {status.best_epoch}" if status.best_epoch else "no epoch yet"
    schedule = "set by hand" if snapshot.rate_by_hand else config.schedule
    return [
        ("Validation split", number(status.best_accuracy, ".2%"), best),
        left if status.test_accuracy is None else test,
        ("Images per second", number(status.images_per_second, ",.0f"), f"batches of {config.batch_size}"),
        ("Learning rate", number(status.learning_rate, ".2g"), schedule),
        ("Machine", f"{load.busy:.0%}", f"{load.used / 2**30:.1f} of {load.memory / 2**30:.0f} GB"),
    ]


def _bar(text: str, share: float) -> str:
    width = f"{min(max(share, 0.0), 1.0):.1%}"
    return f'<div>{escape(text)}<div class="track"><div class="fill" style="width:{width}"></div></div></div>'


def _card(label: str, value: str, detail: str) -> str:
    lines = (("label", label), ("value", value), ("quiet", detail))
    return f'<div class="card">{"".join(f"<div class={kind!r}>{escape(text)}</div>" for kind, text in lines)}</div>'
