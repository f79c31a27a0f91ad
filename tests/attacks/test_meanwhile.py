"""What is done to a run while it runs: files that change, signals, kills."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from helpers import GUARD, after, is_group_gone, run, wait_until
from PIL import Image

from colorquant.pipeline import fitted

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and files of POSIX")

SEARCH = "-k", "8", "--effort", "fast"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with images in the folder ``in``."""
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (15, 20, 3), np.uint8)
    (tmp_path / "in").mkdir()
    for index in range(12):
        Image.fromarray(np.roll(noise, index, axis=1)).save(tmp_path / "in" / f"{index:02}.png")
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


def hidden(folder):
    return {path.name for path in folder.iterdir() if path.suffix != ".png"}


@pytest.fixture
def edited(folder, monkeypatch):
    """A file that is saved anew while its result is made, the first time."""
    path, real, calls = folder / "in" / "05.png", fitted.measure, []
    new = Image.fromarray(np.random.default_rng(1).integers(0, 256, (15, 20, 3), np.uint8))

    def measure(*arguments):
        # It works on one after another, by their names.
        calls.append(arguments)
        if len(calls) == 6:
            new.save(path)
        return real(*arguments)

    monkeypatch.setattr(fitted, "measure", measure)
    return path


@pytest.mark.parametrize("how", [["-o", "out"], ["--in-place"]])
def test_an_edit_that_is_saved_meanwhile_is_done_by_the_next_run(how, edited, folder):
    done = run("in", "-k", 4, "--jobs", 1, *how)
    assert done.exit_code == 1
    assert "Error: in/05.png: changed meanwhile\n" in done.stderr
    assert "11 done, 1 failed, " in done.stderr
    saved = edited.read_bytes()
    with Image.open(edited) as image:
        assert len(image.getcolors(15 * 20)) > 4
    again = run("in", "-k", 4, "--jobs", 1, *how)
    assert again.exit_code == 0
    assert again.stderr.startswith("1 done, 11 skipped as up to date, ")
    (folder / "fresh.png").write_bytes(saved)
    assert run("fresh.png", "-k", 4, "-o", "want.png").exit_code == 0
    result = edited if "--in-place" in how else folder / "out" / "05.png"
    assert result.read_bytes() == (folder / "want.png").read_bytes()


@pytest.mark.parametrize(
    ("name", "whom", "how", "jobs"),
    [
        ("SIGINT", "all", ["-o", "out"], "2"),
        ("SIGTERM", "one", ["--in-place"], "2"),
        ("SIGHUP", "all", ["--in-place"], "1"),
    ],
)
def test_a_signal_ends_the_run_with_a_summary(name, whom, how, jobs, folder):
    assert run("in", *SEARCH, "-o", "clean", "--jobs", 1).exit_code == 0
    deed = f"{'os.killpg(0' if whom == 'all' else 'os.kill(os.getpid()'}, signal.{name})"
    command = [*after(3, deed), "in", *SEARCH, *how, "--jobs", jobs, "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, **pipes, start_new_session=True)
    told, said = process.communicate(timeout=GUARD)
    assert process.returncode == -getattr(signal, name)
    assert b"interrupted: 3 done, " in said
    assert json.loads(told.splitlines()[-1])["interrupted"] is True
    # Nobody of its group is left.
    wait_until(lambda: is_group_gone(process.pid))
    results = folder / ("in" if "--in-place" in how else "out")
    assert hidden(results) == {".colorquant-manifest.jsonl"}
    done = run("in", *SEARCH, *how, "--jobs", 1)
    assert (done.exit_code, " skipped as up to date" in done.stderr) == (0, True)
    assert contents(results) == contents(folder / "clean")


def test_who_asked_not_to_hear_of_a_hangup_does_not(folder):
    command = after(1, "os.kill(os.getpid(), signal.SIGHUP)")
    command = ["nohup", *command, "in", *SEARCH, "-o", "out", "--jobs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "12 done, " in done.stderr


@pytest.mark.parametrize("whom", ["os.killpg(0", "os.kill(os.getpid()"])
def test_killed_it_leaves_no_worker_and_the_next_run_no_temporary(whom, folder):
    command = after(3, f"{whom}, signal.SIGKILL)")
    command += ["in", *SEARCH, "-o", "out", "--jobs", "2"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    process.communicate(timeout=GUARD)
    assert process.returncode == -signal.SIGKILL
    wait_until(lambda: is_group_gone(process.pid))
    assert 3 <= len(contents(folder / "out")) < 12
    for path in (folder / "out").glob("[!.]*.png"):
        with Image.open(path) as image:
            image.load()
    done = run("in", *SEARCH, "-o", "out", "--jobs", 1)
    assert (done.exit_code, " skipped as up to date" in done.stderr) == (0, True)
    assert hidden(folder / "out") == {".colorquant-manifest.jsonl"}
    assert len(contents(folder / "out")) == 12


def test_hard_links_in_a_folder(folder):
    os.link("in/03.png", "03.png")
    before = (folder / "03.png").read_bytes()
    for more in (["--dry-run"], []):
        done = run("in", "-k", 4, "--in-place", *more)
        assert done.exit_code == 1
        assert "Error: in/03.png: is one of 2 hard links to a file" in done.stderr
        assert f"11 {'planned' if more else 'done'}, 1 failed, " in done.stderr
    assert (folder / "in" / "03.png").read_bytes() == before
    assert run("in", "-k", 4, "--in-place", "--break-links").exit_code == 0
    assert (folder / "in" / "03.png").read_bytes() != before
    assert (folder / "03.png").read_bytes() == before
