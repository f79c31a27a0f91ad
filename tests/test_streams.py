"""The command in pipes, with strange names and places, and killed."""

import json
import os
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest
from helpers import COMMAND, GUARD, run
from PIL import Image

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


@pytest.fixture(autouse=True)
def folder(photo, monkeypatch):
    monkeypatch.chdir(photo.parent)
    return photo.parent


def started(*arguments, **how):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, check=False, **how)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_from_stdin_to_stdout(photo):
    assert run("photo.png", "-k", 5, "-o", "out.png").exit_code == 0
    expected = (photo.parent / "out.png").read_bytes()
    piped = started("-", "-k", "5", "-o", "-", input=photo.read_bytes())
    assert (piped.returncode, piped.stdout, piped.stderr) == (0, expected, b"")
    assert started("photo.png", "-k", "5", "-o", "-").stdout == expected
    with photo.open("rb") as stream:
        assert started("-", "-k", "5", stdin=stream).stdout == expected


def test_the_format_of_a_stream(photo):
    done = run("-", "--format", "gif", input=photo.read_bytes())
    assert done.stdout_bytes.startswith(b"GIF89a")
    refused = run("-", "--format", "xyz", input=photo.read_bytes())
    assert refused.exit_code == 2
    assert refused.stderr.startswith("Error: cannot write 'xyz'; known are")


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "the file is empty"), (b"text\n", "not an image, or of an unknown format")],
)
def test_what_stdin_cannot_be(data, said, folder):
    done = started("-", input=data)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"Error: <stdin>: {said}\n"
    assert files(folder) == ["photo.png"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--in-place", "only a file with a name can be replaced in place. See"),
        ("--keep-times", "only a file with a name has times to keep. See"),
    ],
)
def test_what_stdin_cannot_have(option, said, folder):
    done = run("-", option)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {said}")
    assert done.stderr.count("\n") == 1
    assert files(folder) == ["photo.png"]


def test_a_reader_that_has_enough(photo):
    # More than a pipe holds.
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)
    Image.fromarray(noise).save("n.png")
    command = f"{' '.join(COMMAND)} n.png -k 256 --effort fast -o - | head -c 5"
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"], capture_output=True, check=False
    )
    assert done.stderr == b""
    assert done.stdout == b"\x89PNG\r1\n"


def test_no_image_goes_to_a_terminal(photo, folder):
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "photo.png", "-o", "-"], stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: an image is not written to a terminal; name an output")
    done = subprocess.run([*COMMAND, "-"], stdin=theirs, capture_output=True, check=False)
    assert done.stderr.startswith(b"Error: - reads an image from stdin; redirect one to it")
    os.close(ours)
    os.close(theirs)


def test_pipes_with_names(photo, folder):
    os.mkfifo("pipe")
    writer = subprocess.Popen(["sh", "-c", "cat photo.png > pipe"])
    assert run("pipe", "-k", 5, "-o", "out.png").exit_code == 0
    writer.wait(GUARD)
    assert run("photo.png", "-k", 5, "-o", "same.png").exit_code == 0
    assert (folder / "out.png").read_bytes() == (folder / "same.png").read_bytes()
    done = started("/dev/stdin", "-k", "5", "-o", "third.png", input=photo.read_bytes())
    assert done.returncode == 0
    assert (folder / "third.png").read_bytes() == (folder / "same.png").read_bytes()


def test_no_end_of_a_stream():
    done = run("/dev/zero", "-o", "out.png", "--max-pixels", 1000)
    assert done.stderr == "Error: /dev/zero: more than 67,116,864 bytes, and no end of it\n"


@pytest.mark.parametrize(
    "name",
    [
        b"two words.png",
        b"new\nline.png",
        b"-dash.png",
        b"caf\xe9.png",
        b"\xff\xfe.png",
        b"$HOME;.png",
    ],
)
def test_names(name, photo, folder):
    text = os.fsdecode(name)
    photo.rename(text)
    done = started("-k", "4", "-v", "-o", b"out-" + name, "--", name)
    assert done.returncode == 0
    assert (folder / f"out-{text}").exists()
    assert run("-k", 4, "--", text).output == ""
    assert run("-k", 3, "--in-place", "--", text).exit_code == 0
    said = started("--", b"no" + name)
    assert said.returncode == 1
    assert said.stderr.count(b"\n") == 1


