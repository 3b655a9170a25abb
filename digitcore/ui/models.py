"""The models that pages offer, opened once for all sessions."""

from collections.abc import Mapping

import streamlit as st

from digitcore import naming, settings
from digitcore.prediction import Bundle, Engine, display_names, open_all, try_to_open
from digitcore.ui import address
from digitcore.ui.address import Word
from digitcore.ui.choices import settle
from digitcore.ui.wording import plain

CHOSEN = "draw_model"
BESIDE, NONE = "draw_beside", ""
"""The keys of the names of the chosen model and of the one that reads beside it, and what stands for none."""


def choose_models() -> list[Bundle]:
    """A button that opens the models to choose from: one, and another beside it if wanted. None where there is none.

    With a line for each model that is refused. A select box on the page itself would hold the canvas up by half a
    second: its code is large, and loaded first.
    """
    opened, refused = open_models()
    for line in refused:
        st.warning(line[0].upper() + line[1:], icon=":material/gpp_bad:")
    if not opened:
        st.info("There is no model yet. Train one, and use it here.", icon=":material/model_training:")
        return []
    offered = {bundle.name: bundle for bundle in opened}
    # Here, in the fragment that a choice runs anew, so that the address follows it.
    others = {NONE: None} | offered
    words = {"model": Word(CHOSEN, opened[0].name, address.one_of(offered))}
    tell_of_missing(address.agree("draw", words | {"beside": Word(BESIDE, NONE, address.one_of(others))}))
    first = settle(CHOSEN, offered, opened[0].name)
    second = settle(BESIDE, [name for name in others if name != first], NONE)
    names = {NONE: "No other"} | {name: plain(title) for name, title in display_names(opened).items()}
    chosen = [offered[name] for name in (first, second) if name != NONE]
    label = f"{'Model' if len(chosen) == 1 else 'Models'}: {', '.join(names[bundle.name] for bundle in chosen)}"
    with st.popover(label, icon=":material/neurology:", key="draw_models"):
        shared = {"format_func": names.get, "persist_state": "session"}
        summaries = [bundle.summary() for bundle in opened]
        st.radio("Read with", list(offered), key=CHOSEN, captions=summaries, **shared)
        if len(offered) > 1:
            st.radio("And beside it with", [name for name in others if name != first], key=BESIDE, **shared)
    return chosen


def tell_of_missing(asked: Mapping[str, str]) -> None:
    """Says which models an address asked for in vain, by its words, in what outlasts the page's next run."""
    for name in {"model", "compare", "beside"} & asked.keys():
        words = f"There is no model '{plain(asked[name])}'. Another one is shown."
        st.toast(words, icon=":material/search_off:", duration="long")


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
