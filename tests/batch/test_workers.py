"""Calls in processes: all come to an end, whatever becomes of the workers."""

import importlib
import os
import signal
import subprocess
import sys
import threading

import pytest
from helpers import GUARD, is_gone, wait_until

from colorquant.batch import workers
from colorquant.batch.workers import WorkerDiedError, run_all

CALLS = """
import os
import signal


def work(task):
    kind, number = task
    if kind == 'raise':
        raise ValueError(f'number {number}')
    if kind == 'die':
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == 'asked':
        os.kill(os.getpid(), number)
    if kind == 'wait':
        signal.pause()
    return number * 2, os.getpid(), os.environ.get('OMP_NUM_THREADS')
"""


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A function that worker processes can import, as they cannot import tests."""
    (tmp_path / "calls_to_make.py").write_text(CALLS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "calls_to_make", raising=False)
    return importlib.import_module("calls_to_make").work


@pytest.mark.parametrize("jobs", [1, 2])
def test_all_calls_end(jobs, work):
    tasks = [("double", number) for number in range(20)]
    ends = list(run_all(work, iter(tasks), jobs))
    assert sorted(end.task for end in ends) == tasks
    assert all(end.result[0] == 2 * end.task[1] for end in ends)
    processes = {end.result[1] for end in ends}
    assert (os.getpid() in processes) == (jobs == 1)
    assert len(processes) <= jobs
    if jobs > 1:
        assert {end.result[2] for end in ends} == {"1"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_call_raises_is_its_own(jobs, work):
    tasks = [("double", 1), ("raise", 2), ("double", 3)]
    ends = {end.task: end for end in run_all(work, tasks, jobs)}
    assert str(ends["raise", 2].error) == "number 2"
    assert isinstance(ends["raise", 2].error, ValueError)
    assert ends["double", 3].result[0] == 6


def test_a_worker_that_dies_fails_its_own_call_only(work):
    tasks = [("double", number) for number in range(12)]
    tasks[3] = ("die", 3)
    tasks[9] = ("die", 9)
    ends = {end.task: end for end in run_all(work, tasks, 2)}
    assert len(ends) == 12
    for task, end in ends.items():
        assert isinstance(end.error, WorkerDiedError) == (task[0] == "die")
        assert (end.result is None) == (task[0] == "die")


def test_tasks_are_taken_shortly_before_their_turn(work):
    taken = []

    def tasks():
        for number in range(50):
            taken.append(number)
            yield "double", number

    ends = run_all(work, tasks(), 2)
    next(ends)
    assert len(taken) < 12
    ends.close()


def test_the_budget_bounds_what_is_under_way(work):
    under_way = []
    costs = {1: 4.0, 2: 4.0, 3: 4.0, 4: 99.0, 5: 4.0}

    def tasks():
        for number in costs:
            under_way.append(number)
            yield "double", number

    found = []
    for end in run_all(work, tasks(), 2, cost=lambda task: costs[task[1]], budget=8.0):
        found.append(end.task[1])
        # One more than is under way is known, as its cost decides.
        assert len(under_way) - len(found) <= 3
    assert sorted(found) == [1, 2, 3, 4, 5]
    # The dear one was alone.
    assert found[3] == 4


class Clock:
    """A time that passes only when it is told to."""

    def __init__(self, monkeypatch, busy):
        self.now, self.busy = 0.0, busy
        monkeypatch.setattr(workers.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(workers.time, "process_time", lambda: self.now * busy)


@pytest.mark.parametrize(
    ("task", "number", "jobs", "expected"),
    [
        # 10 of 0.25 s alone take 2.5 s, and with two processes 2 + 1.25 s.
        ((0.25, 1), 12, 2, 12),
        # 18 alone take 4.5 s, and with two processes 2 + 2.25 s.
        ((0.25, 1), 20, 2, 2),
        ((0.25, 1), 14, 8, 2),
        # A first task that is long decides: 3 alone take 6 s, with two processes 2 + 3 s.
        ((2, 1), 4, 2, 1),
        ((2, 1), 2, 2, 2),
        # Two threads each: 18 alone take 4.5 s, and with two processes of one thread 2 + 4.5 s.
        ((0.25, 2), 20, 2, 20),
        # Half of the time for others: so it will be when processes start.
        ((0.25, 0.5), 30, 2, 30),
        ((0.25, 0.5), 60, 2, 2),
    ],
)
def test_processes_start_where_they_pay(task, number, jobs, expected, monkeypatch):
    """Tasks that are light are done here as long as that is quicker.

    A task has its seconds, and how many processors work on it.
    """
    seconds, busy = task
    clock = Clock(monkeypatch, busy)
    here = []

    class StartedError(Exception):
        pass

    def start(*_):
        raise StartedError

    def work(task):
        here.append(task)
        clock.now += seconds
        return task

    monkeypatch.setattr(workers, "LocalPool", start)
    try:
        ends = list(run_all(work, range(number), jobs, light=lambda _: True))
    except StartedError:
        assert len(here) < number
    else:
        assert [end.result for end in ends] == list(range(number))
    assert len(here) == expected


def test_what_is_not_light_has_a_process_of_its_own(work):
    tasks = [("double", 1), ("die", 2), ("raise", 3), ("double", 4)]
    ends = {end.task: end for end in run_all(work, tasks, 2, light=lambda task: task[1] != 2)}
    assert ends["double", 1].result[1] == os.getpid()
    assert isinstance(ends["die", 2].error, WorkerDiedError)
    assert str(ends["raise", 3].error) == "number 3"
    assert ends["double", 4].result[1] != os.getpid()


def test_when_the_caller_stops_the_workers_do(work):
    ends = run_all(work, [("double", 1), ("wait", 2), ("wait", 3)], 2)
    pid = next(ends).result[1]
    # These calls have no end: whoever waited for them would, too.
    closing = threading.Thread(target=ends.close, daemon=True)
    closing.start()
    closing.join(GUARD)
    assert not closing.is_alive()
    wait_until(lambda: is_gone(pid))


CALLER = """
import os
from calls_to_make import work
from colorquant.batch.workers import run_all
ends = run_all(work, [("double", 1), ("wait", 2), ("wait", 3)], 2)
print(next(ends).result[1], flush=True)
next(ends)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is told there of the parent's end")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGHUP"])
def test_workers_end_with_their_caller(name, work, tmp_path):
    """These calls have no end, so that nothing else ends them."""
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, "-c", CALLER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path},
    ) as process:
        pid = int(process.stdout.readline())
        assert not is_gone(pid)
        process.send_signal(getattr(signal, name))
        assert process.wait() == -getattr(signal, name)
        wait_until(lambda: is_gone(pid))
        # None of them keeps it open.
        assert process.stdout.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals on Windows")
def test_who_asks_all_processes_to_end_asks_the_first_of_them(work):
    """As a terminal does, or who ends a service: calls are not lost one by one."""
    asked = [("asked", int(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    ends = list(run_all(work, asked, 2))
    assert {end.task: end.error for end in ends} == dict.fromkeys(asked)
