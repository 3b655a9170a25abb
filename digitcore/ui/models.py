"""The models that pages offer, opened once for all sessions."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from digitcore import naming, settings
from digitcore.prediction import Bundle, Engine, display_names, open_all, try_to_open
from digitcore.ui import address
from digitcore.ui.address import Parameter
from digitcore.ui.choices import settle
from digitcore.ui.wording import plain, sentence

CHOSEN = "draw_model"
SECOND, NONE = "draw_beside", ""
"""The keys of the names of the chosen model and of the one that reads beside it, and what stands for none."""
Stamp = tuple[Any, ...]
"""Changes when the files of a bundle do."""


def choose_models() -> list[Bundle]:
    """A button that opens the models to choose from: one, and a second beside it if wanted. None where there is none.

    With a line for each model that is rejected. A select box on the page itself would hold the canvas up by half a
    second: its code is large, and loaded first.
    """
    opened = _offered()
    if not opened:
        return []
    by_name = {bundle.name: bundle for bundle in opened}
    # Here, in the fragment that a choice runs again, so that the address follows it.
    parameters = {
        "model": Parameter(CHOSEN, opened[0].name, address.one_of(by_name)),
        "beside": Parameter(SECOND, NONE, address.one_of([NONE, *by_name])),
    }
    warn_of_missing(address.agree("draw", parameters))
    first = settle(CHOSEN, by_name, opened[0].name)
    others = [NONE, *(name for name in by_name if name != first)]
    second = settle(SECOND, others, NONE)
    labels = {NONE: "No other"} | {name: plain(shown) for name, shown in display_names(opened).items()}
    chosen = [by_name[name] for name in (first, second) if name != NONE]
    label = f"{'Model' if len(chosen) == 1 else 'Models'}: {', '.join(labels[bundle.name] for bundle in chosen)}"
    with st.popover(label, icon=":material/neurology:", key="draw_models"):
        st.radio(
            "Read with",
            list(by_name),
            key=CHOSEN,
            captions=[bundle.summary() for bundle in opened],
            format_func=labels.__getitem__,
            persist_state="session",
        )
        if len(by_name) > 1:
            st.radio("Compare with", others, key=SECOND, format_func=labels.__getitem__, persist_state="session")
    return chosen


def choose_model(key: str) -> Bundle | None:
    """A button that opens the models; the name of the chosen one is kept under `key`. None where there is none."""
    opened = _offered()
    if not opened:
        return None
    by_name, labels = {bundle.name: bundle for bundle in opened}, display_names(opened)
    name = settle(key, by_name, opened[0].name)
    with st.popover(f"Model: {plain(labels[name])}", icon=":material/neurology:", key=f"{key}s"):
        st.radio(
            "Read with",
            list(by_name),
            key=key,
            captions=[bundle.summary() for bundle in opened],
            format_func=lambda name: plain(labels[name]),
            persist_state="session",
        )
    return by_name[name]


def _offered() -> list[Bundle]:
    """The bundles that can be opened, with a line for each that cannot, or for that there is none."""
    opened, rejected = open_models()
    for line in rejected:
        st.warning(sentence(line), icon=":material/gpp_bad:")
    if not opened:
        st.info("There is no model yet. Train one, and use it here.", icon=":material/model_training:")
    return opened


def warn_of_missing(asked: Mapping[str, str]) -> None:
    """Says which models an address asked for that do not exist, in a message that outlasts the page's next run."""
    for name in {"model", "compare", "beside"} & asked.keys():
        message = f"There is no model '{plain(asked[name])}'. Another one is shown."
        st.toast(message, icon=":material/search_off:", duration="long")


def open_models() -> tuple[list[Bundle], list[str]]:
    """The bundles that can be opened, and a line for each that cannot."""
    return open_all(lambda name: _opened(name, stamp(name)))


def engine(bundle: Bundle) -> Engine:
    """The bundle's engine. Raises BundleError where its network cannot be run."""
    return _engine(bundle.name, stamp(bundle.name), bundle)


@st.cache_resource(show_spinner=False, max_entries=100)
def _opened(name: str, stamp: Stamp) -> Bundle | str:
    return try_to_open(name)


@st.cache_resource(show_spinner=False, max_entries=8)
def _engine(name: str, stamp: Stamp, _bundle: Bundle) -> Engine:
    return Engine(_bundle)


def stamp(name: str) -> Stamp:
    """What changes with the bundle's files, so that their checksums are computed once and not at each stroke.

    The file with its display name is left out, which changes nothing of the model.
    """
    folder = settings.model_folder(name)
    files = sorted(file for file in folder.glob("*") if file.exists() and file.name != naming.ABOUT)
    return str(folder), *((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
