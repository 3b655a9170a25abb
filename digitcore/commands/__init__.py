"""The command line, a module for each command: `add` declares its arguments, `run` carries it out."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    # Generic for type checkers only.
    Commands = argparse._SubParsersAction
