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
from colorquant.storage.places import (
    as_place,
    beginning_of,
    check_source,
    check_target,
    has_working_folder,
    is_object_store,
    is_of_process,
    is_place,
    is_remote,
    make_folder,
    read_errors,
    resolved,
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
    with pytest.raises(ImageReadError, match="sub: is a folder, not a file"):
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


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_to_nothing_is_no_free_place(tmp_path):
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "elsewhere" / "new.png")
    with pytest.raises(ImageWriteError, match=r"link\.png: exists already"):
        check_target(link, overwrite=False)
    check_target(link, overwrite=True)


def test_links_that_lead_to_themselves_lead_somewhere(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert resolved(tmp_path / "loop") == tmp_path / "loop"
    assert resolved(tmp_path / "loop" / "x") == tmp_path / "loop" / "x"
    assert not same_place(tmp_path / "loop", tmp_path)


def test_a_working_folder_that_is_gone(tmp_path, monkeypatch):
    assert has_working_folder()
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert not has_working_folder()
    assert resolved(Path("x")) == Path("x")
    assert resolved(tmp_path) == tmp_path


def test_a_folder_that_is_deeper_than_calls(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    depth = sys.getrecursionlimit() + 100
    make_folder(Path(*["d"] * depth))
    for _ in range(depth):
        os.chdir("d")
    # What pytest clears away by calls.
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()


def test_the_beginning_of_files(tmp_path, url):
    for place in (tmp_path / "a", as_place(f"{url}/beginning")):
        place.write_bytes(b"abcdef")
        assert beginning_of(place, 3) == b"abc"
        assert beginning_of(place, 99) == b"abcdef"
    with pytest.raises(FileNotFoundError):
        beginning_of(tmp_path / "no", 3)
    with pytest.raises(IsADirectoryError):
        beginning_of(tmp_path, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_a_pipe_or_a_device_has_no_beginning(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert beginning_of(tmp_path / "pipe", 3) is None
    assert beginning_of(Path(os.devnull), 3) is None
