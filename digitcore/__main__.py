"""The command line: `python -m digitcore COMMAND`."""

import argparse
import os
import sys

from digitcore import __doc__ as summary
from digitcore import __version__
from digitcore.commands import data, evaluate, models, predict, runs, train
from digitcore.errors import DigitError

COMMANDS = (train, runs, predict, evaluate, models, data)


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def error(self, message: str) -> None:
        """Exits with 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(words: list[str] | None = None) -> int:
    """Runs a command and gives its exit code: 2, with one line on standard error, for a mistake of the user's."""
    args = parser().parse_args(words)
    try:
        return args.run(args)
    except DigitError as error:
        print(f"digitcore: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing is left to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"digitcore: {error.strerror or error} ({error.filename or 'no file named'})", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("digitcore: left by Ctrl-C", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """The words that the command line understands."""
    top = OneLineParser(prog="digitcore", description=summary)
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
