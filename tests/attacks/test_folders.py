"""What a folder from somebody else, or another run, must not bring about, through the command."""

import json
import shutil
import signal
import subprocess
import sys

import pytest
from helpers import COMMAND, GUARD, after, run
from PIL import Image

from colorquant.batch.manifest import NAME

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


@pytest.fixture
def folder(tmp_path, samples, monkeypatch):
    """A folder with an image, beside a file of the user's."""
    (tmp_path / "evil").mkdir()
    shutil.copy(samples / "sprite.png", tmp_path / "evil" / "a.png")
    (tmp_path / "profile").write_bytes(b"# mine\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "evil"


def claim(folder, target, size, **changes):
    """Record that something is a result."""
    content = {"version": 1, "target": target, "options": "x", "source": [1, 1]}
    content |= {"file": target, "stamp": [size, None]} | changes
    with (folder / f"{NAME}.jsonl").open("a") as stream:
        stream.write(json.dumps(content) + "\n")


@pytest.mark.parametrize("arguments", [(), ("--in-place",), ("--force",)])
def test_records_that_are_a_link(arguments, folder, tmp_path):
    (folder / f"{NAME}.jsonl").symlink_to("../profile")
    done = run("evil", "-k", 4, *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert f"evil/{NAME}.jsonl: is a symbolic link" in done.stderr
    assert (tmp_path / "profile").read_bytes() == b"# mine\n"
    assert len(list(folder.iterdir())) == 2


def test_records_beside_a_palette_that_are_a_link(folder, tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / f"{NAME}.jsonl").symlink_to("../profile")
    done = run("evil", "-o", "out", "--shared-palette", "--palette-out", "p/p.json")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert (tmp_path / "profile").read_bytes() == b"# mine\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("stamp", ["size", "whole"])
@pytest.mark.parametrize("kind", ["link", "folder"])
def test_records_of_what_is_behind_a_link(kind, stamp, folder, tmp_path):
    victim = tmp_path / "sub" / "a.png"
    victim.parent.mkdir()
    victim.write_bytes(b"# mine\n")
    (tmp_path / "out").mkdir()
    if kind == "link":
        (tmp_path / "out" / "a.png").symlink_to(victim)
        source, name = "evil", "a.png"
    else:
        (tmp_path / "out" / "sub").symlink_to(victim.parent)
        (folder / "sub").mkdir()
        (folder / "a.png").rename(folder / "sub" / "a.png")
        source, name = "evil", "sub/a.png"
    time = victim.stat().st_mtime_ns if stamp == "whole" else None
    claim(tmp_path / "out", name, 7, stamp=[7, time])
    done = run(source, "-r", "-k", 4, "-o", "out")
    assert done.exit_code == 1
    assert f"out/{name}: exists already; --force replaces it" in done.stderr
    assert victim.read_bytes() == b"# mine\n"


def test_a_link_to_where_nothing_is_yet(folder, tmp_path):
    (folder / "a-4colors.png").symlink_to("../autostart")
    done = run("evil", "-k", 4)
    assert "evil/a-4colors.png: exists already" in done.stderr
    assert not (tmp_path / "autostart").exists()


def test_a_time_that_is_not_known_is_no_proof(folder):
    (folder / "a-4colors.png").write_bytes(b"# mine\n")
    claim(folder, "a-4colors.png", 7)
    assert "exists already" in run("evil", "-k", 4).stderr
    assert (folder / "a-4colors.png").read_bytes() == b"# mine\n"


def test_a_palette_from_somebody_else_has_no_more_colors_than_asked_for(folder):
    before = (folder / "a.png").read_bytes()
    arguments = ("evil", "-k", 4, "--in-place", "--shared-palette")
    assert run(*arguments).exit_code == 0
    expected = (folder / "a.png").read_bytes()
    lines = (folder / f"{NAME}.jsonl").read_text().split("\n")
    palette = json.loads(next(line for line in lines if '"palette"' in line))
    (folder / "a.png").write_bytes(before)
    for changes in (
        {"colors": "".join(f"{n:06x}" for n in range(200)), "counts": [1] * 200},
        {"counts": [True] * len(palette["counts"])},
        {"channels": 10**9},
    ):
        (folder / f"{NAME}.jsonl").write_text(json.dumps(palette | changes) + "\n")
        (folder / "a.png").write_bytes(before)
        assert run(*arguments).exit_code == 0
        assert (folder / "a.png").read_bytes() == expected


def test_a_source_is_not_kept_over_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, shade in (("in/sub", 7), ("b/sub", 9)):
        (tmp_path / name).mkdir(parents=True)
        Image.new("L", (300, 300), shade).save(tmp_path / name / "y.webp", lossless=True)
    before = (tmp_path / "in" / "sub" / "y.webp").read_bytes()
    done = run("in/sub", "b", "-r", "-k", 8, "-o", "in", "--skip-if-larger", "--force")
    assert done.exit_code == 1
    assert done.stderr == ("Error: in/sub/y.webp: is a source; b/sub/y.webp cannot be kept there\n")
    assert (tmp_path / "in" / "sub" / "y.webp").read_bytes() == before


def tree(folder, samples, number):
    folder.mkdir()
    with Image.open(samples / "flower.jpg") as image:
        for index in range(number):
            part = image.crop((40 * index, 20 * index, 40 * index + 45, 20 * index + 35))
            part.save(folder / f"{index}.jpg")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.jpg")}


@pytest.mark.parametrize("shared", [(), ("--shared-palette",)])
def test_in_place_killed_and_two_runs_at_once(shared, tmp_path, samples, monkeypatch):
    """JPEGs change whenever they are done again."""
    monkeypatch.chdir(tmp_path)
    tree(tmp_path / "in", samples, 6)
    shutil.copytree("in", "clean")
    arguments = ("-k", "8", "--in-place", "--jobs", "1", *shared)
    assert run("clean", *arguments).exit_code == 0
    kill = after(2, "os.kill(os.getpid(), signal.SIGKILL)")
    killed = subprocess.run([*kill, "in", *arguments], check=False, timeout=GUARD)
    assert killed.returncode == -signal.SIGKILL
    assert contents(tmp_path / "in") != contents(tmp_path / "clean")
    both = [
        subprocess.Popen([*COMMAND, "in", *arguments], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=GUARD)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(tmp_path / "in") == contents(tmp_path / "clean")
    assert "6 skipped" in run("in", *arguments).stderr
