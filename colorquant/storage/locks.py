"""Locks on open files, which end with the processes that hold them."""

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["is_named", "lock"]


def lock(descriptor: int, *, wait: bool = False) -> bool | None:
    """Lock an open file until it is closed, if nobody else has, or when nobody has any more.

    Returns
    -------
    bool or None
        None where there are no locks, as on some network drives.
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
    """Return whether a name is that of an open file, and not of another by now."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
