"""The command line: parse, call the library, print. It holds no logic of its own."""

from anonymizer.cli.app import main

__all__ = ["main"]
