"""The command ``curve``."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import _NamedTextIOWrapper
from helpers import run
from PIL import Image

from colorquant.cli.shown import counting


@pytest.fixture(autouse=True)
def folder(photo, monkeypatch):
    monkeypatch.chdir(photo.parent)
    flat = np.zeros((8, 8, 3), np.uint8)
    flat[:4], flat[:, :4, 1] = 40, 200
    Image.fromarray(flat).save("flat.png")
    return photo.parent


def cells(table):
    """Return the cells of the rows of a table, without the lines below it."""
    return [line.replace(",", "").split() for line in table.partition("\n\n")[0].splitlines()]


def test_a_table_marks_what_quantize_takes(folder):
    done = run("curve", "photo.png", "--min-psnr", 30, "--max-colors", 32)
    assert (done.exit_code, done.stderr) == (0, "")
    head, *rows = cells(done.stdout)
    assert head == ["colors", "MSE", "PSNR", "CIEDE2000", "bytes"]
    (chosen,) = (row[1:] for row in rows if row[0] == "*")
    assert run("photo.png", "--min-psnr", 30, "--max-colors", 32, "-o", "x.png").exit_code == 0
    with Image.open("x.png") as image:
        assert int(chosen[0]) == len(image.getcolors())
    assert int(chosen[4]) == (folder / "x.png").stat().st_size
    assert done.stdout.splitlines()[-1].startswith("* PSNR is 3")
    assert done.stdout.splitlines()[-1].endswith(" dB, at least 30 dB")
    # All columns end below each other.
    assert len({len(line) for line in done.stdout.partition("\n\n")[0].splitlines()}) == 1


def test_a_strength_that_is_chosen_is_told():
    words = ("--dither", "bayer", "--max-bytes", 3300, "--max-colors", 64, "--effort", "fast")
    done = run("curve", "photo.png", *words)
    assert done.exit_code == 0
    *_, strength, size = done.stdout.splitlines()
    assert strength.startswith("* dithered at strength 0.")
    assert size.endswith("at most 3,300 bytes")


def test_bounds_that_cannot_be_met_are_a_note():
    done = run("curve", "photo.png", "--min-psnr", 90, "--max-colors", 4)
    assert done.exit_code == 0
    assert "*" not in done.stdout
    assert [row[0] for row in cells(done.stdout)] == ["colors", "2", "3", "4"]
    assert done.stderr.startswith("Warning: photo.png: with 4 colors PSNR is ")
    assert done.stderr.count("\n") == 1
    assert run("curve", "photo.png", "--min-psnr", 90, "--max-colors", 4, "-q").stderr == ""


def test_json():
    call = ("curve", "photo.png", "--max-colors", 12, "--min-psnr", 20)
    assert run(*call, "-o", "c.json").output == ""
    facts = json.loads(Path("c.json").read_text())
    assert set(facts) == {"version", "image", "source_colors", "bounds", "chosen", "points"}
    assert (facts["version"], facts["image"]) == (1, "photo.png")
    (bound,) = facts["bounds"]
    assert (bound["name"], bound["bound"], bound["met"]) == ("min_psnr", 20, True)
    (chosen,) = (each for each in facts["points"] if each["chosen"])
    assert chosen["k"] == facts["chosen"]
    assert chosen["psnr"] == pytest.approx(bound["value"], abs=1e-4)
    keys = {"k", "dither_strength", "mse", "psnr", "delta_e", "bytes", "chosen"}
    assert all(set(each) == keys for each in facts["points"])


def test_an_infinite_psnr_is_null_and_inf():
    run("curve", "flat.png", "-o", "c.json")
    run("curve", "flat.png", "-o", "c.csv")
    points = json.loads(Path("c.json").read_text())["points"]
    rows = list(csv.DictReader(Path("c.csv").read_text().splitlines()))
    assert [each["k"] for each in points] == [int(row["k"]) for row in rows] == [2, 3, 4]
    assert (points[-1]["mse"], points[-1]["psnr"]) == (0, None)
    assert rows[-1]["psnr"] == "inf"
    assert [each["chosen"] for each in points] == [row["chosen"] == "true" for row in rows]
    for point, row in zip(points, rows, strict=True):
        assert (float(row["mse"]), int(row["bytes"])) == (point["mse"], point["bytes"])


def test_a_picture(folder):
    assert run("curve", "flat.png", "-o", "c.PNG").output == ""
    with Image.open(folder / "c.PNG") as image:
        assert image.format == "PNG"
    before = (folder / "c.PNG").read_bytes()
    done = run("curve", "flat.png", "-o", "c.PNG", "--max-colors", 2)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "exists already" in done.stderr
    assert (folder / "c.PNG").read_bytes() == before
    assert run("curve", "flat.png", "-o", "c.PNG", "--max-colors", 2, "--force").exit_code == 0
    assert (folder / "c.PNG").read_bytes() != before
    assert run("curve", "flat.png", "-o", "c.pdf", "--max-colors", 2).exit_code == 0
    assert (folder / "c.pdf").read_bytes().startswith(b"%PDF")


def test_an_image_from_stdin(folder):
    data = (folder / "flat.png").read_bytes()
    piped = run("curve", "-", input=data)
    assert (piped.exit_code, piped.stderr) == (0, "")
    assert piped.stdout == run("curve", "flat.png").stdout
    run("curve", "-", "-o", "c.json", input=data)
    assert '"the image"' in (folder / "c.json").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.png"], 1, "none.png: no such file"),
        (["flat.png", "-o", "c.jpg"], 2, "c.jpg: a curve is a .png, .svg, .pdf, .csv or .json"),
        (["flat.png", "-o", "-"], 2, "-: a curve is a .png, .svg, .pdf, .csv or .json"),
        (["flat.png", "-o", "flat.png", "--force"], 1, "flat.png: is the image itself"),
        (["flat.png", "-o", "none/c.csv"], 1, "none"),
        (["flat.png", "photo.png"], 2, "unexpected extra argument"),
        (["flat.png", "--max-pixels", "9"], 1, "flat.png: "),
        (["flat.png", "--engine", "sklearn", "--perceptual"], 2, "--engine 'sklearn' knows"),
        (["flat.png", "-k", "3"], 2, "No such option"),
    ],
)
def test_what_does_not_work(arguments, code, message, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run("curve", *arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert message in done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_missing_extra_is_told_before_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "colorquant.report.curve", None)
    done = run("curve", "none.png", "-o", "c.png")
    message = "Error: the picture of a curve needs matplotlib: pip install 'colorquant[report]'\n"
    assert (done.exit_code, done.stderr) == (1, message)


def test_a_bar_is_for_terminals(monkeypatch):
    monkeypatch.setattr(counting, "_BAR_DELAY", 0.0)
    assert run("curve", "flat.png").stderr == ""
    monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda _: True)
    assert "4/4 results" in run("curve", "flat.png").stderr
    assert run("curve", "flat.png", "-q").stderr == ""
