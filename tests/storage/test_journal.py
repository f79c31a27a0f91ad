"""Lines that processes write at the same time, and files that are not to be touched."""

import os
import socket
import subprocess
import sys

import pytest
from helpers import GUARD
from upath import UPath

from colorquant.errors import ImageReadError, ImageWriteError
from colorquant.storage import journal
from colorquant.storage.journal import Journal, Objects

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


class Reader:
    def __init__(self, path):
        self.journal = Journal(path)
        self.forgotten = 0

    def forget(self):
        self.forgotten += 1

    def news(self):
        return [line.strip() for line in self.journal.news(self.forget)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lines"


def test_what_was_added_is_read_once(path):
    reader = Reader(path)
    assert reader.news() == []
    forgotten = reader.forgotten
    Journal(path).add(b"one")
    assert reader.news() == [b"one"]
    assert reader.news() == []
    Journal(path).add(b"two")
    Journal(path).add(b"three")
    assert reader.news() == [b"two", b"three"]
    assert reader.forgotten == forgotten
    assert reader.journal.lines == 3


def test_no_more_is_read_than_is_new(path):
    Journal(path).add(b"x" * 1000)
    reader = Reader(path)
    reader.news()
    # Whoever read all of it again would meet this.
    with path.open("r+b") as stream:
        stream.write(b"\nunseen\n")
    Journal(path).add(b"new")
    assert reader.news() == [b"new"]
    assert reader.forgotten == 0


def test_a_line_that_was_cut_off_swallows_none(path):
    path.write_bytes(b'one\n{"cut')
    reader = Reader(path)
    assert reader.news() == [b"one", b'{"cut']
    Journal(path).add(b"two")
    assert reader.news() == [b'{"cut', b"two"]
    assert reader.news() == []


@pytest.mark.parametrize("change", ["shorter", "other", "gone", "same place"])
def test_another_file_is_read_from_its_start(change, path):
    Journal(path).add(b"one" * 50)
    reader = Reader(path)
    reader.news()
    new = {"shorter": b"x\n", "other": b"y" * 500 + b"\n", "gone": b"", "same place": b"z\n" * 999}
    if change == "same place":
        path.unlink()
    path.write_bytes(new[change])
    if change == "gone":
        path.unlink()
    assert reader.news() == new[change].split()
    assert reader.forgotten == 1


def test_long_lines_come_in_parts(path, monkeypatch):
    monkeypatch.setattr(journal, "_LONGEST", 10)
    path.write_bytes(b"x" * 25 + b"\nshort\n" + b"y" * 12)
    reader = Reader(path)
    assert reader.news() == [b"x" * 10, b"x" * 10, b"x" * 5, b"short", b"y" * 10, b"y" * 2]
    assert reader.news() == [b"y" * 2]


def make(kind, path):
    other = path.with_name("other")
    if kind == "link":
        other.write_bytes(b"theirs\n")
        path.symlink_to(other)
    elif kind == "link to nothing":
        path.symlink_to(other)
    elif kind == "link to itself":
        path.symlink_to(path)
    elif kind == "link to a device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "second name":
        other.write_bytes(b"theirs\n")
        os.link(other, path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    else:
        with path.open("wb") as stream:
            stream.truncate((1 << 28) + 1)


LINK, NO_FILE = "is a symbolic link", "is no regular file"
KINDS = {
    "link": LINK,
    "link to nothing": LINK,
    "link to itself": LINK,
    "link to a device": LINK,
    "pipe": NO_FILE,
    "folder": NO_FILE,
    "socket": NO_FILE,
    "second name": "has a second name",
    "large": "has 268,435,457 bytes",
}


@POSIX
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_touched(kind, path, monkeypatch):
    # The name of a socket has a bound.
    monkeypatch.chdir(path.parent)
    make(kind, path.relative_to(path.parent) if kind == "socket" else path)
    with pytest.raises(ImageReadError, match=KINDS[kind]) as caught:
        Reader(path).news()
    assert str(caught.value).startswith(f"{path}: ")
    with pytest.raises(ImageWriteError, match=KINDS[kind]):
        Journal(path).add(b"new")
    with pytest.raises(ImageWriteError, match=KINDS[kind]):
        Journal(path).rewrite(lambda: [b"new"])
    other = path.with_name("other")
    assert not other.exists() or other.read_bytes() == b"theirs\n"


def test_what_is_added_can_be_read_again(path, monkeypatch):
    monkeypatch.setattr(journal, "_LARGEST", 1000)
    monkeypatch.setattr(journal, "_LONGEST", 100)
    # With two ends of lines they are 92 bytes, and 100 more must find room.
    for _ in range(10):
        Journal(path).add(b"x" * 90)
    with pytest.raises(ImageWriteError, match="has 920 bytes, too many for records"):
        Journal(path).add(b"x" * 90)
    assert len(Reader(path).news()) == 10


def test_a_disk_that_is_full(path, monkeypatch):
    reader = Reader(path)
    monkeypatch.setattr(os, "write", lambda _descriptor, data: len(data[:3]) or 1)
    Journal(path).add(b"taken in parts")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ImageWriteError, match="no room on the disk"):
        Journal(path).add(b"one")
    assert reader.news() == []


def test_written_anew(path):
    for number in range(9):
        Journal(path).add(b"%d" % number)
    path.chmod(0o640)
    reader, other = Reader(path), Reader(path)
    other.news()
    reader.journal.rewrite(lambda: reader.news()[-2:])
    assert path.read_bytes() == b"7\n8\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert other.news() == reader.news() == [b"7", b"8"]
    Journal(path).add(b"9")
    assert other.news() == [b"9"]
    assert list(path.parent.iterdir()) == [path]


@POSIX
def test_where_there_are_no_locks(path, monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    Journal(path).add(b"one")
    Journal(path).rewrite(lambda: [b"anew"])
    assert Reader(path).news() == [b"one"]


WRITER = """
import sys
from pathlib import Path
from colorquant.storage.journal import Journal
name, path = sys.argv[1:]
for number in range(200):
    Journal(Path(path)).add(f"{name}{number}".encode() * 40)
"""


@POSIX
def test_no_line_is_lost_when_many_write_and_one_writes_anew(path):
    Journal(path).add(b"first")
    command = [sys.executable, "-c", WRITER]
    writers = [subprocess.Popen([*command, name, path]) for name in "ab"]
    reader = Reader(path)
    while any(writer.poll() is None for writer in writers):
        reader.journal.rewrite(lambda: Reader(path).news())
    assert [writer.wait(GUARD) for writer in writers] == [0, 0]
    found = Reader(path).news()
    assert sorted(found) == sorted(
        [b"first", *(f"{name}{number}".encode() * 40 for name in "ab" for number in range(200))]
    )


def test_objects(monkeypatch):
    pytest.importorskip("upath")
    home = UPath(f"memory://journal-{os.urandom(4).hex()}")
    objects = Objects(home / "records")
    assert list(objects.all()) == list(objects.one("a")) == []
    objects.put("a", b"one")
    objects.put("b/c", b"two")
    objects.put("a", b"three")
    assert sorted(Objects(home / "records").all()) == [b"three", b"two"]
    assert list(objects.one("a")) == [b"three"]
    assert list(objects.one("c")) == []
    monkeypatch.setattr(journal, "_LONGEST", 4)
    assert list(objects.all()) == [b"two"]
    assert list(objects.one("a")) == []
