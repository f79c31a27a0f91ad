"""What is said of folders in which no image is."""

import json

import pytest
from helpers import run


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tree(tmp_path, photo):
    for name in ("full", "words", "empty", "nested/sub"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "words" / "notes.txt").write_text("words")
    (tmp_path / "nested" / "sub" / "a.png").write_bytes(photo.read_bytes())
    photo.rename(tmp_path / "full" / "a.png")
    return tmp_path


@pytest.mark.parametrize("folder", ["words", "empty", "nested"])
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--shared-palette"], ["--in-place"]])
def test_a_folder_without_an_image(folder, more, tree):
    done = run(folder, "-k", 4, *more)
    assert done.exit_code == 1
    assert f"Error: {folder}: no image is found in it\n" in done.stderr


def test_an_include_that_matches_nothing(tree):
    done = run("full", "--include", "*.jpg", "--include", "*.gif")
    assert done.exit_code == 1
    said = "Error: full: no image is found in it that matches '*.jpg' or '*.gif'\n"
    assert done.stderr.startswith(said)


def test_each_folder_is_told_of_and_the_others_are_done(tree):
    done = run("full", "words", "empty", "nested", "-r", "-k", 4, "-o", "out", "--json")
    assert done.exit_code == 1
    records = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    failed = [record["source"] for record in records if record["status"] == "failed"]
    assert failed == ["words", "empty"]
    assert (tree / "out" / "a.png").exists()
    assert (tree / "out" / "sub" / "a.png").exists()


@pytest.mark.parametrize("second", [[], ["--force"], ["--skip-if-larger"]])
def test_a_folder_that_was_done_is_not_without_images(second, tree):
    first = run("full", "-k", 4, "-o", "out")
    again = run("full", "-k", 4, "-o", "out", *second)
    assert (first.exit_code, again.exit_code) == (0, 0)


def test_a_folder_of_broken_images_alone_has_its_errors_only(tree):
    (tree / "empty" / "a.png").touch()
    done = run("empty", "-q")
    assert (done.exit_code, done.stderr) == (1, "Error: empty/a.png: the file is empty\n")
