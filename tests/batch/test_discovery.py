"""Which files are found, and where their results belong."""

import errno
import os
import sys
from pathlib import Path

import pytest

from colorquant.batch.discovery import Selection, discover
from colorquant.errors import ImageReadError

LINKS = "dangling.png", "link.png", "loop.png"


@pytest.fixture
def tree(tmp_path):
    for name in (
        *("b.png", "a.jpg", "notes.txt", ".hidden.png", "a-16colors.png", "c-8colors.gif"),
        *("sub/d.png", "sub/deep/e.gif", ".git/f.png", "out/a.png"),
        ".colorquant-machine-7-0.tmp",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "sub" / "circle").symlink_to(tmp_path)
    (tmp_path / "elsewhere").symlink_to("/usr")
    (tmp_path / "link.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "dangling.png").symlink_to(tmp_path / "nothing.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "old").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.png")
    return tmp_path


def names(places, outside=None, **selected):
    found = discover(places, Selection(**selected), outside)
    return [each.relative.as_posix() for each in found]


def test_of_a_folder_of_previews_only_the_previews_are_left_out(tree):
    for name in (".colorquant-gallery", f"{'0a' * 12}.webp", f"{'0a' * 12}.bmp", "mine.webp"):
        (tree / "sub" / name).touch()
    found = [each for each in names([tree], recursive=True) if each.startswith("sub/")]
    assert found == [f"sub/{'0a' * 12}.bmp", "sub/d.png", "sub/deep/e.gif", "sub/mine.webp"]


def test_a_folder_by_name(tree):
    # Of results, only that which stands beside its source is one; of links that lead to nothing,
    # those that are named as images are broken ones.
    assert names([tree]) == [
        *("a.jpg", "b.png", "c-8colors.gif", "dangling.png", "link.png", "loop.png", "notes.txt")
    ]


def test_subfolders_without_circles_and_without_the_output(tree):
    found = names([tree], tree / "out", recursive=True)
    assert [name for name in found if "/" in name] == ["sub/d.png", "sub/deep/e.gif"]
    assert "out/a.png" in names([tree], recursive=True)


@pytest.mark.parametrize(
    ("selected", "expected"),
    [
        ({"include": ["*.png"]}, ["b.png", *LINKS, "out/a.png", "sub/d.png"]),
        ({"include": ["sub/*"]}, ["sub/d.png", "sub/deep/e.gif"]),
        ({"include": ["*.png"], "exclude": ["out/*", "b*"]}, [*LINKS, "sub/d.png"]),
        ({"include": ["*.gif", "*.jpg"]}, ["a.jpg", "c-8colors.gif", "sub/deep/e.gif"]),
        ({"include": ["*.png"], "exclude": ["sub"]}, ["b.png", *LINKS, "out/a.png"]),
        ({"include": ["*.gif"], "exclude": ["sub/deep"]}, ["c-8colors.gif"]),
        ({"include": ["*.png"], "links": False}, ["b.png", "out/a.png", "sub/d.png"]),
    ],
)
def test_patterns(selected, expected, tree):
    assert names([tree], recursive=True, **selected) == expected


def test_files_that_are_named_are_taken_whatever_they_are_called(tree):
    places = [tree / ".hidden.png", tree / "a-16colors.png", tree / "sub"]
    found = list(discover(places, Selection(exclude=["*colors*"])))
    assert [each.named for each in found] == [True, True, False]
    assert [each.relative for each in found] == [
        *(Path(".hidden.png"), Path("a-16colors.png"), Path("d.png"))
    ]
    assert [each.root for each in found] == [tree, tree, tree / "sub"]


def test_places_that_are_not_there(tree):
    with pytest.raises(ImageReadError, match=r"none.png: no such file"):
        list(discover([tree, tree / "none.png"], Selection()))


def test_a_subfolder_that_is_closed(tree, monkeypatch):
    real = os.scandir

    def scandir(folder):
        if Path(folder).name == "deep":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    found = list(discover([tree], Selection(recursive=True, include=["[de].*"])))
    assert [(each.relative.as_posix(), each.error) for each in found] == [
        ("sub/d.png", ""),
        ("sub/deep", f"{tree}/sub/deep: cannot be searched: Permission denied"),
    ]
    found = list(discover([tree / "sub" / "deep", tree / "a.jpg"], Selection()))
    assert [each.error for each in found] == [
        *(f"{tree}/sub/deep: cannot be searched: Permission denied", "")
    ]


@pytest.mark.parametrize("name", ["loop.png", "dangling.png"])
def test_a_link_that_is_named_and_leads_nowhere_stops_no_others(name, tree):
    found = list(discover([tree / name, tree / "a.jpg"], Selection()))
    assert [(each.path.name, bool(each.error)) for each in found] == [
        *((name, True), ("a.jpg", False))
    ]
    assert found[0].error.startswith(f"{tree}/{name}: ")


def test_what_lies_in_a_folder_that_is_closed_stops_no_others(tree, monkeypatch):
    real = os.stat

    def stat(path, *more, **how):
        if str(path).endswith("closed.png"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, *more, **how)

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os, "lstat", lambda path: stat(path, follow_symlinks=False))
    found = list(discover([tree / "closed.png", tree / "a.jpg"], Selection()))
    assert [each.error for each in found] == [*(f"{tree}/closed.png: no permission to read it", "")]


def test_folders_that_are_deeper_than_calls(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    depth = sys.getrecursionlimit() + 200
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.png").touch()
    monkeypatch.chdir(tmp_path)
    found = list(discover([Path("d")], Selection(recursive=True)))
    assert [(len(each.relative.parts), each.error) for each in found] == [(depth, "")]
    # What pytest clears away by calls.
    for _ in range(depth):
        os.chdir("d")
    Path("a.png").unlink()
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()


def test_a_working_folder_that_is_gone(tmp_path, tree, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    found = list(discover([Path("x.png"), tree / "a.jpg"], Selection()))
    assert [each.error for each in found] == ["x.png: no such file", ""]


def test_what_is_said_of_a_folder_without_images():
    assert Selection().missing(Path("x")) == "x: no image is found in it"
    told = Selection(include=["a*", "b*"]).missing(Path("x"))
    assert told == "x: no image is found in it that matches 'a*' or 'b*'"


def test_a_result_of_a_name_of_two_lines(tmp_path):
    for name in ("two\nlines.png", "two\nlines-8colors.png"):
        (tmp_path / name).touch()
    assert names([tmp_path]) == ["two\nlines.png"]
