"""Writes what the commands in docs/command-line.md print: `python -m docs.outputs` runs them all and fills in the page.
An output that differs in numbers alone stays as it is.

The commands run in a shell, one after the other, in a small home of their own. `&` at the end starts one in the
background, which has to train a run with a --name; `wait` waits until those have ended. tests/test_docs.py runs the
page, too, and compares what is printed with what the page shows.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from digitcore import settings

PAGE = Path(__file__).parent / "command-line.md"
COLUMNS = "100"
"""How wide --help is."""
PATIENCE_SECONDS = 300
_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_NUMBER = re.compile(r"\d[\d.,]*(e[-+]?\d+)?")
_EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Example(NamedTuple):
    """A command of the page, and what the page says that it prints."""

    command: str
    output: str


@dataclass
class Shell:
    """Runs commands in `folder`, which also holds their home."""

    folder: Path
    background: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """With nothing of the user's own; `digitcore` is this checkout's."""
        ours = {"DIGITCORE_HOME": str(self.folder / "home"), "DIGITCORE_MODELS": "", "DIGITCORE_DATA": ""}
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        python = {"PYTHONPATH": str(settings.PROJECT), "PYTHONUNBUFFERED": "1"}
        return os.environ | ours | python | {"PATH": path, "COLUMNS": COLUMNS}

    def run(self, command: str) -> str:
        """What the command prints, on standard output and standard error."""
        if command == "wait":
            self._wait()
            return ""
        if command.endswith(" &"):
            self._start(command.removesuffix(" &"))
            return ""
        printed = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout
        # LiteRT says on standard error how it computes, whenever a model is opened.
        printed = re.sub(r"^INFO: .*\n", "", printed, flags=re.MULTILINE)
        return printed.replace(f"{self.folder}/", "")

    def _start(self, command: str) -> None:
        """Starts the command, and waits until its run is there, and one run has finished an epoch and still trains."""
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.background.append(process)
        deadline = time.monotonic() + PATIENCE_SECONDS
        name = shlex.split(command)[shlex.split(command).index("--name") + 1]
        while not (self._runs / name / "status.json").exists() or not self._is_training():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nothing trains after: {command}")
            time.sleep(0.1)

    def _wait(self) -> None:
        for process in self.background:
            process.wait(PATIENCE_SECONDS)
        self.background.clear()

    def _is_training(self) -> bool:
        statuses = [json.loads(file.read_text()) for file in self._runs.glob("*/status.json")]
        return any(status["state"] == "running" and status["best_epoch"] for status in statuses)

    @property
    def _runs(self) -> Path:
        return self.folder / "home" / "runs"

    def close(self) -> None:
        """Stops what still runs in the background."""
        for process in self.background:
            process.terminate()
        for folder in self._runs.glob("*"):
            self.run(f"digitcore runs stop {folder.name}")


@contextmanager
def shell(folder: Path) -> Iterator[Shell]:
    """A shell in `folder`, with the pictures that the page reads."""
    (folder / "pictures").mkdir()
    seven, number = Image.new("L", (200, 200), 255), Image.new("L", (300, 200), 255)
    ImageDraw.Draw(seven).line([(60, 50), (140, 50), (90, 160)], fill=0, width=15, joint="curve")
    for line in ([(80, 50), (40, 115), (120, 115)], [(95, 80), (95, 160)], [(160, 50), (240, 50), (190, 160)]):
        ImageDraw.Draw(number).line(line, fill=0, width=12, joint="curve")
    seven.save(folder / "pictures" / "seven.png")
    number.save(folder / "pictures" / "number.png")
    (folder / "pictures" / "broken.png").write_text("no picture")
    command = folder / "bin" / "digitcore"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m digitcore "$@"\n')
    command.chmod(0o755)
    opened = Shell(folder)
    try:
        yield opened
    finally:
        opened.close()


def examples(text: str) -> list[Example]:
    """The commands that the page shows, in their order."""
    return [example for block in _BLOCK.findall(text) for example in examples_in(block)]


def examples_in(block: str) -> list[Example]:
    """The commands of one block of the page."""
    return [Example(command, output) for command, output in _EXAMPLE.findall(block)]


def comparable(example: Example) -> list[str]:
    """The lines of an output without what depends on the machine.

    Numbers are equal to each other, and so are successive lines that differ in numbers alone. Help stays as it is.
    """
    lines = [" ".join(line.split()) for line in example.output.splitlines()]
    if example.command.endswith("--help"):
        return lines
    return [line for line, _ in groupby(_NUMBER.sub("N", line) for line in lines)]


def main() -> None:
    """Runs the page and fills it in."""
    text = PAGE.read_text()
    with tempfile.TemporaryDirectory() as folder, shell(Path(folder)) as opened:

        def fill_in(block: re.Match[str]) -> str:
            return "".join(f"$ {command}\n{output}" for command, output in map(run, examples_in(block.group())))

        def run(shown: Example) -> Example:
            printed = Example(shown.command, opened.run(shown.command))
            return shown if comparable(printed) == comparable(shown) else printed

        PAGE.write_text(_BLOCK.sub(fill_in, text))


if __name__ == "__main__":
    main()
