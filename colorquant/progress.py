"""Times and progress of the stages of a run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

__all__ = ["Clock", "Observer", "Progress", "Steps"]

Observer = Callable[[str, float], None]
"""Called with the name of a stage and an estimate of the share that is done, 0 to 1."""

Progress = Callable[[float], None]
"""Called with the share of some work that is done, 0 to 1."""


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


class Steps:
    """Turns the shares of steps, one after another, into the share of all.

    Parameters
    ----------
    progress : callable, optional
        Called with the share of all steps that is done.
    total : float
        The sum of the weights of all steps.
    """

    def __init__(self, progress: Progress | None, total: float) -> None:
        self._progress, self._total = progress, total
        self._done = 0.0

    def step(self, weight: float) -> Progress:
        """Begin a step, and return a function to call with its share that is done."""
        start = self._done
        self._done += weight

        def told(share: float) -> None:
            if self._progress and self._total:
                self._progress(min(1.0, (start + weight * share) / self._total))

        told(0.0)
        return told
