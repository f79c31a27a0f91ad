"""A Dask scheduler and two workers on this machine, one of them killed in the middle."""

import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from helpers import GUARD, after, wait_until
from PIL import Image

from colorquant.batch.cluster import ClusterPool
from colorquant.cli import main as cli
from colorquant.errors import InvalidInputError, MissingExtraError

PARTS = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
WORKER = [sys.executable, "-m", "distributed.cli.dask_worker"]


@pytest.fixture
def photos(tmp_path, monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    (tmp_path / "in").mkdir()
    for index in range(20):
        Image.fromarray(np.roll(noise, index, axis=1)).save(tmp_path / "in" / f"{index:02}.png")
    (tmp_path / "in" / "broken.png").write_bytes((tmp_path / "in" / "00.png").read_bytes()[:999])
    monkeypatch.chdir(tmp_path)
    return tmp_path / "in"


@pytest.fixture
def cluster(tmp_path_factory):
    """Yield a scheduler's address and its workers' processes."""
    folder = tmp_path_factory.mktemp("cluster")
    found = folder / "scheduler.json"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = ["--host", "127.0.0.1", "--scheduler-file", str(found), "--no-dashboard"]
    scheduler = subprocess.Popen([*PARTS, "--port", "0", *options], **quiet)
    wait_until(lambda: found.exists() and found.read_text())
    joining = ["--scheduler-file", str(found), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [subprocess.Popen([*WORKER, *joining], **quiet) for _ in range(2)]
    yield json.loads(found.read_text())["address"], workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def run(*arguments):
    command = [*after(0, "pass"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=GUARD)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
def test_a_lost_worker_costs_no_result(photos, tmp_path, cluster):
    address, workers = cluster
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
    assert counts["done"] + counts.get("skipped", 0) == 20, summary
    assert counts["failed"] == 1
    assert counts.get("skipped", 0) <= 1, summary
    local = run("in", "-k", 64, "-o", "local", "--shared-palette")
    assert "20 done, 1 failed" in local.stderr
    assert contents(tmp_path / "out") == contents(tmp_path / "local")
    again = run("in", "-k", 64, "-o", "out", "--cluster", address, "--shared-palette")
    assert "20 skipped as up to date, 1 failed" in again.stderr


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_started_here(photos, tmp_path, monkeypatch):
    monkeypatch.setattr("colorquant.batch.cluster._PATIENCE", GUARD)
    arguments = ["in", "-k", "8", "-o", "out", "--cluster", "local", "--exclude", "b*"]
    done = CliRunner().invoke(cli.main, arguments)
    assert (done.exit_code, done.stderr.split(",")[0]) == (0, "20 done")
    assert len(contents(tmp_path / "out")) == 20


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_nobody_answers(address, monkeypatch):
    monkeypatch.setattr("colorquant.batch.cluster._PATIENCE", 1)
    with pytest.raises(InvalidInputError, match="no Dask scheduler answers there"):
        ClusterPool(address)


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'colorquant\[cluster\]'"):
        ClusterPool("local")


def test_a_cluster_has_its_own_processes(photos):
    done = run("in", "--cluster", "local", "--jobs", 2)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert (
        "Error: --cluster and --jobs exclude each other: a cluster has its own number"
        in done.stderr
    )


def loopback(process):
    """Return the addresses where a process and its children listen."""
    every = [process, *process.children(recursive=True)]
    found = [one for each in every for one in each.net_connections() if one.status == "LISTEN"]
    return {one.laddr.ip for one in found}


@pytest.mark.filterwarnings("ignore")
def test_nobody_else_reaches_a_cluster_that_is_started_here():
    psutil = pytest.importorskip("psutil")
    before = loopback(psutil.Process())
    pool = ClusterPool("local")
    try:
        assert loopback(psutil.Process()) - before <= {"127.0.0.1"}
        assert "127.0.0.1" in loopback(psutil.Process())
    finally:
        pool.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_cluster_that_is_started_here_ends_with_the_command(name, photos, tmp_path):
    psutil = pytest.importorskip("psutil")
    deed = (
        "import psutil; every = psutil.Process().children(recursive=True); "
        f"print(*[each.pid for each in every], flush=True); os.kill(os.getpid(), signal.{name})"
    )
    command = [*after(2, deed), "in", "-k", "64", "-o", "out", "--cluster", "local"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, **pipes)
    workers = process.stdout.readline().split()
    _, said = process.communicate(timeout=GUARD)
    assert process.returncode == -getattr(signal, name)
    assert ("interrupted: 2 done" in said) == (name != "SIGKILL")
    assert len(workers) > 1
    wait_until(lambda: not any(psutil.pid_exists(int(pid)) for pid in workers))
