"""README and help tell the truth."""

import re

import pytest

from digitcore import __version__, settings
from digitcore.__main__ import COMMANDS, main, parser
from digitcore.recipes import presets

README = (settings.PROJECT / "README.md").read_text()
COMMAND_NAMES = [command.__name__.split(".")[-1] for command in COMMANDS]


@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_every_command_is_in_the_readme_and_explains_itself(name, capsys):
    assert f"python -m digitcore {name}" in README
    with pytest.raises(SystemExit) as exit:
        main([name, "--help"])
    assert exit.value.code == 0
    assert "usage: digitcore" in capsys.readouterr().out


def test_every_command_that_the_readme_shows_is_understood():
    shown = re.findall(r"^\$ python -m digitcore (.*)$", README, re.MULTILINE)
    assert shown
    for words in shown:
        assert parser().parse_args(words.split()).run


def test_every_action_on_runs_is_in_the_readme(capsys):
    with pytest.raises(SystemExit):
        main(["runs", "--help"])
    actions = re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    assert len(actions) > 10
    for action in actions:
        assert f"`{action} RUN" in README


def test_the_readme_names_every_preset_room_and_benchmark():
    for name in presets.PRESETS:
        assert f"`{name}`" in README
    for room in (path for path in (settings.PROJECT / "digitcore").iterdir() if path.is_dir() and path.name[0] != "_"):
        assert f"  {room.name}/" in README
    for benchmark in (settings.PROJECT / "benchmarks").glob("*.py"):
        assert f"python benchmarks/{benchmark.name}" in README


def test_the_pictures_that_the_readme_shows_are_there():
    pictures = re.findall(r"\]\((docs/images/[^)]*)\)", README)
    assert len(pictures) >= 2
    for picture in pictures:
        assert (settings.PROJECT / picture).stat().st_size > 10_000


def test_the_changelog_has_a_section_on_this_version():
    assert f"## {__version__}\n" in (settings.PROJECT / "CHANGELOG.md").read_text()
