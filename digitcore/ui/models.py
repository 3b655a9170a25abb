"""The models that pages offer, opened once for all sessions."""

import streamlit as st

from digitcore import naming, settings
from digitcore.prediction import Bundle, Engine, open_all, titles, try_to_open
from digitcore.ui import address
from digitcore.ui.address import Word
from digitcore.ui.choices import settle
from digitcore.ui.figures import plain

CHOSEN = "draw_model"
"""The key of the chosen model's name."""


def choose_model() -> Bundle | None:
    """A button that opens the models to choose from, with a line for each that is refused. None where there is none.

    A select box on the page itself would hold the canvas up by half a second: its code is large, and loaded first.
    """
    opened, refused = open_models()
    for line in refused:
        st.warning(line[0].upper() + line[1:], icon=":material/gpp_bad:")
    if not opened:
        st.info("There is no model yet. Train one, and use it here.", icon=":material/model_training:")
        return None
    offered = {bundle.name: bundle for bundle in opened}
    # Here, in the fragment that a choice runs anew, so that the address follows it.
    address.agree("draw", {"model": Word(CHOSEN, opened[0].name, address.one_of(offered))})
    now = settle(CHOSEN, offered, opened[0].name)
    names = {name: plain(title) for name, title in titles(opened).items()}
    label = f"Model: {names[now]}"
    with st.popover(label, icon=":material/neurology:", key="draw_models", width="stretch"):
        words = {"format_func": names.get, "captions": [bundle.summary() for bundle in opened]}
        chosen = st.radio("Read with", list(offered), key=CHOSEN, persist_state="session", **words)
    return offered[chosen]


def open_models() -> tuple[list[Bundle], list[str]]:
    """The bundles that can be opened, and a line for each that cannot."""
    return open_all(lambda name: _opened(name, stamp(name)))


def engine(bundle: Bundle) -> Engine:
    """The bundle's engine. Raises BundleError where its network cannot be run."""
    return _engine(bundle.name, stamp(bundle.name), bundle)


@st.cache_resource(show_spinner=False, max_entries=100)
def _opened(name: str, stamp: tuple) -> Bundle | str:
    return try_to_open(name)


@st.cache_resource(show_spinner=False, max_entries=8)
def _engine(name: str, stamp: tuple, _bundle: Bundle) -> Engine:
    return Engine(_bundle)


def stamp(name: str) -> tuple:
    """Changes when the bundle does, so that its checksums are reckoned once and not at each stroke.

    What it is called changes nothing of it.
    """
    folder = settings.model_folder(name)
    files = sorted(file for file in folder.glob("*") if file.exists() and file.name != naming.ABOUT)
    return str(folder), *((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
