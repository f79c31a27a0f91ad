"""Which files are found, and where their results belong."""

import errno
import os
from pathlib import Path

import pytest

from colorquant.discovery import Selection, discover
from colorquant.errors import ImageReadError


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
    os.mkfifo(tmp_path / "pipe.png")
    return tmp_path


def names(places, outside=None, **selected):
    found = discover(places, Selection(**selected), outside)
    return [each.relative.as_posix() for each in found]


def test_a_folder_by_name(tree):
    # Of results, only that which stands beside its source is one.
    assert names([tree]) == ["a.jpg", "b.png", "c-8colors.gif", "link.png", "notes.txt"]


def test_subfolders_without_circles_and_without_the_output(tree):
    found = names([tree], tree / "out", recursive=True)
    assert [name for name in found if "/" in name] == ["sub/d.png", "sub/deep/e.gif"]
    assert "out/a.png" in names([tree], recursive=True)


@pytest.mark.parametrize(
    ("selected", "expected"),
    [
        ({"include": ["*.png"]}, ["b.png", "link.png", "out/a.png", "sub/d.png"]),
        ({"include": ["sub/*"]}, ["sub/d.png", "sub/deep/e.gif"]),
        ({"include": ["*.png"], "exclude": ["out/*", "b*"]}, ["link.png", "sub/d.png"]),
        ({"include": ["*.gif", "*.jpg"]}, ["a.jpg", "c-8colors.gif", "sub/deep/e.gif"]),
        ({"include": ["*.png"], "exclude": ["sub"]}, ["b.png", "link.png", "out/a.png"]),
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
    with pytest.raises(ImageReadError, match="deep: cannot be searched: Permission denied"):
        list(discover([tree / "sub" / "deep"], Selection()))


def test_a_result_of_a_name_of_two_lines(tmp_path):
    for name in ("two\nlines.png", "two\nlines-8colors.png"):
        (tmp_path / name).touch()
    assert names([tmp_path]) == ["two\nlines.png"]
