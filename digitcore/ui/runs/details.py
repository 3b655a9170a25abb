"""One run: its name, its figures and checkpoints, and what can be downloaded from it."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from digitcore import naming, runs
from digitcore.errors import DigitError
from digitcore.recipes import script
from digitcore.runs import Run, Status, description, downloads, metrics, publish
from digitcore.runs.catalogue import Entry
from digitcore.runs.metrics import Row
from digitcore.ui import shell, wording
from digitcore.ui.actions import BADGES, PICKED_RUN, use_model
from digitcore.ui.choices import choose_one
from digitcore.ui.metric_rows import rows_of
from digitcore.ui.runs import comparison
from digitcore.ui.runs.deletion import ERRORS

PREPARED = "runs_prepared"
LABELS = {"best": "Best", "last": "Last"}


def run_details(entry: Entry) -> None:
    """Shows the run and what can be done with it."""
    run = runs.by_id(entry.id)
    status, rows = run.status(), rows_of(run)
    _head(run, entry, status)
    _name_and_note(run)
    _figures(entry)
    comparison.curves([entry])
    _checkpoints(run, entry, metrics.epochs(rows))
    _code(run)


def _head(run: Run, entry: Entry, status: Status) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        label, colour, icon = BADGES[entry.state]
        st.badge(label, icon=icon, color=colour)
        st.markdown(f"`{run.id}`", width="stretch")
        if st.button("Open on the training page", icon=":material/model_training:", key="runs_open"):
            st.session_state[PICKED_RUN] = run.id
            st.switch_page(shell.TRAIN.file)
    if status.error:
        st.error(status.error, icon=":material/error:")


def _figures(entry: Entry) -> None:
    best = f"best epoch: {entry.best_epoch}" if entry.best_epoch else "no epoch yet"
    cards = (
        ("Validation split", wording.number(entry.best_accuracy, ".2%"), best),
        ("Test split", wording.number(entry.test_accuracy, ".2%"), entry.data or "–"),
        ("Epochs", f"{entry.epochs_done}", f"of {entry.epochs} planned"),
        ("Took", wording.duration(entry.seconds), entry.preset or "–"),
    )
    with st.container(horizontal=True):
        for label, value, detail in cards:
            st.metric(label, value, delta_description=detail, border=True)


def _name_and_note(run: Run) -> None:
    """The name and the note, kept as soon as they are changed."""
    about = description.about(run)
    left, right = st.columns([2, 3])
    name_key, note_key = f"runs_name_{run.id}", f"runs_note_{run.id}"
    left.text_input(
        "Name",
        about.name,
        key=name_key,
        on_change=_keep,
        args=(description.rename, run, name_key),
        placeholder=run.id,
        max_chars=naming.NAME_CHARACTERS,
    )
    right.text_area(
        "Note",
        about.note,
        key=note_key,
        height=75,
        on_change=_keep,
        args=(description.annotate, run, note_key),
        placeholder="What you tried, and what came of it",
        max_chars=description.NOTE_CHARACTERS,
    )


def _keep(write: Callable[[Run, str], None], run: Run, key: str) -> None:
    """Keeps what was typed; on change alone, as someone else may have written another since."""
    try:
        write(run, st.session_state[key])
    except DigitError as error:
        st.session_state.setdefault(ERRORS, []).append(str(error))


def _checkpoints(run: Run, entry: Entry, finished: list[Row]) -> None:
    """The figures of each epoch, and what can be done with the two checkpoints."""
    last = finished[-1].epoch if finished else None
    epochs = {"best": entry.best_epoch, "last": last}
    kept = {name: epochs[name] for name in LABELS if run.checkpoint(name).exists()}
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**Epochs**")
        _epochs_table(run, finished, kept)
    with right:
        st.markdown("**Checkpoint**")
        if not kept:
            st.caption("The files of its checkpoints are missing." if finished else "No checkpoint yet.")
            return
        chosen = _choose_checkpoint(run, kept)
        _use(run, chosen)
        _downloads(run, chosen)


def _choose_checkpoint(run: Run, kept: dict[str, int | None]) -> str:
    labels = {name: f"{LABELS[name]}, epoch {epoch}" if epoch else LABELS[name] for name, epoch in kept.items()}
    key = f"runs_checkpoint_{run.id}"
    return choose_one("Checkpoint", list(labels), key, format_func=labels.__getitem__, label_hidden=True)


def _epochs_table(run: Run, finished: list[Row], kept: dict[str, int | None]) -> None:
    if not finished:
        st.caption("No epoch is finished yet.")
        return
    percent, loss = (st.column_config.NumberColumn(format=form) for form in ("%.2f%%", "%.4f"))
    best = "The best epoch has the lowest validation loss after calibration."
    columns = {"Kept": st.column_config.TextColumn(help=best)}
    columns |= {"Validation": percent, "Training": percent, "Test": percent}
    columns |= {"Validation loss": loss, "Training loss": loss}
    frame = _epochs_frame(run, finished, kept)
    st.dataframe(frame, hide_index=True, placeholder="–", key="runs_epochs", column_config=columns)


def _epochs_frame(run: Run, finished: list[Row], kept: dict[str, int | None]) -> pd.DataFrame:
    """The checkpoints' epochs, then every epoch."""
    by_epoch = {row.epoch: row for row in finished}
    marked = [(LABELS[name], by_epoch[epoch], _test(run, name)) for name, epoch in kept.items() if epoch in by_epoch]
    every = [*marked, *(("", row, None) for row in finished)]
    return pd.DataFrame(
        {
            "Kept": [mark for mark, _, _ in every],
            "Epoch": [row.epoch for _, row, _ in every],
            "Validation": [_percent(row.val_accuracy) for _, row, _ in every],
            "Validation loss": [row.val_loss for _, row, _ in every],
            "Training": [100 * row.accuracy for _, row, _ in every],
            "Training loss": [row.loss for _, row, _ in every],
            "Test": [test for _, _, test in every],
        }
    )


