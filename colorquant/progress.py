"""Times and progress of the stages of a run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

__all__ = ["Clock", "Observer"]

Observer = Callable[[str, float], None]
"""Called with the name of a stage and an estimate of the share that is done, 0 to 1."""


def _nobody(_stage: str, _share: float) -> None:
    pass


@dataclass
class Clock:
    """Times the stages and reports them to the observer."""

    observer: Observer | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[float], None]]:
        """Time a stage, and yield a function to call with the share that is done.

        The times of a stage that comes several times add up.
        """
        observer = self.observer or _nobody
        observer(name, 0.0)
        start = time.perf_counter()
        yield partial(observer, name)
        spent = time.perf_counter() - start
        self.seconds[name] = self.seconds.get(name, 0.0) + spent
