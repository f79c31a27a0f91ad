"""Places: what can be read or written there, and what a URL is."""

import os
import sys
from pathlib import Path

import pytest

from colorquant.errors import (
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    MissingExtraError,
)
from colorquant.places import (
    Stamp,
    as_place,
    check_source,
    check_target,
    is_object_store,
    is_of_process,
    is_place,
    is_remote,
    make_folder,
    read_errors,
    same_place,
    write_errors,
)


@pytest.fixture
def url():
    return as_place(f"memory://{os.urandom(8).hex()}")


def test_names_and_urls(url):
    assert as_place("a/b.png") == Path("a/b.png") == as_place(Path("a/b.png"))
    assert as_place("file:///tmp/a.png") == Path("/tmp/a.png")
    assert as_place("C:/a.png") == Path("C:/a.png")
    assert as_place("./memory://a") == Path("memory:/a")
    assert as_place(url) is url
    assert is_remote(url)
    assert is_place(url)
    assert is_place("a")
    assert not any(map(is_remote, ["memory://a", Path("a"), b"data", None]))
    assert not is_place(b"data")


def test_kinds_of_storage(url):
    bucket = as_place("s3://bucket/x.png")
    assert (is_of_process(url), is_object_store(url)) == (True, False)
    assert (is_of_process(bucket), is_object_store(bucket)) == (False, True)
    assert not is_object_store(Path("x.png"))


def test_drivers_that_are_not_there(monkeypatch):
    with pytest.raises(InvalidInputError, match="nosuch://x: Unsupported filesystem: 'nosuch'"):
        as_place("nosuch://x")
    with pytest.raises(MissingExtraError, match="gs://x/y: Please install gcsfs"):
        as_place("gs://x/y")
    with pytest.raises(ImageReadError, match=r"zip://a.png::none.zip: no such file"):
        as_place("zip://a.png::none.zip")
    with pytest.raises(ImageReadError, match=r"zip://a.png::.*: File is not a zip file"):
        as_place(f"zip://a.png::{__file__}")
    monkeypatch.setitem(sys.modules, "upath", None)
    with pytest.raises(MissingExtraError, match=r"s3://x/y: .*pip install 'colorquant\[urls\]'"):
        as_place("s3://x/y")
    assert as_place("x") == Path("x")


@pytest.mark.parametrize("kind", ["path", "url"])
def test_sources_are_checked(kind, tmp_path, url):
    folder = tmp_path if kind == "path" else url
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "x.png").write_bytes(b"data")
    check_source(folder / "sub" / "x.png")
    with pytest.raises(ImageReadError, match=r"y.png: no such file"):
        check_source(folder / "y.png")
    with pytest.raises(ImageReadError, match="sub: is a folder, not an image"):
        check_source(folder / "sub")


@pytest.mark.parametrize("kind", ["path", "url"])
def test_targets_are_checked(kind, tmp_path, url):
    folder = tmp_path if kind == "path" else url
    make_folder(folder / "sub")
    make_folder(folder / "sub")
    taken = folder / "taken.png"
    taken.write_bytes(b"")
    check_target(folder / "free.png", overwrite=False)
    check_target(taken, overwrite=True)
    with pytest.raises(ImageWriteError, match="exists already; --force replaces it"):
        check_target(taken, overwrite=False)
    with pytest.raises(ImageWriteError, match="is a folder; name a file"):
        check_target(folder / "sub", overwrite=True)


def test_folders_that_are_missing_or_cannot_be_made(tmp_path):
    with pytest.raises(ImageWriteError, match=r"there is no folder .*no"):
        check_target(tmp_path / "no" / "x.png", overwrite=True)
    (tmp_path / "file").touch()
    with pytest.raises(ImageWriteError, match="file/sub: cannot be made: Not a directory"):
        make_folder(tmp_path / "file" / "sub")


def test_errors_of_drivers_are_named_and_others_pass(url):
    with pytest.raises(ImageReadError, match=r"x.png: odd$"), read_errors(url / "x.png"):
        raise RuntimeError("odd\nmore")
    with (
        pytest.raises(ImageWriteError, match=r"x.png: cannot write it: odd"),
        write_errors(url / "x.png"),
    ):
        raise RuntimeError("odd")
    with pytest.raises(ImageWriteError, match="such a URL can only"), write_errors(url):
        raise NotImplementedError
    for context in (read_errors, write_errors):
        with pytest.raises(RuntimeError, match="odd"), context(Path("x.png")):
            raise RuntimeError("odd")


def test_one_place_by_two_names(tmp_path, url):
    (tmp_path / "x.png").touch()
    (tmp_path / "link.png").symlink_to("x.png")
    assert same_place(tmp_path / "x.png", tmp_path / "link.png")
    assert same_place(tmp_path / "new.png", tmp_path / "sub" / ".." / "new.png")
    assert not same_place(tmp_path / "x.png", tmp_path / "new.png")
    assert same_place(url / "x.png", as_place(f"{url}/x.png"))
    assert not same_place(url / "x.png", tmp_path / "x.png")


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


def test_recorded_stamps():
    assert Stamp.recorded([4, 1]) == Stamp(4, 1)
    assert Stamp.recorded([4, None, "a"]) == Stamp(4, None, "a")
    for wrong in ([], [4], ["4", 1], [4.0, 1], [True, 1], [4, 1, 2], [4, 1, "a", "b"], 3, None):
        with pytest.raises((TypeError, ValueError)):
            Stamp.recorded(wrong)
