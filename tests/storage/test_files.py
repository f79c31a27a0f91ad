"""Writing whole or not at all."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from colorquant.errors import ImageReadError, ImageWriteError, InvalidInputError
from colorquant.storage import files
from colorquant.storage.files import Writing, source_times, write_files, write_stream


def test_writing_is_whole(tmp_path):
    path = tmp_path / "x.png"
    write_files({path: b"new"}, Writing())
    assert path.read_bytes() == b"new"
    write_files({path: b"newer"}, Writing(overwrite=True))
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o666 & ~current_umask()


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"theirs")
    with pytest.raises(ImageWriteError, match="exists already"):
        write_files({path: b"ours"}, Writing())
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_and_links_stay(tmp_path):
    path, link, dangling = tmp_path / "x.png", tmp_path / "link.png", tmp_path / "dangling.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    dangling.symlink_to(tmp_path / "y.png")
    write_files({link: b"new", dangling: b"new"}, Writing(overwrite=True))
    assert path.read_bytes() == (tmp_path / "y.png").read_bytes() == b"new"
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_in_plain_words(code, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files, "_write", fail)
    with pytest.raises(ImageWriteError, match=r"x.png: cannot write it: no room on the disk$"):
        write_files({tmp_path / "x.png": b"new"}, Writing())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space"), KeyboardInterrupt()])
def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch, failure):
    def fail(*_):
        raise failure

    path, other = tmp_path / "x.png", tmp_path / "y.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(files.Path, "replace", fail)
    expected = ImageWriteError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_files({path: b"new", other: b"more"}, Writing(overwrite=True))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


FULL_DISK = """
import resource, sys
from pathlib import Path
from colorquant.storage.files import Writing, write_files
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    both = {Path(sys.argv[1]): b"fits", Path(sys.argv[2]): bytes(10_000)}
    write_files(both, Writing(overwrite=True))
