"""What tells files, and what URLs hold, from others."""

import os

import pytest

from colorquant.storage.places import as_place
from colorquant.storage.stamps import Stamp


@pytest.fixture
def url():
    return as_place(f"memory://{os.urandom(8).hex()}")


def test_stamps(tmp_path, url):
    path = tmp_path / "x.png"
    assert Stamp.of(path) is None
    path.write_bytes(b"data")
    stamp = Stamp.of(path)
    assert stamp == (4, path.stat().st_mtime_ns, None)
    assert stamp.tells(Stamp.of(path))
    assert not stamp.tells(None)
    assert stamp.tells(Stamp(4, None))
    assert Stamp(4, None).tells(stamp)
    assert not stamp.tells(Stamp(5, None))
    assert not stamp.tells(Stamp(4, 1))
    (url / "x.png").write_bytes(b"data")
    first = Stamp.of(url / "x.png")
    (url / "x.png").write_bytes(b"data")
    assert first.size == 4
    assert not first.tells(Stamp.of(url / "x.png"))


def test_stamps_without_times():
    """Of two, what both know must be the same, and more than the size must be known."""
    tag, other, timed = Stamp(4, None, "a"), Stamp(4, None, "b"), Stamp(4, 1, "a")
    assert tag.tells(Stamp(4, None, "a"))
    assert not tag.tells(other)
    assert tag.tells(timed)
    assert not other.tells(timed)
    assert not timed.tells(Stamp(4, 2, "a"))
    assert timed.tells(Stamp(4, 1))
    assert not tag.tells(Stamp(4, 1))
    assert not tag.tells(Stamp(5, None, "a"))
    # Nothing but the size is known of what is yet to be stored.
    assert tag.tells(Stamp(4, None))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"ETag": "1"}, {"ETag": "2"}),
        ({"Last-Modified": "Mon"}, {"Last-Modified": "Tue"}),
        ({"CRC": 1}, {"CRC": 2}),
        ({}, {}),
    ],
)
def test_what_has_no_time_is_told_by_its_tag_or_its_content(one, two, url, monkeypatch):
    name = url / "x.png"
    name.write_bytes(b"data")
    about = {"name": name.path, "size": 4, "type": "file"}
    known = about | one
    monkeypatch.setattr(type(name.fs), "info", lambda *_args, **_more: known)
    first = Stamp.of(name)
    assert first[:2] == (4, None)
    assert first.tells(Stamp.of(name))
    known = about | two
    # All else is as it was.
    name.fs.store[name.path].write(b"atad")
    assert not first.tells(Stamp.of(name))
