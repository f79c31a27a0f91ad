"""Plays that cross modules: broken images, names and folders that stop no others."""

import io
import json
from pathlib import Path

import pytest
from gifs import frame, gif
from helpers import run
from PIL import Image


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def photos(tmp_path, photo):
    """A folder with one good image."""
    (tmp_path / "in").mkdir()
    photo.rename(tmp_path / "in" / "good.png")
    return tmp_path / "in"


def outcomes(*arguments):
    """Return the exit code and what became of each source, by its name."""
    done = run(*arguments, "-k", 4, "--json", "-q")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    records = [json.loads(line) for line in done.stdout.splitlines()]
    told = {Path(each["source"]).name: each["status"] for each in records[:-1]}
    assert done.stderr.count("\n") == list(told.values()).count("failed")
    return done.exit_code, told


def test_broken_images_fail_and_others_are_passed_over(photos):
    broken = {
        "empty.png": b"",
        "bare.dat": b"\x89PNG\r\n\x1a\n",
        "html.jpg": b"<html>404 Not Found</html>",
        "zeros.webp": bytes(1000),
        "phone": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "x.jxl": b"words",
        "raw.dat": b"II*\0\x10\0\0\0CR\x02\0",
    }
    stream = io.BytesIO()
    Image.open(photos / "good.png").convert("RGB").save(
        stream, "JPEG", exif=b"Exif\0\0" + bytes(5000)
    )
    broken["cut"] = stream.getvalue()[:4000]
    others = {
        "notes.txt": b"P6 of the notes",
        "cars.txt": b"BMW, second hand",
        "x.svg": b"<svg/>",
        "x.pdf": b"%PDF-1.7",
        "x.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
        "nothing": b"",
    }
    for name, content in (broken | others).items():
        (photos / name).write_bytes(content)
    code, told = outcomes("in", "-o", "out")
    assert code == 1
    assert told == (
        dict.fromkeys(broken, "failed") | dict.fromkeys(others, "ignored") | {"good.png": "done"}
    )
    for name in broken:
        (photos / name).unlink()
    assert outcomes("in", "-o", "out")[0] == 0


@pytest.mark.parametrize("more", [[], ["-o", "out", "--format", "jpeg"], ["--dry-run"]])
def test_a_result_of_a_name_that_is_too_long(more, photos):
    long = "x" * 251 + ".png"
    (photos / long).write_bytes((photos / "good.png").read_bytes())
    code, told = outcomes("in", *more)
    assert (code, told) == (
        1,
        {long: "failed", "good.png": "planned" if "--dry-run" in more else "done"},
    )


def test_links_to_themselves(photos, tmp_path):
    (photos / "loop.png").symlink_to("loop.png")
    (photos / "sub").mkdir()
    (photos / "sub" / "inner.png").write_bytes((photos / "good.png").read_bytes())
    (photos / "taken.png").write_bytes((photos / "good.png").read_bytes())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").symlink_to("sub")
    (tmp_path / "out" / "taken.png").symlink_to("taken.png")
    code, told = outcomes("in", "-r", "-o", "out")
    assert code == 1
    assert told == {
        "good.png": "done",
        **dict.fromkeys(["loop.png", "inner.png", "taken.png"], "failed"),
    }


@pytest.mark.parametrize("more", [[], ["--shared-palette"], ["--in-place"]])
def test_a_working_folder_that_is_gone(more, photos, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    where = [] if more == ["--in-place"] else ["-o", tmp_path / "out"]
    code, told = outcomes(photos, "here.png", *where, *more, "--jobs", 2)
    assert (code, told) == (1, {"good.png": "done", "here.png": "failed"})


def test_too_many_frames_fail_alone(photos):
    table = [(0, 0, 0), (255, 255, 255)]
    (photos / "long.gif").write_bytes(gif((2, 2), *[frame([[0, 1], [1, 0]])] * 30, table=table))
    code, told = outcomes("in", "-o", "out", "--max-frames", 29)
    assert (code, told) == (1, {"good.png": "done", "long.gif": "failed"})
    # What is allowed makes no other result.
    code, told = outcomes("in", "-o", "out", "--max-frames", 30)
    assert (code, told) == (0, {"good.png": "skipped", "long.gif": "done"})
