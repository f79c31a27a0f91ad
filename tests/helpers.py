"""Calls of the command, and of what stops it."""

import os
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from colorquant.cli import main as cli

COMMAND = [sys.executable, "-m", "colorquant"]
"""As a process of its own."""

GUARD = 600
"""Seconds after which what hangs is given up: longer than anything takes on any machine."""

_AFTER = """
import os, signal
from colorquant import __main__
from colorquant.batch import cluster, many_images, workers
from colorquant.cli.shown import summary as tally
cluster._PATIENCE = workers._PATIENCE = 120
# A cluster that is started here has one worker, which shows what more would, and starts sooner.
cluster.cores = lambda: 1
# Workers do all where there are any, however small the images are.
many_images.is_light = lambda *_: False
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


def _runs(pid):
    """Return whether a process has not ended, as one that waits for its parent to ask has."""
    try:
        # Of Linux: its state follows its name, which may hold anything.
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self/stat").exists()


def is_gone(pid):
    """Return whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return not _runs(pid)


def is_group_gone(group):
    """Return whether all processes of a group have ended."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    members = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(path.name)) == group:
                members.append(int(path.name))
        except ProcessLookupError:
            continue
    return bool(members) and not any(map(_runs, members))


def run(*arguments, **how):
    """Call it in this process; return Click's result."""
    arguments = list(map(str, arguments))
    return CliRunner().invoke(cli.main, arguments, prog_name="colorquant", **how)


def mixture_costs(points, centers, mixtures, grain):
    """The cost of each point's mixture: squared error, and grain times variance."""
    first, second, share = mixtures
    step = centers[second] - centers[first]
    error = points - centers[first] - share[:, None] * step
    return (error**2).sum(axis=1) + grain * share * (1 - share) * (step**2).sum(axis=1)
