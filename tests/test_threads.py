import sys
import threading

import pytest
from helpers import GUARD

from colorquant import threads
from colorquant.threads import for_each


@pytest.mark.parametrize("available", ["1", "2", "7"])
def test_results_are_in_order(available, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", available)
    assert for_each(lambda n: n * n, range(50)) == [n * n for n in range(50)]
    assert for_each(str, []) == []


@pytest.mark.parametrize("available", [1, 3])
def test_as_many_threads_as_asked_for(available, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", str(available))
    together = threading.Barrier(available, timeout=GUARD)
    # Each part waits for the others: with fewer threads this would never end.
    used = for_each(lambda _: together.wait() >= 0 and threading.get_ident(), range(available))
    assert len(set(used)) == available
    assert threading.get_ident() in used


@pytest.mark.parametrize("place", [0, 30])
def test_the_first_failure_is_raised_and_ends_the_work(place, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    failing, done = threading.Event(), []

    def work(part):
        if part == place:
            failing.set()
            raise ValueError("no")
        if part > place:
            assert failing.wait(GUARD)
        done.append(part)

    # The thread that fails goes on until it ends or waits, and only then do others.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(GUARD)
    try:
        with pytest.raises(ValueError, match="no"):
            for_each(work, range(2000))
    finally:
        sys.setswitchinterval(interval)
    # What was begun is finished, which is one part in the other thread.
    assert set(done) <= {*range(place), place + 1}


@pytest.mark.parametrize("available", ["1", "3"])
def test_the_calling_thread_tells_what_is_done(available, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", available)
    told = []
    for_each(abs, range(20), lambda share: told.append((share, threading.get_ident())))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert {each for _, each in told} <= {threading.get_ident()}
    if available == "1":
        assert shares == [part / 20 for part in range(1, 21)]


def test_all_processors_unless_told(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(threads, "cores", lambda: 3)
    assert threads._available() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "all")
    assert threads._available() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert threads._available() == 7
