"""Files that are being written: who may read them, who owns them, what becomes of them."""

import errno
import os
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from colorquant.storage import temporaries
from colorquant.storage.temporaries import Temporary, remove_abandoned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")

ACL = "system.posix_acl_access"
NOBODY = 65_534
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)
needs_attributes = pytest.mark.skipif(sys.platform != "linux", reason="Linux has them")


def replace(path, data=b"new"):
    temporary = Temporary(path)
    try:
        temporary.write(data)
        temporary.inherit()
        temporary.move(overwrite=True)
    finally:
        temporary.end()


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def acl(owner, group, other, *, user, mask):
    """Return the system's form of an ACL with an entry for `NOBODY`: man 5 acl."""
    entries = [(1, owner, -1), (2, user, NOBODY), (4, group, -1), (16, mask, -1), (32, other, -1)]
    return struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", tag, may, who & 0xFFFF_FFFF) for tag, may, who in entries
    )


def set_attribute(path, name, value):
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        if error.errno not in (errno.ENOTSUP, errno.EPERM):
            raise
        pytest.skip("not on this file system")


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def seen(tmp_path):
    """What there is of temporaries in the folder, after every call of a C function."""
    found = []

    def look(_frame, event, _argument):
        if event.startswith("c_"):
            found.extend(path.stat() for path in tmp_path.glob(".*.tmp"))

    return found, lambda: sys.setprofile(look)


@pytest.fixture(autouse=True)
def _unwatched():
    yield
    sys.setprofile(None)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o400, 0o604, 0o666, 0o777, 0o000])
def test_nobody_may_ever_do_more_than_with_the_file_that_is_replaced(mode, old, seen):
    old.chmod(mode)
    found, watch = seen
    watch()
    replace(old)
    sys.setprofile(None)
    assert (mode_of(old), old.stat().st_size) == (mode, 3)
    assert found
    assert {stat.S_IMODE(each.st_mode) & ~mode & 0o077 for each in found} == {0}


@needs_root
@pytest.mark.parametrize("mode", [0o640, 0o400, 0o4755, 0o2750])
def test_owner_and_group_stay(mode, old, seen):
    os.chown(old, 1234, 4321)
    old.chmod(mode)
    found, watch = seen
    watch()
    replace(old)
    sys.setprofile(None)
    assert (old.stat().st_uid, old.stat().st_gid, mode_of(old)) == (1234, 4321, mode)
    # As long as it has another group, that one may nothing.
    assert {each.st_mode & 0o070 for each in found if each.st_gid != 4321} == {0}
    assert {each.st_mode & 0o7077 & ~mode for each in found if stat.S_ISREG(each.st_mode)} == {0}


@pytest.mark.parametrize(
    ("mode", "refused", "expected"),
    [
        (0o640, "owner", 0o640),
        (0o4750, "owner", 0o750),
        (0o640, "group", 0o600),
        (0o664, "group", 0o644),
        (0o670, "group", 0o600),
        (0o607, "group", 0o607),
        (0o6677, "group", 0o677),
    ],
)
@needs_root
def test_what_may_not_be_given_away_is_open_to_nobody_new(
    mode, refused, expected, old, monkeypatch
):
    os.chown(old, 1234, 4321)
    old.chmod(mode)
    real = os.chown

    def chown(descriptor, owner, group):
        if owner != -1 or refused == "group":
            raise PermissionError(errno.EPERM, "Operation not permitted")
        real(descriptor, owner, group)

    monkeypatch.setattr(temporaries.os, "chown", chown)
    replace(old)
    assert mode_of(old) == expected
    group = 4321 if refused == "owner" else os.getegid()
    assert (old.stat().st_uid, old.stat().st_gid) == (os.geteuid(), group)


@needs_attributes
def test_attributes_stay(old):
    set_attribute(old, "user.comment", b"hello")
    os.setxattr(old, "user.empty", b"")
    old.chmod(0o440)
    replace(old)
    assert old.read_bytes() == b"new"
    assert os.getxattr(old, "user.comment") == b"hello"
    assert os.getxattr(old, "user.empty") == b""
    assert mode_of(old) == 0o440


@needs_attributes
def test_an_acl_stays(old, seen):
    # Its mask is shown as the group's permissions, but the group has none.
    access = acl(6, 0, 0, user=6, mask=6)
    set_attribute(old, ACL, access)
    assert mode_of(old) == 0o660
    found, watch = seen
    watch()
    replace(old)
    sys.setprofile(None)
    assert os.getxattr(old, ACL) == access
    assert mode_of(old) == 0o660
    assert {each.st_mode & 0o007 for each in found} == {0}


@needs_attributes
def test_an_acl_that_cannot_be_kept_opens_nothing(old, monkeypatch):
    set_attribute(old, ACL, acl(6, 0, 0, user=6, mask=6))

    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(temporaries.os, "setxattr", refuse)
    replace(old)
    assert mode_of(old) == 0o600
    assert ACL not in os.listxattr(old)


