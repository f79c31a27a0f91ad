"""A progress bar for work whose parts are counted."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

__all__ = ["counting"]

# Seconds of work after which a progress bar appears.
_BAR_DELAY = 1.0


@contextmanager
def counting(parts: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what shows how many parts are done: a bar, on a terminal.

    Parameters
    ----------
    parts : str
        What is counted.
    quiet : bool
        Whether to show nothing.

    Yields
    ------
    callable or None
        To be called with the number of parts that are done, and with that of all.
    """
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    layout = f"{{percentage:3.0f}}%|{{bar:30}}| {{n_fmt}}/{{total_fmt}} {parts}"
    start = time.perf_counter()
    with ExitStack() as stack:
        bars: list[Any] = []

        def told(done: int, total: int) -> None:
            if time.perf_counter() - start < _BAR_DELAY:
                return
            if not bars:
                from tqdm import tqdm

                bars.append(stack.enter_context(tqdm(total=total, bar_format=layout, leave=False)))
            bars[0].n = done
            bars[0].refresh()

        yield told
