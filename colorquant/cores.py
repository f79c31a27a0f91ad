"""The number of processors that this process may use."""

import os
from functools import cache
from math import ceil
from pathlib import Path

__all__ = ["cores"]

_GROUPS = Path("/sys/fs/cgroup")


@cache
def cores() -> int:
    """Return how many processors this process may use, at least 1.

    It may use those that it is bound to, or fewer if its container has a quota: ``cpu.max`` of
    control groups version 2, or ``cpu.cfs_quota_us`` and ``cpu.cfs_period_us`` of version 1
    (Linux kernel, Documentation, cgroup-v2 and sched-bwc).
    """
    if hasattr(os, "sched_getaffinity"):
        bound = len(os.sched_getaffinity(0))
    else:
        bound = os.cpu_count() or 1
    return max(1, min(bound, _quota() or bound))


def _quota() -> int | None:
    """Return a container's quota as a number of processors, rounded up; None without one."""
    try:
        if (_GROUPS / "cpu.max").exists():
            quota, period = (_GROUPS / "cpu.max").read_text().split()
        else:
            names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
            quota, period = ((_GROUPS / "cpu" / name).read_text() for name in names)
        return ceil(int(quota) / int(period)) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        # Without control groups, or with "max", there is no quota.
        return None
