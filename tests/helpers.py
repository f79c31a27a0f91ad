"""Calls of the command."""

import sys

from click.testing import CliRunner

from colorquant import cli

COMMAND = [sys.executable, "-m", "colorquant"]
"""As a process of its own."""


def run(*arguments):
    """Call it in this process; return Click's result."""
    return CliRunner().invoke(cli.main, list(map(str, arguments)), prog_name="colorquant")
