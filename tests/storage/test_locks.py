"""Locks that end with their process."""

import errno
import os
import subprocess
import sys

import pytest

from colorquant.storage.locks import is_named, lock

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="no locks there")

HOLDING = """
import os, sys
from colorquant.storage.locks import lock
assert lock(os.open(sys.argv[1], os.O_RDWR))
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def opened(tmp_path):
    """Open one file again and again."""
    path = tmp_path / "file"
    path.touch()
    made = []

    def make():
        made.append(os.open(path, os.O_RDWR))
        return made[-1]

    make.path = path
    yield make
    for descriptor in made:
        os.close(descriptor)


@needs_locks
def test_one_has_it(opened):
    first, second = opened(), opened()
    assert lock(first) is True
    assert lock(second) is False
    assert lock(first) is True


@needs_locks
def test_it_ends_with_its_process(opened):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLDING, opened.path], **pipes) as process:
        assert process.stdout.readline() == b"locked\n"
        descriptor = opened()
        assert lock(descriptor) is False
        process.kill()
        process.wait()
        assert lock(descriptor) is True


@needs_locks
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_where_there_are_none(code, opened, monkeypatch):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", fail)
    assert lock(opened()) is None


def test_names(opened, tmp_path):
    descriptor, path = opened(), opened.path
    assert is_named(descriptor, path)
    path.rename(tmp_path / "other")
    assert not is_named(descriptor, path)
    assert is_named(descriptor, tmp_path / "other")
    path.touch()
    assert not is_named(descriptor, path)
    path.unlink()
    path.symlink_to(tmp_path / "other")
    assert not is_named(descriptor, path)