except OSError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on Windows")
def test_no_room_for_the_file(tmp_path):
    path = tmp_path / "x.png"
    run = [sys.executable, "-c", FULL_DISK, str(tmp_path / "y.png"), str(path)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said == f"ImageWriteError {path}: cannot write it: File too large\n"
    assert list(tmp_path.iterdir()) == []


def test_times_are_handed_on(tmp_path):
    source, path = tmp_path / "a.png", tmp_path / "b.png"
    source.write_bytes(b"old")
    os.utime(source, ns=(10**18, 123_456_789_000_000_000))
    write_files({path: b"new"}, Writing(times=source_times(source, path)))
    assert path.stat().st_mtime_ns == 123_456_789_000_000_000
    assert path.stat().st_atime_ns == 10**18
    with pytest.raises(InvalidInputError, match="only a file with a name has times"):
        source_times(b"data", path)
    with pytest.raises(ImageReadError, match=r"none.png: no such file"):
        source_times(tmp_path / "none.png", path)


def test_sync_comes_before_the_name(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    done = []
    real = os.fsync

    def fsync(descriptor):
        done.append((str(Path(f"/proc/self/fd/{descriptor}").readlink()), path.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_files({path: b"new"}, Writing())
    assert done == []
    write_files({path: b"newer"}, Writing(overwrite=True, sync=True))
    path.unlink()
    write_files({path: b"newer"}, Writing(sync=True))
    (first, existed), (folder, named) = done[2:]
    assert first.endswith(".tmp")
    assert not existed
    assert (folder, named) == (str(tmp_path), True)


STOPPED = """
import os, sys
from pathlib import Path
from colorquant.storage import files
os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
files.write_files({Path(sys.argv[1]): b"half"}, files.Writing(sync=True))
"""


def test_what_killed_processes_left_is_removed(tmp_path):
    subprocess.run([sys.executable, "-c", STOPPED, tmp_path / "x.png"], check=False)
    (left,) = tmp_path.iterdir()
    assert (left.suffix, left.read_bytes()) == (".tmp", b"half")
    write_files({tmp_path / "y.png": b"new"}, Writing())
    assert list(tmp_path.iterdir()) == [tmp_path / "y.png"]


def test_streams():
    stream = io.BytesIO()
    write_stream(stream, b"data")
    assert stream.getvalue() == b"data"


def test_streams_that_take_a_part_each_time():
    class Slow(io.BytesIO):
        def write(self, data):
            return super().write(data[:3])

    stream = Slow()
    write_stream(stream, b"some data")
    assert stream.getvalue() == b"some data"


def test_a_closed_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    with (
        pytest.raises(ImageWriteError, match="the output: cannot write it: Broken pipe") as caught,
        os.fdopen(writing, "wb", buffering=0) as pipe,
    ):
        write_stream(pipe, b"data")
    assert isinstance(caught.value.__cause__, BrokenPipeError)


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts need root"
)


@needs_root
def test_a_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounts are not allowed here")
    try:
        path = disk / "x.png"
        write_files({path: bytes(10_000)}, Writing())
        with pytest.raises(ImageWriteError, match=r"x.png: cannot write it: no room on the disk"):
            write_files({path: bytes(100_000)}, Writing(overwrite=True))
        assert path.read_bytes() == bytes(10_000)
        assert list(disk.iterdir()) == [path]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_place_that_becomes_a_folder_meanwhile(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    real = files._write

    def slow(*arguments):
        real(*arguments)
        path.unlink()
        path.mkdir()

    monkeypatch.setattr(files, "_write", slow)
    with pytest.raises(ImageWriteError, match=r"x.png: is a folder"):
        write_files({path: b"new"}, Writing(overwrite=True))
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_announced_when_it_is_whole_and_has_no_name_yet(tmp_path):
    path = tmp_path / "x.png"
    told = []

    def announce(place, stamp):
        told.append((place, stamp.size, place.exists()))

    write_files({path: b"new"}, Writing(announce=announce))
    assert told == [(path, 3, False)]


def test_nor_is_one_replaced_that_appears_in_the_last_moment(tmp_path):
    path = tmp_path / "x.png"

    def announce(place, stamp):
        path.write_bytes(b"theirs")

    with pytest.raises(ImageWriteError, match=r"x.png: exists already; --force replaces it$"):
        write_files({path: b"ours"}, Writing(announce=announce))
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("late", [False, True])
def test_what_a_check_raises_leaves_all_as_it_is(late, tmp_path):
    """Before anything is announced, or as late as can be."""
    path, other = tmp_path / "x.png", tmp_path / "y.png"
    path.write_bytes(b"old")
    told = []

    def check():
        if not late or told:
            raise ImageReadError("changed")

    how = Writing(overwrite=True, announce=lambda *each: told.append(each), check=check)
    with pytest.raises(ImageReadError, match=r"^changed$"):
        write_files({path: b"new", other: b"more"}, how)
    assert len(told) == late
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    stream = io.BytesIO()
    told.append(None)
    with pytest.raises(ImageReadError, match=r"^changed$"):
        write_stream(stream, b"data", check)
    assert stream.getvalue() == b""


def test_a_file_with_several_names(tmp_path):
    path, other = tmp_path / "x.png", tmp_path / "y.png"
    path.write_bytes(b"old")
    os.link(path, other)
    for place in (path, other):
        with pytest.raises(ImageWriteError, match="one of 2 hard links to a file; --break-links"):
            write_files({place: b"new"}, Writing(overwrite=True, break_links=False))
    assert path.read_bytes() == b"old"
    assert path.samefile(other)
    write_files({path: b"new"}, Writing(overwrite=True, break_links=True))
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")
    write_files({path: b"newer"}, Writing(overwrite=True, break_links=False))
    assert sorted(tmp_path.iterdir()) == [path, other]


def test_what_is_no_file_is_never_replaced(tmp_path):
    pipe, link = tmp_path / "x.png", tmp_path / "link.png"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for place in (pipe, link):
        with pytest.raises(ImageWriteError, match="is a pipe or a device, which is never replaced"):
            write_files({place: b"new"}, Writing(overwrite=True))
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [link, pipe]


@needs_root
def test_a_replaced_file_keeps_its_owner(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    os.chown(path, 1234, 4321)
    path.chmod(0o640)
    write_files({path: b"new"}, Writing(overwrite=True))
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (1234, 4321, 0o640)