def test_the_longest_names(photo, folder):
    longest = "x" * 251 + ".png"
    photo.rename(folder / longest)
    assert run(longest, "--in-place", "-k", 4).exit_code == 0
    assert run(longest, "-o", "y" * 251 + ".gif", "-k", 4).exit_code == 0
    done = run(longest, "-k", 4)
    assert done.exit_code == 1
    assert done.stderr.endswith("cannot write it: File name too long\n")


def test_keeping_times(photo, folder):
    os.utime(photo, ns=(10**18, 1_234_567_890_123_456_789))
    assert run("photo.png", "-k", 4, "-o", "out.png", "--keep-times", "--sync").exit_code == 0
    assert (folder / "out.png").stat().st_mtime_ns == 1_234_567_890_123_456_789
    assert run("photo.png", "-k", 4, "--in-place", "--keep-times").exit_code == 0
    assert photo.stat().st_mtime_ns == 1_234_567_890_123_456_789


def test_libraries_keep_off_stderr(photo):
    code = (
        "import os\nfrom colorquant import __main__\n"
        "from colorquant.pipeline import still as pipeline\n"
        "real = pipeline.encode\n"
        "def noisy(*what):\n    os.write(2, b'libtiff says')\n    return real(*what)\n"
        "pipeline.encode = noisy\n__main__.run()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "photo.png", "-k", "4", "-o", "out.jpg"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b"Warning: out.jpg: JPEG compression brings back other colors\n"


# Forks, as loading takes most of the time. Each child sends itself a signal when it asks the
# system the nth time for something in this folder.
STOPPED = """
import json, os, sys
from pathlib import Path
from colorquant import __main__
from colorquant.cli import main
from colorquant.pipeline import files
kill, left, here = int(sys.argv.pop(1)), 0, os.getcwd()
def hook(event, arguments):
    global left
    if event.split('.')[0] in ('open', 'os', 'shutil') and arguments:
        place = arguments[0]
        if isinstance(place, (str, os.PathLike)) and os.path.abspath(place).startswith(here):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), kill)
photo = Path('photo.png')
before = photo.read_bytes()
for left in range(1, 100):
    photo.write_bytes(before)
    child = os.fork()
    if not child:
        sys.addaudithook(hook)
        __main__.run()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, photo.read_bytes().hex(), sorted(os.listdir())]))
    if not code:
        break
"""


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_killed_at_any_moment_the_file_is_whole(kill, photo, folder):
    before = photo.read_bytes()
    assert run("photo.png", "-k", 8, "-o", "out.png").exit_code == 0
    after = (folder / "out.png").read_bytes()
    (folder / "out.png").unlink()
    command = [sys.executable, "-c", STOPPED, str(int(kill))]
    command += ["photo.png", "--in-place", "-k", "8", "--sync", "--keep-times"]
    done = subprocess.run(command, capture_output=True, check=True)
    codes, contents, places = zip(*map(json.loads, done.stdout.splitlines()), strict=True)
    # Read, written beside, looked at, moved: it stops before, and after.
    assert len(codes) > 5
    assert codes == (*[-kill] * (len(codes) - 1), 0)
    found = [bytes.fromhex(content) for content in contents]
    assert found == sorted(found, key=[before, after].index)
    assert set(found[:-1]) == {before, after}
    if kill == signal.SIGINT:
        assert all(each == ["photo.png"] for each in places)
    assert run("photo.png", "-k", 8, "-o", "out.png").exit_code == 0
    assert files(folder) == ["out.png", "photo.png"]


# As a terminal does, interrupts all that run in it.
INTERRUPTING = """
import os, signal
from colorquant import __main__
from colorquant.pipeline import fitted
fitted.Mapping = lambda *_: os.killpg(0, signal.SIGINT)
__main__.run()
"""


def test_an_interrupted_loop_ends(photo, folder):
    command = shlex.join([sys.executable, "-c", INTERRUPTING, "photo.png"])
    loop = f"for i in 1 2 3; do echo $i; {command} -o $i.png; done"
    process = subprocess.Popen(
        ["bash", "-c", loop],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    said, _ = process.communicate(timeout=GUARD)
    assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT)
    assert said == "1\n"
    assert files(folder) == ["photo.png"]
