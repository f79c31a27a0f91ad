"""Calls in worker processes, a few at a time, whatever becomes of the workers."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from colorquant.cores import cores

__all__ = ["Done", "LocalPool", "Pool", "WorkerDiedError", "run_all"]

Task = TypeVar("Task")
Result = TypeVar("Result")

# Calls that wait for each worker, so that none of them has to.
_AHEAD = 2
# Seconds.
_PATIENCE = 1.5
_LOOK = 0.2
# What it costs to start processes: each loads what this one has loaded, and they are in each
# other's way meanwhile. A first task longer than this is no matter of loading.
_START, _LONG = 2.0, 1.0
# A task that waits for something else than a processor is not taken for one that is slower.
_SLOWEST = 4.0
_DIED = "its process died, probably for want of memory"
# Each worker has one core.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerDiedError(Exception):
    """The process of a call ended without a result, most likely for want of memory."""


class Done(NamedTuple, Generic[Task, Result]):
    """A call that came to its end."""

    task: Task
    result: Result | None
    error: Exception | None


class Pool(Protocol):
    """Processes that make calls, here or elsewhere."""

    jobs: int
    """How many calls they make at a time."""

    def submit(self, call: Callable[[Task], Result], task: Task) -> "Future[Result]":
        """Make a call."""

    def was_lost(self, future: "Future[Any]") -> bool:
        """Return whether all calls under way are lost, as a process died."""

    def killed(self, error: Exception) -> bool:
        """Return whether a call's error tells that it kills the process that makes it."""

    def renew(self) -> None:
        """Start processes where some died."""

    def kill(self) -> None:
        """End all processes at once."""

    def close(self) -> None:
        """End when all calls have."""


def run_all(
    call: Callable[[Task], Result],
    tasks: Iterable[Task],
    jobs: int | None = None,
    *,
    light: Callable[[Task], bool] = lambda _: False,
    cost: Callable[[Task], float] = lambda _: 0.0,
    budget: float = float("inf"),
    open_pool: Callable[[], Pool] | None = None,
) -> "Iterator[Done[Task, Result]]":
    """Call a function with each task, in as many processes; yield the ends as they come.

    Tasks are taken one by one, shortly before it is their turn. A call whose worker dies is
    tried again alone, and is given up only if that worker dies, too.

    Parameters
    ----------
    call : callable
    tasks : iterable
    jobs : int, optional
        Number of processes, at most; one per core if left out. For one, all is done in this
        process.
    light : callable
        Whether a task may be done in this process, as long as others would not pay.
    cost : callable
        Of a task, as part of the budget.
    budget : float
        Of all tasks that are under way; one that costs more is under way alone.
    open_pool : callable, optional
        Opens the processes that make the calls, of which there may be any number then.

    Yields
    ------
    Done
    """
    number = len(tasks) if isinstance(tasks, Sequence) else None
    most = jobs or cores() if number is None else min(jobs or cores(), number)
    if most <= 1 and not open_pool:
        yield from (_made_here(call, task) for task in tasks)
        return
    if isinstance(tasks, Sequence) and not open_pool:
        pace, begun = _Pace(), 0
        while begun < len(tasks) and light(tasks[begun]):
            if pace.others_pay(len(tasks) - begun, most):
                break
            with pace.measured():
                done = _made_here(call, tasks[begun])
            yield done
            begun += 1
        tasks = tasks[begun:]
        if not tasks:
            return
        number = len(tasks)
    pool = open_pool() if open_pool else LocalPool(jobs, number)
    try:
        yield from _pooled(pool, call, tasks, cost=cost, budget=budget)
    except BaseException:
        pool.kill()
        raise
    pool.close()


def _made_here(call: Callable[[Task], Result], task: Task) -> "Done[Task, Result]":
    try:
        return Done(task, call(task), None)
    except Exception as error:  # noqa: BLE001  handed to the caller
        return Done(task, None, error)


