"""Work on parts of an image in threads, where there is enough of it to pay.

NumPy and zlib release the interpreter's lock while they work. Every part writes what is its
own, so the number of threads makes no difference to the result.
"""

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ["for_each"]

Part = TypeVar("Part")
Made = TypeVar("Made")


def for_each(work: Callable[[Part], Made], parts: Iterable[Part]) -> list[Made]:
    """Return what the work makes of each part, in order.

    There are as many threads as this process may use processors, or as ``OMP_NUM_THREADS``
    says, as with other numerical software.

    Parameters
    ----------
    work : callable
        Called with a part, in any thread.
    parts : iterable
        A single one is worked on in the calling thread.

    Returns
    -------
    list
    """
    todo = list(parts)
    threads = min(_available(), len(todo))
    if threads <= 1:
        return [work(part) for part in todo]
    # Takes milliseconds to import, which small images need not wait for.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, todo))


def _available() -> int:
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdecimal():
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
