"""The palette of counted colors, through the command."""

import pytest
from helpers import run
from PIL import Image

from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions
from colorquant.pipeline import fitted


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
    ("arguments", "look"),
    [
        (["--perceptual"], LookOptions("perceptual")),
        (["--dither", "bayer", "--dither-strength", 0.5], LookOptions(None, "bayer", 0.5)),
    ],
)
def test_the_look_reaches_the_library(arguments, look, monkeypatch):
    asked = []

    def note(*given, **_):
        asked.extend(each for each in given if isinstance(each, QuantizeOptions))
        raise KeyboardInterrupt

    run("colors", "photo.png", "-o", "seen.cqt", *arguments)
    monkeypatch.setattr(fitted, "Fitted", note)
    run("palette", "seen.cqt", "-k", 4, "-o", "p.json", *arguments)
    assert asked == [QuantizeOptions(k=4, look=look)]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["palette", "photo.png", "-o", "p.json"], 1, "not a file of colors"),
        (["palette", "x.cqt", "-o", "p.json", "-k", "0"], 2, "--colors must be a whole number"),
        (
            ["palette", "x.cqt", "-o", "p.json", "--perceptual", "--objective", "mse"],
            *(2, "--perceptual and --objective mse exclude each other"),
        ),
        (
            ["palette", "x.cqt", "-o", "p.json", "--dither-strength", "0.5"],
            *(2, "--dither-strength is for --dither"),
        ),
        (
            ["palette", "x.cqt", "-o", "p.json", "--dither", "bayer", "--engine", "sklearn"],
            *(2, "--engine 'sklearn' knows neither the perceptual objective nor dithering"),
        ),
        (
            ["palette", "x.cqt", "-o", "p.json", "--perceptual"],
            *(1, "x.cqt: counted without --objective perceptual; count the colors with it"),
        ),
        (["palette", "none.cqt", "-o", "p.json"], 1, "none.cqt: no such file"),
        (["palette", "x.cqt", "-o", "p.txt"], 2, "ends in one of .json .gpl"),
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
