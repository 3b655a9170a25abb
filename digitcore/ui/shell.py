"""The frame around every page: its navigation, and its opening by any address."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from digitcore import settings
from digitcore.ui import palette


class Page(NamedTuple):
    """A page: its name, its Material icon, and a sentence on it. Its file and its address have its name."""

    name: str
    icon: str
    about: str

    @property
    def address(self) -> str:
        """The page's path."""
        return self.name.lower()

    @property
    def file(self) -> Path:
        """The script that shows it."""
        return settings.PROJECT / "pages" / f"{self.address}.py"

    @property
    def title(self) -> str:
        """What the navigation shows. An icon of the page's own would be fetched from the web, to be the tab's."""
        return f":material/{self.icon}: {self.name}"


DRAW = Page("Draw", "draw", "Draw a digit or a number with mouse or finger: it is read as each stroke ends.")
TRAIN = Page("Train", "model_training", "Choose a recipe, start a run, and watch the network learn.")
PAGES = [
    DRAW,
    Page("Read", "document_scanner", "Read numbers in photos and files: up to a thousand at a time."),
    TRAIN,
    Page("Evaluate", "query_stats", "See how well a model reads digits that it never saw, and where it fails."),
    Page("Explore", "travel_explore", "Look at the digits that networks learn from and are tested on."),
    Page("Runs", "table_chart", "Find any training run, compare runs, and download what they made."),
]
"""Every page, in the order of the navigation; the first is what the app opens on."""
STYLE = f"""<style>
{palette.CSS}
.stMainBlockContainer {{ padding-top: 4.5rem }}
header.page {{ display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem }}
header.page h1 {{ font-size: 1.75rem; line-height: 1.3; padding: 0; margin: 0 }}
header.page p {{ opacity: .7; margin: 0 }}
.st-key-shell_menu {{ display: none }}
[data-testid=stStatusWidget] * {{ transition: none !important; animation: none !important }}
@media (hover: none) {{ [data-testid=stElementContainer]:has([data-testid=stDataFrame]) {{ margin-top: 1.75rem }} }}
</style>"""
"""Streamlit leaves a seventh of the screen empty above the first element. On a touch screen it always shows a table's
tools, above the table, where they would cover what stands there. And its sign that a script runs, which is
shown each second while a run is watched, is not animated: without a graphics card that takes a twentieth of a core
from the training."""
ICON = settings.PROJECT / "docs" / "images" / "icon.png"
CLOSE_MENU = """
export default function () {
  const ended = new AbortController();
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-testid=stSidebarNavLink]") || innerWidth >= 768) return;
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }, { signal: ended.signal });
  return () => ended.abort();
}
"""
"""On a phone the navigation is a menu over the page, which Streamlit leaves open when a page has been chosen."""
_phone_menu = st.components.v2.component("digitcore_phone_menu", js=CLOSE_MENU)


def run() -> None:
    """Runs the page that the address asks for, under its title and a sentence on it."""
    st.session_state["shell_entered"] = True
    script = _navigation()
    page = next(page for page in PAGES if page.title == script.title)
    st.set_page_config(page_title=f"{page.name} · Digit dashboard", page_icon=ICON, layout="wide")
    st.html(f'{STYLE}<header class="page"><h1>{page.name}</h1><p>{page.about}</p></header>')
    script.run()
    _phone_menu(key="shell_menu")


def enter(leave: Callable[[], None] | None = None) -> None:
    """To be called first by every page. `leave` is called once another page is entered.

    On a server that has not yet run app.py, Streamlit finds the folder pages/ and runs the page's file alone, in the
    way of its older multipage apps (`_mpa_v1` in streamlit/runtime/scriptrunner). Declaring the navigation ends that,
    and the rerun comes back through app.py.
    """
    if "shell_entered" not in st.session_state:
        st.session_state["shell_entered"] = True
        _navigation()
        st.rerun()
    before = st.session_state.get("shell_leave")
    if before and before != leave:
        before()
    st.session_state["shell_leave"] = leave


def _navigation() -> st.Page:
    scripts = [st.Page(page.file, title=page.title, url_path=page.address, default=page == PAGES[0]) for page in PAGES]
    return st.navigation(scripts, position="top")
