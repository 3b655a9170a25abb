"""The models that pages offer, opened once for all sessions."""

import streamlit as st

from digitcore import settings
from digitcore.prediction import Bundle, Engine, open_all, try_to_open

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
    first = _keep_to(CHOSEN, list(offered))
    second = _keep_to(BESIDE, [NONE, *(name for name in offered if name != first)])
    chosen = [offered[name] for name in (first, second) if name != NONE]
    label = f"{'Model' if len(chosen) == 1 else 'Models'}: {', '.join(map(title, chosen))}"
    with st.popover(label, icon=":material/neurology:", key="draw_models"):
        _radio("Read with", CHOSEN, {name: (title(bundle), bundle.summary()) for name, bundle in offered.items()})
        if len(offered) > 1:
            others = {name: (title(bundle), "") for name, bundle in offered.items() if name != first}
            _radio("And beside it with", BESIDE, {NONE: ("No other", "")} | others)
    return chosen


def title(bundle: Bundle) -> str:
    """What the model is called."""
    return bundle.name


def _keep_to(key: str, offered: list[str]) -> str:
    """The choice under `key`, the first of those offered where it is none of them."""
    if st.session_state.get(key) not in offered:
        st.session_state[key] = offered[0]
    return st.session_state[key]


def _radio(label: str, key: str, options: dict[str, tuple[str, str]]) -> None:
    """A choice of names, each with its title and a caption."""
    captions = [caption for _, caption in options.values()]
    words = {"format_func": lambda name: options[name][0], "captions": captions, "persist_state": "session"}
    st.radio(label, list(options), key=key, **words)


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
    """Changes when the bundle does, so that its checksums are reckoned once and not at each stroke."""
    folder = settings.models_folder() / name
    files = sorted(file for file in folder.glob("*") if file.exists())
    return str(folder), *((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
