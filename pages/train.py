"""Choose a recipe, start a run, and watch it learn."""

import streamlit as st

from digitcore.errors import DigitError
from digitcore.training import launch, runs
from digitcore.training.config import TrainingConfig
from digitcore.ui import recipe_form, shell
from digitcore.ui.queue_view import queue_view
from digitcore.ui.run_view import CHOSEN, run_view

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
        name = st.text_input("Name", key="train_name", placeholder="Named by date", help="What the run is called.")
        if config:
            st.caption(recipe_form.cost(config))
        words = {"icon": ":material/play_arrow:", "type": "primary", "width": "stretch"}
        # The press may come with the invalid text that has just disabled it.
        if st.button("Start training", key="train_start", disabled=config is None, **words) and config:
            start(config, name.strip())


def start(config: TrainingConfig, name: str) -> None:
    """Starts a run and shows it, or says why it cannot be started."""
    try:
        st.session_state[CHOSEN] = launch.start(config, name).id
    except DigitError as error:
        st.warning(str(error), icon=":material/error:")


def chosen_run() -> None:
    """The run that trains, or else the newest, unless another is chosen."""
    known = {run.id: run for run in runs.every()}
    if not known:
        st.info("No run yet. Start one, and its curves appear here.", icon=":material/show_chart:")
        return
    if st.session_state.get(CHOSEN) not in known:
        active = runs.active()
        st.session_state[CHOSEN] = active.id if active else next(iter(known))
    run_view(known[st.selectbox("Run", list(known), key=CHOSEN, persist_state="session")])


shell.enter()
with st.container(key="train_columns"):
    form, watch = st.columns([2, 5], gap="large")
with form:
    start_form()
    queue_view()
with watch:
    chosen_run()
st.html(RUN_FIRST if runs.active() else FORM_FIRST)
