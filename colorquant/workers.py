"""Calls in worker processes, a few at a time, whatever becomes of the workers."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Generic, NamedTuple, TypeVar

__all__ = ["Done", "WorkerDiedError", "cores", "run_all"]

Task = TypeVar("Task")
Result = TypeVar("Result")

# Calls that wait for each worker, so that none of them has to.
_AHEAD = 2
# Each worker has one core.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerDiedError(Exception):
    """The process of a call ended without a result, most likely for want of memory."""


class Done(NamedTuple, Generic[Task, Result]):
    """A call that came to its end."""

    task: Task
    result: Result | None
    error: Exception | None


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(
    call: Callable[[Task], Result],
    tasks: Iterable[Task],
    jobs: int,
    *,
    cost: Callable[[Task], float] = lambda _: 0.0,
    budget: float = float("inf"),
) -> "Iterator[Done[Task, Result]]":
    """Call a function with each task, in as many processes; yield the ends as they come.

    Tasks are taken one by one, shortly before it is their turn. A call whose worker dies is
    tried again alone, and is given up only if that worker dies, too.

    Parameters
    ----------
    call : callable
    tasks : iterable
    jobs : int
        For one, all is done in this process.
    cost : callable
        Of a task, as part of the budget.
    budget : float
        Of all tasks that are under way; one that costs more is under way alone.

    Yields
    ------
    Done
    """
    if jobs == 1:
        for task in tasks:
            try:
                yield Done(task, call(task), None)
            except Exception as error:  # noqa: BLE001  handed to the caller
                yield Done(task, None, error)
        return
    pool = _Pool(jobs)
    try:
        yield from _pooled(pool, call, tasks, cost=cost, budget=budget)
    except BaseException:
        pool.kill()
        raise
    pool.close()


def _pooled(
    pool: "_Pool",
    call: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    cost: Callable[[Task], float],
    budget: float,
) -> "Iterator[Done[Task, Result]]":
    waiting = iter(tasks)
    ahead = next(waiting, None)
    running: dict[Future[Result], Task] = {}
    spent = 0.0
    while running or ahead is not None:
        while ahead is not None and len(running) < _AHEAD * pool.jobs:
            if running and spent + cost(ahead) > budget:
                break
            spent += cost(ahead)
            running[pool.submit(call, ahead)] = ahead
            ahead = next(waiting, None)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        if any(pool.was_lost(future) for future in finished):
            # With a worker all calls under way are lost; which of them is to blame is found
            # by making them one at a time.
            suspects = list(running.values())
            running.clear()
            spent = 0.0
            for task in suspects:
                yield _alone(pool, call, task)
            continue
        for future in finished:
            task = running.pop(future)
            spent -= cost(task)
            yield _ended(task, future)


def _alone(pool: "_Pool", call: Callable[[Task], Result], task: Task) -> "Done[Task, Result]":
    pool.renew()
    future = pool.submit(call, task)
    wait([future])
    if pool.was_lost(future):
        pool.renew()
        return Done(task, None, WorkerDiedError("its process died, probably for want of memory"))
    return _ended(task, future)


def _ended(task: Task, future: "Future[Result]") -> "Done[Task, Result]":
    error = future.exception()
    if error is None:
        return Done(task, future.result(), None)
    if not isinstance(error, Exception):
        raise error
    return Done(task, None, error)


class _Pool:
    """joblib's worker processes, which can be started anew."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._executor: Any = None
        self.renew()

    def renew(self) -> None:
        """Start workers where there are none, or some died."""
        from joblib.externals.loky import get_reusable_executor

        self._executor = get_reusable_executor(
            self.jobs, initializer=_ignore_interrupts, env=_ONE_THREAD, reuse=True
        )

    def submit(self, call: Callable[[Task], Result], task: Task) -> "Future[Result]":
        future: Future[Result] = self._executor.submit(call, task)
        return future

    def was_lost(self, future: "Future[Any]") -> bool:
        """Return whether a worker died, not whether the call failed."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        return isinstance(future.exception(), BrokenProcessPool)

    def kill(self) -> None:
        self._executor.shutdown(wait=True, kill_workers=True)

    def close(self) -> None:
        self._executor.shutdown(wait=True)


def _ignore_interrupts() -> None:
    # The terminal sends them to all; the process that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
