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

SHOWN, BEFORE = "train_run", "train_picked_before"
ADDRESS = {"run": Parameter(PICKED_RUN, None, address.text)}

# On a phone the columns stand one below the other; while something trains, that is seen first.
FORM_FIRST = "<style></style>"
RUN_FIRST = """<style>@media (max-width: 640px) {
.st-key-train_columns > [data-testid=stLayoutWrapper] > [data-testid=stHorizontalBlock] > :last-child { order: -1 }
}</style>"""


def start_form() -> None:
    """The recipe, and the button that starts it."""
    base = recipe_form.choose_recipe()
    middle = st.container()
    config = recipe_form.adjust(base)
    with middle:
        called = {"placeholder": "Named by date", "max_chars": naming.NAME_CHARACTERS}
        name = st.text_input("Name", key="train_name", help="What the run is called.", **called)
        if config:
            st.caption(recipe_form.cost(config))
        words = {"icon": ":material/play_arrow:", "type": "primary", "width": "stretch"}
        # The press may come with the invalid text that has just disabled it.
        if st.button("Start training", key="train_start", disabled=config is None, **words) and config:
            start(config, name)


def start(config: TrainingConfig, name: str) -> None:
    """Starts a run and shows it, or says why it cannot be started."""
    try:
        st.session_state[PICKED_RUN] = launch.start(config, name).id
    except DigitError as error:
        st.warning(plain(sentence(str(error))), icon=":material/error:")


def chosen_run() -> None:
    """The run that someone chose, or else the one that trains, or the newest."""
    known = {run.id: run for run in runs.every()}
    if not known:
        st.info("No run yet. Start one, and its curves appear here.", icon=":material/show_chart:")
        return
    show_the_picked(known)
    names = naming.distinct({run.id: run.name for run in known.values()})
    words = {"format_func": names.get, "on_change": pick, "persist_state": "session"}
    run_view(known[st.selectbox("Run", list(known), key=SHOWN, **words)])


def show_the_picked(known: Mapping[str, Run]) -> None:
    """Lets the select box show what was picked since the last run of the page, or what else there is to see."""
    picked = st.session_state[PICKED_RUN]
    if picked and picked not in known:
        words = f"There is no run '{plain(picked)}'; it may have been deleted. Another one is shown."
        st.warning(words, icon=":material/search_off:")
    if picked != st.session_state.get(BEFORE):
        st.session_state[SHOWN] = picked
    st.session_state[BEFORE] = picked
    active = runs.active()
    settle(SHOWN, known, active.id if active else next(iter(known)))


def pick() -> None:
    """Keeps what was chosen in the select box."""
    st.session_state[PICKED_RUN] = st.session_state[SHOWN]


shell.enter()
address.agree("train", ADDRESS)
with st.container(key="train_columns"):
    form, watch = st.columns([2, 5], gap="large")
with form:
    start_form()
    queue_view()
with watch:
    # A run may just have been started.
    address.write("train", ADDRESS)
    chosen_run()
st.html(RUN_FIRST if runs.active() else FORM_FIRST)
