"""A source that changes is told from one that does not."""

import os

import pytest

from colorquant.errors import ImageReadError
from colorquant.storage.identity import Identity


def rewritten(path, _):
    """By other bytes of the same number, at what claims to be the same time."""
    before = path.stat()
    # The clock of a file system may stand still for some milliseconds.
    while path.stat().st_ctime_ns == before.st_ctime_ns:
        path.write_bytes(b"more")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(path, _):
    """By the same bytes of the same time."""
    before, other = path.stat(), path.with_name("other")
    other.write_bytes(b"data")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


def longer(path, _):
    with path.open("ab") as stream:
        stream.write(b"x")


def touched(path, _):
    os.utime(path, ns=(0, 0))


def gone(path, _):
    path.unlink()


def folder(path, _):
    path.unlink()
    path.mkdir()


def retargeted(path, link):
    other = path.with_name("other")
    other.write_bytes(b"data")
    link.unlink()
    link.symlink_to(other)


CHANGES = [rewritten, replaced, longer, touched, gone, folder]


@pytest.fixture
def path(tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    return tmp_path / "file"


@pytest.fixture
def link(path):
    path.with_name("link").symlink_to(path)
    return path.with_name("link")


@pytest.mark.parametrize("change", [*CHANGES, retargeted])
def test_changes_are_told(change, path, link):
    taken = [Identity.of(link)]
    if change is not retargeted:
        taken.append(Identity.of(path))
    change(path, link)
    for identity in taken:
        with pytest.raises(ImageReadError, match=rf"^{identity.place}: changed meanwhile$"):
            identity.check()


def test_what_changes_no_file(path, link):
    identity = Identity.of(path)
    identity.check()
    path.read_bytes()
    os.link(path, path.with_name("snapshot"))
    path.with_name("new").touch()
    identity.check()
    Identity.of(link).check()
    identity = Identity.of(path)
    path.with_name("snapshot").unlink()
    identity.check()


def test_what_has_none(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert Identity.of(tmp_path / "pipe") is Identity.of(tmp_path / "none") is None


def test_urls():
    upath = pytest.importorskip("upath")
    place = upath.UPath("memory://identity/file")
    place.write_bytes(b"data")
    identity = Identity.of(place)
    identity.check()
    place.write_bytes(b"longer")
    with pytest.raises(ImageReadError, match=r"file: changed meanwhile$"):
        identity.check()
    place.unlink()
    assert Identity.of(place) is None
