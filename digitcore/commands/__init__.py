"""The command line, a module for each command: `add` declares its words, `run` does it."""
