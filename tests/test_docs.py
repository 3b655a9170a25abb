"""What README and docs/ say is true: commands print what is shown, everything is named, links lead somewhere."""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitcore import __version__, settings
from digitcore.__main__ import parser
from digitcore.recipes import presets
from docs import outputs

DOCS = settings.PROJECT / "docs"
README = (settings.PROJECT / "README.md").read_text()
COMMAND_LINE = outputs.PAGE.read_text()
PAGES = sorted([*settings.PROJECT.glob("*.md"), *DOCS.glob("*.md")])


@pytest.mark.slow
def test_every_command_prints_what_the_page_shows(tmp_path):
    with outputs.shell(tmp_path) as shell:
        for shown in outputs.examples(COMMAND_LINE):
            printed = outputs.Example(shown.command, shell.run(shown.command))
            assert outputs.comparable(printed) == outputs.comparable(shown), shown.command


def _parsers(of: argparse.ArgumentParser, words: str = "digitcore") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command and every action of a command that --help names, with the words that call it."""
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name in (choice.dest for choice in action._choices_actions):
                yield f"{words} {name}", action.choices[name]
                yield from _parsers(action.choices[name], f"{words} {name}")


def test_every_command_and_action_is_shown_at_work_and_every_option_named():
    commands = [example.command for example in outputs.examples(COMMAND_LINE)]
    parsers = dict(_parsers(parser()))
    assert {"digitcore train", "digitcore runs pause", "digitcore data fetch"} <= parsers.keys()
    for words, inner in parsers.items():
        assert any(f"{command} ".startswith(f"{words} ") for command in commands), words
        for option in inner._option_string_actions:
            assert re.search(rf"{option}\b", COMMAND_LINE), f"{words} {option}"


def test_every_setting_of_the_environment_is_named():
    for name in re.findall(r"DIGITCORE_[A-Z]+", (settings.PROJECT / "digitcore" / "settings.py").read_text()):
        assert f"| `{name}` |" in COMMAND_LINE


def _benchmarks():
    """The scripts in benchmarks/; what they share is there, too."""
    return [path for path in (settings.PROJECT / "benchmarks").glob("*.py") if '"__main__"' in path.read_text()]


def test_every_benchmark_and_preset_is_in_the_figures():
    figures = (DOCS / "figures.md").read_text()
    for name in presets.PRESETS:
        assert f"`{name}`" in figures
    for benchmark in _benchmarks():
        assert f"`python -m benchmarks.{benchmark.stem}`" in figures


@pytest.mark.slow
def test_every_benchmark_starts_as_the_figures_say():
    """Some libraries install a package `tests` of their own, which is not the one that benchmarks import from."""
    for benchmark in _benchmarks():
        command = [sys.executable, "-m", f"benchmarks.{benchmark.stem}", "--help"]
        done = subprocess.run(command, cwd=settings.PROJECT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_every_room_and_every_file_beside_the_rooms_is_in_the_plan_of_the_house():
    architecture = (DOCS / "architecture.md").read_text()
    for room in (settings.PROJECT / "digitcore").iterdir():
        if room.name[0] != "_" and (room.is_dir() or room.suffix == ".py"):
            assert f"  {room.name}{'/' if room.is_dir() else ''} " in architecture


def test_every_file_of_a_run_and_of_a_model_is_described():
    from digitcore import model_format, runs

    files = (DOCS / "files.md").read_text()
    listed = re.compile(r"^  ([a-z-]+(?:\.[a-z]+)?/?) ", re.MULTILINE)
    names = [name for module in (runs.folder, model_format) for name in listed.findall(module.__doc__ or "")]
    assert {"config.json", "checkpoints/", "card.json"} <= set(names)
    for name in names:
        assert f"`{name}`" in files


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        file, _, heading = target.partition("#")
        if "://" not in target:
            linked = page.parent / file if file else page
            assert linked.exists(), target
            assert not heading or heading in _headings(linked), target


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_shows_pictures_and_leads_to_every_page_of_the_docs():
    assert len(re.findall(r"!\[[^]]+\]\(docs/images/", README)) >= 2
    for page in DOCS.glob("*.md"):
        assert f"](docs/{page.name})" in README


def test_the_changelog_has_a_section_on_this_version():
    assert f"## {__version__}\n" in (settings.PROJECT / "CHANGELOG.md").read_text()
