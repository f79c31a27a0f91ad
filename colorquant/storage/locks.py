"""File locks, which the system releases when the process that holds them ends."""

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["is_named", "lock"]


def lock(descriptor: int, *, wait: bool = False) -> bool | None:
    """Lock an open file until it is closed; if it is locked already, wait or give up.

    Returns
    -------
    bool or None
        Whether the file is locked now; None without file locks, as on some network drives.
    """
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def is_named(descriptor: int, path: Path) -> bool:
    """Return whether a path still names an open file, not another one."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
