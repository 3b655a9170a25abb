"""A page's address: it says what is chosen on the page, so that it opens again as it was."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import streamlit as st

Reader = Callable[[list[str]], Any]
"""Makes a value of an address's texts. Raises ValueError for texts that no page has written."""

_WRITTEN = "address_written"


class Parameter(NamedTuple):
    """A parameter of an address: its key in the session's state, the value that is left out, and how to read it."""

    key: str
    default: Any
    read: Reader


def agree(page: str, parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Makes the page and its address say the same; to be called before the page's widgets.

    Returns what the address asked for that does not exist, by parameter.

    The address wins when the page is entered by it, and when someone goes back in the browser. What someone has
    changed on the page since wins over the address, which comes with each run of the page and may lag behind. Entered
    again without an address, the page is as it was left.
    """
    for parameter in parameters.values():
        st.session_state.setdefault(parameter.key, parameter.default)
    asked, written = _asked(parameters), _written_last(page)
    entered_by_it = written is None and asked
    gone_back = written is not None and asked != written and _chosen(parameters) == written
    missing = {}
    if entered_by_it or gone_back:
        missing = {name: texts[-1] for name, texts in asked.items() if not _is_readable(parameters[name], texts)}
        for name, parameter in parameters.items():
            st.session_state[parameter.key] = _read(parameter, asked.get(name))
    write(page, parameters)
    return missing


def write(page: str, parameters: Mapping[str, Parameter]) -> None:
    """Lets the address say what is chosen; to be called again where a run of the page has changed that."""
    chosen = _chosen(parameters)
    if chosen != _asked(parameters):
        st.query_params.from_dict(chosen)
    st.session_state[_WRITTEN] = page, chosen


def one_of(choices: Iterable[Any]) -> Reader:
    """Reads one of the choices."""
    by_text = {f"{choice}": choice for choice in choices}

    def read(texts: list[str]) -> Any:
        if texts[-1] not in by_text:
            raise ValueError(texts[-1])
        return by_text[texts[-1]]

    return read


def texts_once(texts: list[str]) -> list[str]:
    """Reads any number of texts, each once."""
    return list(dict.fromkeys(texts))


def text(texts: list[str]) -> str:
    """Reads any text."""
    return texts[-1]


def whole_number(low: int) -> Reader:
    """Reads a whole number from `low`."""

    def read(texts: list[str]) -> int:
        if not texts[-1].isdecimal() or int(texts[-1]) < low:
            raise ValueError(texts[-1])
        return int(texts[-1])

    return read


def _written_last(page: str) -> dict[str, list[str]] | None:
    """What the page wrote into the address last; None where another page has written since."""
    last, written = st.session_state.get(_WRITTEN, ("", {}))
    return written if last == page else None


def _asked(parameters: Mapping[str, Parameter]) -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in parameters if name in st.query_params}


def _chosen(parameters: Mapping[str, Parameter]) -> dict[str, list[str]]:
    """What is chosen, as texts; without defaults, and without what no address can bring back."""
    values = {name: st.session_state.get(parameter.key, parameter.default) for name, parameter in parameters.items()}
    return {
        name: _as_texts(values[name])
        for name, parameter in parameters.items()
        if values[name] != parameter.default and _read(parameter, _as_texts(values[name])) == values[name]
    }


def _as_texts(value: Any) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else [f"{value}"]


def _is_readable(parameter: Parameter, texts: list[str]) -> bool:
    try:
        parameter.read(texts)
    except ValueError:
        return False
    return True


def _read(parameter: Parameter, texts: list[str] | None) -> Any:
    """The value that the texts stand for; the default where there are none, or they stand for nothing."""
    return parameter.read(texts) if texts and _is_readable(parameter, texts) else parameter.default
