"""Choose a recipe, start a run, and watch it learn."""

from collections.abc import Mapping

import streamlit as st

from digitcore import naming, runs
from digitcore.errors import DigitError
from digitcore.recipes.config import TrainingConfig
from digitcore.runs import Run, launch
from digitcore.ui import address, shell
from digitcore.ui.actions import PICKED_RUN
from digitcore.ui.address import Parameter
from digitcore.ui.choices import settle
from digitcore.ui.train import recipe_form
from digitcore.ui.train.queue_view import queue_view
from digitcore.ui.train.run_view import run_view
from digitcore.ui.wording import plain, sentence

SHOWN, PICKED_BEFORE = "train_run", "train_picked_before"
PARAMETERS = {"run": Parameter(PICKED_RUN, None, address.text)}

# On a phone the columns stand one below the other; while a run trains, it comes first.
FORM_FIRST = "<style></style>"
RUN_FIRST = """<style>@media (max-width: 640px) {
.st-key-train_columns > [data-testid=stLayoutWrapper] > [data-testid=stHorizontalBlock] > :last-child { order: -1 }
}</style>"""


def start_waiting() -> None:
    """Starts the first run in the queue where none trains: the machine was restarted, or the queue's keeper killed."""
    try:
        launch.advance()
    except DigitError as error:
        st.warning(sentence(str(error)), icon=":material/error:")


def start_form() -> None:
    """The recipe, and the button that starts it."""
    base = recipe_form.choose_recipe()
    middle = st.container()
    config = recipe_form.adjust(base)
    with middle:
        name = st.text_input(
            "Name",
            key="train_name",
            help="The run's name.",
            placeholder="Date and preset",
            max_chars=naming.NAME_CHARACTERS,
        )
        if config:
            st.caption(recipe_form.cost(config))
        pressed = st.button(
            "Start training",
            key="train_start",
            icon=":material/play_arrow:",
            type="primary",
            width="stretch",
            disabled=config is None,
        )
        # The press may come with the invalid text that has just disabled the button.
        if pressed and config:
            start(config, name)


def start(config: TrainingConfig, name: str) -> None:
    """Starts a run and shows it, or says why it cannot be started."""
    try:
        st.session_state[PICKED_RUN] = launch.start(config, name).id
    except DigitError as error:
        st.warning(plain(sentence(str(error))), icon=":material/error:")


def chosen_run() -> None:
    """The run that someone chose, or else the one that trains, or the newest."""
    by_id = {run.id: run for run in runs.every()}
    if not by_id:
        st.info("No run yet. Start one, and its curves appear here.", icon=":material/show_chart:")
        return
    settle_run(by_id)
    names = naming.distinct_names({run.id: run.name for run in by_id.values()})
    run_id = st.selectbox(
        "Run", list(by_id), key=SHOWN, format_func=names.__getitem__, on_change=pick, persist_state="session"
    )
    run_view(by_id[run_id])


def settle_run(by_id: Mapping[str, Run]) -> None:
    """Lets the select box show the run that was picked since the page's last run, or another where that is gone."""
    picked = st.session_state[PICKED_RUN]
    if picked and picked not in by_id:
        message = f"There is no run '{plain(picked)}'; it may have been deleted. Another one is shown."
        st.warning(message, icon=":material/search_off:")
    if picked != st.session_state.get(PICKED_BEFORE):
        st.session_state[SHOWN] = picked
    st.session_state[PICKED_BEFORE] = picked
    active = runs.active()
    settle(SHOWN, by_id, active.id if active else next(iter(by_id)))


def pick() -> None:
    """Keeps what was chosen in the select box."""
    st.session_state[PICKED_RUN] = st.session_state[SHOWN]


shell.enter()
address.agree("train", PARAMETERS)
start_waiting()
with st.container(key="train_columns"):
    form, watched = st.columns([2, 5], gap="large")
with form:
    start_form()
    queue_view()
with watched:
    # A run may just have been started.
    address.write("train", PARAMETERS)
    chosen_run()
st.html(RUN_FIRST if runs.active() else FORM_FIRST)
