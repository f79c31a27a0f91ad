"""Standard input and output, for images in a pipe."""

import sys
from typing import BinaryIO

from colorquant.cli.options.help import UsageError

__all__ = ["STREAM", "stdin", "stdout"]

STREAM = "-"
"""The name that stands for stdin or stdout."""


def stdin() -> BinaryIO:
    """Return stdin, or refuse one from which no image can come."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("- reads an image from stdin; redirect one to it")
    return sys.stdin.buffer


def stdout() -> BinaryIO:
    """Return stdout, or refuse one to which no image can go."""
    if sys.stdout is None or sys.stdout.isatty():
        raise UsageError("an image is not written to a terminal; name an output with -o")
    return sys.stdout.buffer
