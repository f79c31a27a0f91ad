"""Recording of the warnings of one thread, without effect on those of other threads.

`warnings.catch_warnings` changes the whole process, and leaves it changed if threads overlap.
This module counts the threads that record, and restores everything after the last one.
"""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from colorquant.errors import ColorquantWarning
from colorquant.redaction import redacted

__all__ = ["recorded", "warn"]

_PACKAGE = str(Path(__file__).parent)
# Libraries whose warnings are recorded, too.
_LIBRARIES = r"(PIL|sklearn)\."
# A user cannot act on a library's deprecations, and colorquant has its own limit on pixels.
_NO_NEWS = {"DeprecationWarning", "PendingDeprecationWarning", "DecompressionBombWarning"}


class _Thread(threading.local):
    def __init__(self) -> None:
        self.records: list[list[str]] = []


_thread = _Thread()


def warn(message: str) -> None:
    """Pass a warning to the recorder of this thread, or else to the caller of colorquant."""
    message = redacted(message)
    if _thread.records:
        _thread.records[-1].append(message)
        return
    # Attribute the warning to the line that called the outermost function of colorquant.
    caller, level = 1, 1
    frame = sys._getframe()  # noqa: SLF001  there is no other way to find the caller
    while frame.f_back:
        level += 1
        if frame.f_code.co_filename.startswith(_PACKAGE):
            caller = level
        frame = frame.f_back
    warnings.warn(message, ColorquantWarning, stacklevel=caller)


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Record the messages of `warn`, and the warnings of libraries, in this thread.

    Yields
    ------
    list of str
        The messages, in order. The list grows until the block ends.
    """
    found: list[str] = []
    _thread.records.append(found)
    _hook.enter()
    try:
        yield found
    finally:
        _hook.leave()
        _thread.records.pop()


class _Hook:
    """Intercepts warnings, and the log of Pillow, while some thread records them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._filter: Any = None
        self._before: Any = None
        self._handler = logging.Handler(logging.WARNING)
        self._handler.emit = self._logged  # type: ignore[method-assign]

    def enter(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                warnings.filterwarnings("always", module=_LIBRARIES)
                self._filter = warnings.filters[0]
                self._before = warnings.showwarning
                warnings.showwarning = self._shown  # type: ignore[assignment]
                logging.getLogger("PIL").addHandler(self._handler)

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                logging.getLogger("PIL").removeHandler(self._handler)
                # Keep a function that somebody else set meanwhile.
                if warnings.showwarning == self._shown:
                    warnings.showwarning = self._before
                with suppress(ValueError):
                    warnings.filters.remove(self._filter)  # type: ignore[attr-defined]

    def _shown(self, message: Any, category: type[Warning], *place: Any) -> None:
        if not _thread.records:
            self._before(message, category, *place)
        elif category.__name__ not in _NO_NEWS:
            _thread.records[-1].append(str(message))

    def _logged(self, record: logging.LogRecord) -> None:
        # Handlers run in the thread that logs.
        if _thread.records:
            _thread.records[-1].append(record.getMessage())


_hook = _Hook()