class _Pace:
    """How long tasks take in this process."""

    def __init__(self) -> None:
        self._times: list[tuple[float, float]] = []

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure a task: how long it took, and how long the processor worked on it."""
        wall, busy = time.perf_counter(), time.process_time()
        yield
        self._times.append((time.perf_counter() - wall, time.process_time() - busy))

    def others_pay(self, left: int, jobs: int) -> bool:
        """Return whether so many tasks would end earlier in processes that are yet to start."""
        # The first also loads what all use.
        times = self._times[1:] or [each for each in self._times if each[0] > _LONG]
        if not times:
            return False
        wall, busy = (sum(each) / len(times) for each in zip(*times, strict=True))
        # Where a processor is shared with other programs, it is so when processes start, too.
        slow = min(max(1.0, wall / busy), _SLOWEST) if busy else _SLOWEST
        # Here a task may have several threads, there it has one.
        there = max(wall, busy) / min(jobs, left)
        return bool(wall * left > _START * slow + there * left)


def _pooled(
    pool: Pool,
    call: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    cost: Callable[[Task], float],
    budget: float,
) -> "Iterator[Done[Task, Result]]":
    waiting = ((task, cost(task)) for task in tasks)
    ahead = next(waiting, None)
    running: dict[Future[Result], tuple[Task, float]] = {}
    while running or ahead is not None:
        while ahead is not None and len(running) < _AHEAD * pool.jobs:
            if running and sum(price for _, price in running.values()) + ahead[1] > budget:
                break
            running[pool.submit(call, ahead[0])] = ahead
            ahead = next(waiting, None)
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        lost = any(pool.was_lost(future) for future in finished)
        if lost:
            # With a worker all calls under way are lost; which of them is to blame is found
            # by making them one at a time.
            finished, _ = wait(running)
        for future in finished:
            task, _ = running.pop(future)
            if pool.was_lost(future):
                yield _alone(pool, call, task)
            else:
                yield _ended(pool, task, future)


def _alone(pool: Pool, call: Callable[[Task], Result], task: Task) -> "Done[Task, Result]":
    pool.renew()
    future = pool.submit(call, task)
    wait([future])
    if pool.was_lost(future):
        pool.renew()
        return Done(task, None, WorkerDiedError(_DIED))
    return _ended(pool, task, future)


def _ended(pool: Pool, task: Task, future: "Future[Result]") -> "Done[Task, Result]":
    error = future.exception()
    if error is None:
        return Done(task, future.result(), None)
    if not isinstance(error, Exception):
        raise error
    return Done(task, None, WorkerDiedError(_DIED) if pool.killed(error) else error)


class LocalPool:
    """joblib's worker processes, which can be started anew.

    Parameters
    ----------
    jobs : int, optional
        Their number, at most; one per core, as joblib counts them, if left out.
    tasks : int, optional
        Their number, if it is known: no more processes than these are needed.
    """

    def __init__(self, jobs: int | None, tasks: int | None) -> None:
        from joblib import cpu_count

        self.jobs = min(jobs or cpu_count(), tasks or sys.maxsize)
        self._executor: Any = None
        # Where they are closed they are None, which joblib does not expect.
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:
                setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
        self.renew()

    def renew(self) -> None:
        """Start workers where there are none, or some died."""
        from joblib.externals.loky import get_reusable_executor

        self._executor = get_reusable_executor(
            self.jobs,
            initializer=_follow,
            initargs=(os.getpid(),),
            env=_ONE_THREAD,
            reuse=True,
        )

    def submit(self, call: Callable[[Task], Result], task: Task) -> "Future[Result]":
        """Make a call."""
        future: Future[Result] = self._executor.submit(call, task)
        return future

    def was_lost(self, future: "Future[Any]") -> bool:
        """Return whether a worker died, not whether the call failed."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        return isinstance(future.exception(), BrokenProcessPool)

    def killed(self, _error: Exception) -> bool:
        """See `Pool`; here it is the pool that is lost."""
        return False

    def kill(self) -> None:
        """End all processes at once, and wait a little until they have."""
        # Where an interrupt met workers that were just starting, that may take forever.
        ending = threading.Thread(
            target=self._executor.shutdown, kwargs={"kill_workers": True}, daemon=True
        )
        ending.start()
        ending.join(_PATIENCE)

    def close(self) -> None:
        """End when all calls have."""
        self._executor.shutdown(wait=True)


def _follow(parent: int) -> None:
    """Let the process that started this one decide when it ends, and end with it."""
    # A terminal, or who ends a service, sends these to all.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    # Whoever is left behind gets another parent.
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
