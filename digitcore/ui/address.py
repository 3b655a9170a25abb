"""A page's address: it says what is chosen on the page, so that it opens again as it was."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import streamlit as st

Reader = Callable[[list[str]], Any]
"""Makes a value of an address's texts. Raises ValueError for what nobody but a hand can have written."""

_SAID = "address_said"


class Word(NamedTuple):
    """A word of an address: the key of what it says in the session's state, what is left unsaid, and how to read it."""

    key: str
    default: Any
    read: Reader


def agree(page: str, words: Mapping[str, Word]) -> dict[str, str]:
    """Makes the page and its address say the same; to be called before the page's widgets.

    Gives what the address asked for that is not there, by word.

    The address wins when the page is entered by it, and when someone goes back in the browser. What someone has
    changed on the page since wins over the address, which comes with each run of the page and may lag behind. Entered
    again without an address, the page is as it was left.
    """
    for word in words.values():
        st.session_state.setdefault(word.key, word.default)
    asked, said = _asked(words), _said(page)
    entered_by_it = said is None and asked
    gone_back = said is not None and asked != said and _here(words) == said
    missing = {}
    if entered_by_it or gone_back:
        missing = {name: texts[-1] for name, texts in asked.items() if not _is_readable(words[name], texts)}
        for name, word in words.items():
            st.session_state[word.key] = _read(word, asked.get(name))
    tell(page, words)
    return missing


def tell(page: str, words: Mapping[str, Word]) -> None:
    """Lets the address say what the page does; to be called again where a run of the page has changed that."""
    here = _here(words)
    if here != _asked(words):
        st.query_params.from_dict(here)
    st.session_state[_SAID] = page, here


def one_of(choices: Iterable[Any]) -> Reader:
    """Reads one of the choices."""
    by_text = {f"{choice}": choice for choice in choices}

    def read(texts: list[str]) -> Any:
        if texts[-1] not in by_text:
            raise ValueError(texts[-1])
        return by_text[texts[-1]]

    return read


def some(texts: list[str]) -> list[str]:
    """Reads any texts, each once."""
    return list(dict.fromkeys(texts))


def text(texts: list[str]) -> str:
    """Reads any text."""
    return texts[-1]


def whole(low: int) -> Reader:
    """Reads a whole number from `low`."""

    def read(texts: list[str]) -> int:
        if not texts[-1].isdecimal() or int(texts[-1]) < low:
            raise ValueError(texts[-1])
        return int(texts[-1])

    return read


def _said(page: str) -> dict[str, list[str]] | None:
    """What the address said last of the page; None where another page was seen since."""
    last, said = st.session_state.get(_SAID, ("", {}))
    return said if last == page else None


def _asked(words: Mapping[str, Word]) -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in words if name in st.query_params}


def _here(words: Mapping[str, Word]) -> dict[str, list[str]]:
    """What is chosen, as texts; without what need not be said, and what no address can bring back."""
    values = {name: st.session_state.get(word.key, word.default) for name, word in words.items()}
    return {
        name: _written(values[name])
        for name, word in words.items()
        if values[name] != word.default and _read(word, _written(values[name])) == values[name]
    }


def _written(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [f"{value}"]


def _is_readable(word: Word, texts: list[str]) -> bool:
    try:
        word.read(texts)
    except ValueError:
        return False
    return True


def _read(word: Word, texts: list[str] | None) -> Any:
    """The value that the texts stand for; the default where there are none, or they stand for nothing."""
    return word.read(texts) if texts and _is_readable(word, texts) else word.default