def _test(run: Run, checkpoint: str) -> float | None:
    scores = publish.stored_scores(run, checkpoint)
    return _percent(scores["test_accuracy"]) if scores else None


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _use(run: Run, checkpoint: str) -> None:
    """The buttons that evaluate the checkpoint and use its model."""
    is_busy = run.is_alive()
    help = "Possible once the run has ended." if is_busy else None
    with st.container(horizontal=True, vertical_alignment="center"):
        use = st.button(
            "Use this model",
            icon=":material/rocket_launch:",
            key="runs_use",
            type="primary",
            disabled=is_busy,
            help=help,
        )
        evaluate = st.button("Evaluate", icon=":material/speed:", key="runs_evaluate", disabled=is_busy, help=help)
    if use:
        use_model(run, checkpoint)
    if evaluate:
        _evaluate(run, checkpoint)
    scores = publish.stored_scores(run, checkpoint)
    if scores:
        st.caption(
            f"{scores['test_accuracy']:.2%} on the test split, {scores['validation_accuracy']:.2%} on validation."
        )


def _evaluate(run: Run, checkpoint: str) -> None:
    try:
        with st.spinner("Reading the test split"):
            publish.evaluate(run, checkpoint)
    except DigitError as error:
        st.error(wording.sentence(str(error)), icon=":material/error:")
        return
    st.rerun()


def _downloads(run: Run, checkpoint: str) -> None:
    """A format, the button that makes the file, and then the one that downloads it."""
    st.markdown("**Download**")
    labels = {name: form.label for name, form in downloads.FORMATS.items()}
    chosen = st.pills(
        "Format",
        list(labels),
        default="keras",
        key="runs_format",
        format_func=labels.__getitem__,
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )
    form = downloads.FORMATS[chosen]
    st.caption(form.help)
    wanted = (run.id, checkpoint, chosen)
    if st.button("Prepare", icon=":material/build:", key="runs_prepare"):
        try:
            with st.spinner(f"Making the {form.label} file"):
                st.session_state[PREPARED] = (wanted, downloads.prepare(run, checkpoint, chosen))
        except DigitError as error:
            st.error(wording.sentence(str(error)), icon=":material/error:")
    prepared, path = st.session_state.get(PREPARED, (None, Path()))
    if prepared == wanted and path.exists():
        st.download_button(
            f"Download {path.name}",
            path.read_bytes(),
            path.name,
            form.mime,
            icon=":material/download:",
            key="runs_give",
        )


def _code(run: Run) -> None:
    """The script that trains the same network without this project."""
    try:
        code = script.code(run.config)
    except DigitError as error:
        st.warning(wording.sentence(str(error)), icon=":material/error:")
        return
    with st.expander("Python code", icon=":material/code:"):
        st.caption("Builds the network and trains it by the same recipe, without this project.")
        st.download_button(
            "Download the script",
            code,
            f"{run.id}.py",
            "text/x-python",
            icon=":material/download:",
            key="runs_code",
        )
        st.code(code, language="python", height=400)
