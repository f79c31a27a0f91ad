"""The palette of counted colors, through the command."""

import pytest
from helpers import run
from PIL import Image


@pytest.fixture(autouse=True)
def counted(tmp_path, samples, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Image.open(samples / "flower.jpg") as image:
        image.crop((200, 100, 290, 170)).save("photo.png")
    assert run("colors", "photo.png", "-o", "x.cqt", "-q").exit_code == 0


def test_a_palette_says_nothing(tmp_path):
    done = run("palette", "x.cqt", "-k", 4, "-o", "p.json")
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "p.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["palette", "photo.png", "-o", "p.json"], 1, "not a file of colors"),
        (["palette", "x.cqt", "-o", "p.json", "-k", "0"], 2, "--colors must be a whole number"),
        (["palette", "none.cqt", "-o", "p.json"], 1, "none.cqt: no such file"),
        (["palette", "x.cqt", "-o", "p.txt"], 2, "ends in .json or .gpl"),
    ],
)
def test_what_does_not_work(arguments, code, message, tmp_path):
    done = run(*arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert message in done.stderr
    assert not [*tmp_path.glob("*.json"), *tmp_path.glob("*.txt")]


def test_existing_files_are_kept_unless_forced(tmp_path):
    (tmp_path / "p.gpl").write_bytes(b"mine")
    assert "p.gpl: exists already" in run("palette", "x.cqt", "-o", "p.gpl").stderr
    assert run("palette", "x.cqt", "-o", "p.gpl", "--force").exit_code == 0
    assert (tmp_path / "p.gpl").read_bytes().startswith(b"GIMP Palette")
