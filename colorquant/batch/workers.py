"""Calls in parallel worker processes, any of which may die."""

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

# Calls submitted per worker, so that none has to wait for its next call.
_AHEAD = 2
# Seconds: for killed workers to end, and between looks at the parent process.
_PATIENCE = 1.5
_LOOK = 0.2
# Seconds: the cost of starting processes, which load the same modules and compete meanwhile;
# and the time that a first task takes at most for loading modules.
_START, _LONG = 2.0, 1.0
# Largest slowdown assumed: a task may also be waiting for something other than a processor.
_SLOWEST = 4.0
_DIED = "its process died, probably for want of memory"
# Each worker uses one core.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


class WorkerDiedError(Exception):
    """The process of a call ended without a result, most likely for lack of memory."""


class Done(NamedTuple, Generic[Task, Result]):
    """A call that has ended, with a result or an error."""

    task: Task
    result: Result | None
    error: Exception | None


class Pool(Protocol):
    """Worker processes, on this machine or elsewhere."""

    jobs: int
    """Number of calls that run at the same time."""

    def submit(self, call: Callable[[Task], Result], task: Task) -> "Future[Result]":
        """Submit a call."""

    def was_lost(self, future: "Future[Any]") -> bool:
        """Return whether a process died and all running calls are lost with it."""

    def killed(self, error: Exception) -> bool:
        """Return whether an error says that a call kills the process that runs it."""

    def renew(self) -> None:
        """Replace dead processes."""

    def kill(self) -> None:
        """Stop at once, without waiting for calls."""

    def close(self) -> None:
        """Wait until all calls have ended, and stop."""


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
    """Call a function with each task in several processes; yield each call as it ends.

    Tasks are taken one by one, shortly before they run. If a worker dies, the lost calls are
    tried again one at a time. A call is given up only if it loses its worker again.

    Parameters
    ----------
    call : callable
    tasks : iterable
    jobs : int, optional
        Largest number of processes; one per core if left out. With one, all calls are made in
        this process.
    light : callable
        Tells whether a task may run in this process until starting others pays.
    cost : callable
        Returns a task's share of the budget.
    budget : float
        Limit for the total cost of the submitted tasks; one that costs more is submitted alone.
    open_pool : callable, optional
        Opens a pool to use instead, whatever its number of processes.

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
    """Measures how long tasks take in this process."""

    def __init__(self) -> None:
        self._times: list[tuple[float, float]] = []

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the wall time and the processor time of a task."""
        wall, busy = time.perf_counter(), time.process_time()
        yield
        self._times.append((time.perf_counter() - wall, time.process_time() - busy))

    def others_pay(self, left: int, jobs: int) -> bool:
        """Return whether the tasks left would end sooner if worker processes were started."""
        # The first task also loads modules.
        times = self._times[1:] or [each for each in self._times if each[0] > _LONG]
        if not times:
            return False
        wall, busy = (sum(each) / len(times) for each in zip(*times, strict=True))
        # If other programs slow this process down, they also slow the start of workers.
        slow = min(max(1.0, wall / busy), _SLOWEST) if busy else _SLOWEST
        # A task may use several threads here, but only one in a worker.
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
            # All running calls are lost with the worker. Making them again one at a time
            # shows which of them kills it.
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
    """joblib's worker processes, which can be restarted.

    Parameters
    ----------
    jobs : int, optional
        Largest number of processes; one per core, as joblib counts them, if left out.
    tasks : int, optional
        Number of tasks, if known: no more processes are started.
    """

    def __init__(self, jobs: int | None, tasks: int | None) -> None:
        from joblib import cpu_count

        self.jobs = min(jobs or cpu_count(), tasks or sys.maxsize)
        self._executor: Any = None
        # A closed stream is None, which joblib does not expect.
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:
                setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
        self.renew()

    def renew(self) -> None:
        """Start the workers, or replace dead ones."""
        from joblib.externals.loky import get_reusable_executor

        self._executor = get_reusable_executor(
            self.jobs,
            initializer=_follow,
            initargs=(os.getpid(),),
            env=_ONE_THREAD,
            reuse=True,
        )

    def submit(self, call: Callable[[Task], Result], task: Task) -> "Future[Result]":
        """Submit a call."""
        future: Future[Result] = self._executor.submit(call, task)
        return future

    def was_lost(self, future: "Future[Any]") -> bool:
        """Return whether a call was lost with a worker, not whether it failed itself."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        return isinstance(future.exception(), BrokenProcessPool)

    def killed(self, _error: Exception) -> bool:
        """Return False: here a dead worker breaks the whole pool, see `was_lost`."""
        return False

    def kill(self) -> None:
        """Kill all processes, and wait briefly for them to end."""
        # This may hang if an interrupt hit workers that were just starting.
        ending = threading.Thread(
            target=self._executor.shutdown, kwargs={"kill_workers": True}, daemon=True
        )
        ending.start()
        ending.join(_PATIENCE)

    def close(self) -> None:
        """Wait until all calls have ended, and stop."""
        self._executor.shutdown(wait=True)


def _follow(parent: int) -> None:
    """Let the parent process decide when this worker ends, and end with the parent."""
    # Terminals and service managers send these to the whole group of processes.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    # An orphaned process gets another parent.
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
