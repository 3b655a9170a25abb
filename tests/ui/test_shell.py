"""The frame around the pages, and that a page is declared in one place."""

import shutil
from pathlib import Path

from streamlit.testing.v1 import AppTest

from digitcore import settings
from digitcore.ui import shell
from digitcore.ui.shell import Page


def test_every_page_is_declared_and_nothing_else():
    assert sorted(page.file for page in shell.PAGES) == sorted((settings.PROJECT / "pages").glob("*.py"))


def test_a_page_needs_its_file_and_its_entry_alone(tmp_path: Path, monkeypatch):
    for name in ("app.py", "pages"):
        source = settings.PROJECT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "pages" / "made-up.py").write_text(
        'import streamlit as st\nfrom digitcore.ui import shell\nshell.enter()\nst.caption("Something new")\n'
    )
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    # First, as the test harness opens the app on the first page alone.
    monkeypatch.setattr(shell, "PAGES", [Page("Made-up", "star", "A page that was added."), *shell.PAGES])
    app = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert [caption.value for caption in app.caption] == ["Something new"]
    header = " ".join(element.proto.body for element in app.get("html"))
    assert "<h1>Made-up</h1><p>A page that was added.</p>" in header
