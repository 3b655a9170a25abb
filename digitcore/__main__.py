"""The command line: `python -m digitcore COMMAND`."""

import argparse
import os
import sys
from typing import NoReturn

from digitcore import __doc__ as summary
from digitcore import __version__
from digitcore.commands import data, evaluate, models, predict, runs, train
from digitcore.errors import DigitError

COMMANDS = (train, runs, predict, evaluate, models, data)


class OneLineParser(argparse.ArgumentParser):
    """Reports a mistake in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        """Exits with 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and returns its exit code: 2, with one line on standard error, for a mistake of the user's."""
    args = parser().parse_args(arguments)
    try:
        code: int = args.run(args)
        return code
    except DigitError as error:
        print(f"digitcore: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of the output has closed it, as head does; nothing must be flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"digitcore: {error.strerror or error} ({error.filename or 'no file named'})", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("digitcore: interrupted by Ctrl-C", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = OneLineParser(prog="digitcore", description=summary)
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