@needs_attributes
def test_a_folder_that_hands_on_an_acl(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"old")
    plain.chmod(0o640)
    set_attribute(tmp_path, "system.posix_acl_default", acl(7, 5, 0, user=7, mask=7))
    replace(plain)
    assert ACL not in os.listxattr(plain)
    assert mode_of(plain) == 0o640
    # What is new is as any program makes it there.
    (tmp_path / "any").write_bytes(b"any")
    replace(tmp_path / "new")
    assert os.getxattr(tmp_path / "new", ACL) == os.getxattr(tmp_path / "any", ACL)
    assert mode_of(tmp_path / "new") == mode_of(tmp_path / "any")


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_a_new_file_is_as_the_umask_says(mask, tmp_path, seen):
    found, watch = seen
    before = os.umask(mask)
    try:
        watch()
        replace(tmp_path / "new")
        sys.setprofile(None)
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "new") == 0o666 & ~mask
    assert {each.st_mode & 0o777 & mask for each in found} == {0}


def test_a_place_that_is_taken_meanwhile(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    for refused in (False, True):
        temporary = Temporary(path)
        temporary.write(b"ours")
        path.write_bytes(b"theirs")
        if refused:
            monkeypatch.setattr(temporaries.os, "link", no_links)
        with pytest.raises(FileExistsError):
            temporary.move(overwrite=False)
        temporary.end()
        assert path.read_bytes() == b"theirs"
        assert list(tmp_path.iterdir()) == [path]
        path.unlink()


def no_links(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_it_has_one_name_in_the_end(links, tmp_path, monkeypatch):
    if not links:
        monkeypatch.setattr(temporaries.os, "link", no_links)
    path = tmp_path / "x.png"
    temporary = Temporary(path)
    temporary.write(b"new")
    temporary.move(overwrite=False)
    temporary.end()
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_nlink == 1


WRITING = """
import sys
from pathlib import Path
from colorquant.storage.temporaries import Temporary
temporary = Temporary(Path(sys.argv[1]))
temporary.write(b"half")
print(temporary.path, flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_left_is_removed_and_what_lives_is_not(tmp_path):
    command = [sys.executable, "-c", WRITING, tmp_path / "x.png"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        path = Path(process.stdout.readline().decode().strip())
        remove_abandoned(tmp_path)
        assert path.read_bytes() == b"half"
        process.kill()
        process.wait()
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_only_looks_like_one_stays(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"data")
    name = ".colorquant-{:016x}.tmp"
    (tmp_path / name.format(1)).symlink_to(victim)
    os.mkfifo(tmp_path / name.format(2))
    (tmp_path / name.format(3)).mkdir()
    for other in (".colorquant-1.tmp", "colorquant-0123456789abcdef.tmp", name.format(4) + "x"):
        (tmp_path / other).touch()
    before = sorted(tmp_path.iterdir())
    remove_abandoned(tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    # A second name of a file may go; the file does not.
    os.link(victim, tmp_path / name.format(5))
    remove_abandoned(tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    assert victim.read_bytes() == b"data"
    remove_abandoned(tmp_path / "none")


def test_where_there_are_no_locks_a_day_tells(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    temporary = Temporary(tmp_path / "x.png")
    temporary.write(b"half")
    # As of a source whose times are kept.
    os.utime(temporary.path, ns=(0, 0))
    now = time.time()
    monkeypatch.setattr(temporaries.time, "time", lambda: now + 86_000)
    remove_abandoned(tmp_path)
    assert temporary.path.exists()
    monkeypatch.setattr(temporaries.time, "time", lambda: now + 87_000)
    remove_abandoned(tmp_path)
    assert not temporary.path.exists()
    temporary.end()


def test_one_that_is_removed_before_it_is_locked_is_made_again(tmp_path, monkeypatch):
    """As by another process that looks for what was left just then."""
    real, opened = os.open, []

    def slow(path, *rest):
        descriptor = real(path, *rest)
        opened.append(path)
        if len(opened) == 1:
            remove_abandoned(tmp_path)
        return descriptor

    monkeypatch.setattr(temporaries.os, "open", slow)
    temporary = Temporary(tmp_path / "x.png")
    first = temporary.path
    temporary.write(b"new")
    assert not first.exists()
    assert temporary.path.read_bytes() == b"new"
    temporary.move(overwrite=False)
    temporary.end()
    assert list(tmp_path.iterdir()) == [tmp_path / "x.png"]


def test_no_process_that_is_started_holds_the_lock(tmp_path):
    temporary = Temporary(tmp_path / "x.png")
    temporary.write(b"half")
    command = [sys.executable, "-c", "print(flush=True); input()"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, close_fds=False, **pipes) as process:
        # What is not inherited is closed when the other program has begun.
        process.stdout.readline()
        path = temporary.path
        temporary._close()
        remove_abandoned(tmp_path)
        assert not path.exists()
        process.communicate(b"\n")
