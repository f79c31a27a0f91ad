"""A Dask scheduler and two workers on this machine, one of them killed in the middle."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import GUARD, after, is_gone, run, wait_until
from PIL import Image

from colorquant.batch import cluster
from colorquant.batch.cluster import ClusterPool
from colorquant.errors import InvalidInputError, MissingExtraError

PARTS = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
WORKER = [sys.executable, "-m", "distributed.cli.dask_worker"]


def save_photos(number, size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    for index in range(number):
        Image.fromarray(np.roll(noise, index, axis=1)).save(f"in/{index:02}.png")
    Path("in/broken.png").write_bytes(Path("in/00.png").read_bytes()[:500])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "_PATIENCE", GUARD)
    # One worker shows what more would, and starts sooner.
    monkeypatch.setattr(cluster, "cores", lambda: 1)
    return tmp_path


@pytest.fixture
def scheduler(tmp_path_factory):
    """Yield a scheduler's address and its workers' processes."""
    folder = tmp_path_factory.mktemp("cluster")
    found = folder / "scheduler.json"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = ["--host", "127.0.0.1", "--scheduler-file", str(found), "--no-dashboard"]
    process = subprocess.Popen([*PARTS, "--port", "0", *options], **quiet)
    wait_until(lambda: found.exists() and found.read_text())
    joining = ["--scheduler-file", str(found), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [subprocess.Popen([*WORKER, *joining], **quiet) for _ in range(2)]
    yield json.loads(found.read_text())["address"], workers
    for each in (*workers, process):
        each.kill()
        each.wait()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.filterwarnings("ignore")
def test_a_lost_worker_costs_no_result(folder, scheduler):
    # So long a work on each that what is done is told of before the next is.
    save_photos(8, (90, 120))
    address, workers = scheduler
    command = after(2, f"os.kill({workers[0].pid}, signal.SIGKILL)")
    command += ["in", "-k", "64", "-o", "out", "--cluster", address, "--shared-palette"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    _, said = process.communicate(timeout=GUARD)
    assert process.returncode == 1
    assert said.count("\n") == 2, said
    error, summary = said.splitlines()
    assert "broken.png: damaged or incomplete" in error
    # What the lost worker had written, but not told of, is found to be done.
    counts = {status: int(n) for n, status in re.findall(r"(\d+) (done|skipped|failed)", summary)}
    assert counts["done"] + counts.get("skipped", 0) == 8, summary
    assert counts["failed"] == 1
    assert counts.get("skipped", 0) <= 1, summary
    local = run("in", "-k", 64, "-o", "local", "--shared-palette", "--jobs", 1)
    assert "8 done, 1 failed" in local.stderr
    assert contents(folder / "out") == contents(folder / "local")
    again = run("in", "-k", 64, "-o", "out", "--cluster", address, "--shared-palette")
    assert "8 skipped as up to date, 1 failed" in again.stderr


def loopback(process):
    """Return the addresses where a process and its children listen."""
    every = [process, *process.children(recursive=True)]
    found = [one for each in every for one in each.net_connections() if one.status == "LISTEN"]
    return {one.laddr.ip for one in found}


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_started_here_is_reached_by_nobody_else(folder, monkeypatch):
    save_photos(3, (15, 20))
    psutil = pytest.importorskip("psutil")
    before, reached, jobs, real = loopback(psutil.Process()), [], [], ClusterPool.__init__

    def opened(self, address):
        real(self, address)
        reached.append(loopback(psutil.Process()))
        jobs.append(self.jobs)

    monkeypatch.setattr(ClusterPool, "__init__", opened)
    done = run("in", "-k", 8, "-o", "out", "--cluster", "local", "--exclude", "b*")
    assert (done.exit_code, done.stderr.split(",")[0]) == (0, "3 done")
    assert len(contents(folder / "out")) == 3
    assert jobs == [1]
    assert "127.0.0.1" in reached[0]
    assert reached[0] - before <= {"127.0.0.1"}


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_nobody_answers(address, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 0.1)
    with pytest.raises(InvalidInputError, match="no Dask scheduler answers there"):
        ClusterPool(address)


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'colorquant\[cluster\]'"):
        ClusterPool("local")


def test_a_cluster_has_its_own_processes(folder):
    done = run("in", "--cluster", "local", "--jobs", 2)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert (
        "Error: --cluster and --jobs exclude each other: a cluster has its own number"
        in done.stderr
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_cluster_that_is_started_here_ends_with_the_command(name, folder):
    save_photos(12, (15, 20))
    pytest.importorskip("psutil")
    deed = (
        "import psutil; every = psutil.Process().children(recursive=True); "
        f"print(*[each.pid for each in every], flush=True); os.kill(os.getpid(), signal.{name})"
    )
    command = [*after(2, deed), "in", "-k", "8", "-o", "out", "--cluster", "local"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, **pipes)
    workers = process.stdout.readline().split()
    _, said = process.communicate(timeout=GUARD)
    assert process.returncode == -getattr(signal, name)
    assert ("interrupted: 2 done" in said) == (name != "SIGKILL")
    assert len(workers) > 1
    wait_until(lambda: all(is_gone(int(pid)) for pid in workers))
