"""Calls of the command, and of what stops it."""

import sys
import time

from click.testing import CliRunner

from colorquant.cli import main as cli

COMMAND = [sys.executable, "-m", "colorquant"]
"""As a process of its own."""

GUARD = 600
"""Seconds after which what hangs is given up: longer than anything takes on any machine."""

_AFTER = """
import os, signal
from colorquant import __main__
from colorquant.batch import cluster
from colorquant.cli import summary as tally
from colorquant.batch import workers
cluster._PATIENCE = workers._PATIENCE = 120
seen = []
def add(self, outcome, real=tally.Tally.add):
    real(self, outcome)
    seen.append(outcome)
    if len(seen) == {number}:
        {deed}
tally.Tally.add = add
__main__.run()
"""


def after(number, deed):
    """Return the command with a line of Python that it runs when so many images are done."""
    return [sys.executable, "-c", _AFTER.format(number=number, deed=deed)]


def wait_until(condition):
    """Wait for what another process does."""
    end = time.monotonic() + GUARD
    while not condition():
        assert time.monotonic() < end, "it hangs"
        time.sleep(0.02)


def run(*arguments):
    """Call it in this process; return Click's result."""
    return CliRunner().invoke(cli.main, list(map(str, arguments)), prog_name="colorquant")
