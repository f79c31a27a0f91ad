"""The command ``compare``."""

import json
import re
import sys

import numpy as np
import pytest
from helpers import run
from PIL import Image


@pytest.fixture(autouse=True)
def folder(tmp_path, noise, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(noise).save("a.png")
    Image.fromarray(noise - np.minimum(noise, 9)).save("b.png")
    Image.fromarray(noise[:4]).save("small.png")
    return tmp_path


def test_a_table():
    done = run("compare", "a.png", "b.png", "a.png")
    assert (done.exit_code, done.stderr) == (0, "")
    head, reference, *others = done.stdout.splitlines()
    names = ["colors", "bytes", "MSE", "PSNR", "SSIM", "CIEDE2000", "p95", "max", "S-CIELAB"]
    assert head.split() == names
    assert reference.split()[0] == "a.png"
    assert [line.split()[0] for line in others] == ["b.png", "after", "a.png", "after"]
    assert others[2].split()[3:] == ["0.00", "inf", "1.0000", "0.00", "0.00", "0.00", "0.00"]


def test_stdin_may_be_one_of_them(folder):
    data = (folder / "b.png").read_bytes()
    done = run("compare", "a.png", "-", "--json", "-o", "c.png", input=data)
    assert json.loads(done.stdout)["bytes"] == len(data)
    assert (folder / "c.png").read_bytes().startswith(b"\x89PNG")
    assert run("compare", "a.png", "b.png", "-o", "c.svg").exit_code == 0
    assert (folder / "c.svg").read_bytes().startswith(b"<?xml")
    assert run("compare", "-", "a.png", "--max-delta-e", "0.1", input=data).exit_code == 99
    assert "one image only" in run("compare", "-", "-", input=data).stderr


def test_json_has_a_line_for_each_other():
    done = run("compare", "a.png", "b.png", "a.png", "--json")
    other, same = map(json.loads, done.stdout.splitlines())
    assert (other["file"], other["reference"]) == ("b.png", "a.png")
    assert other["mse"] > other["blurred"]["mse"] > 0
    assert (same["mse"], same["psnr"], same["blurred"]["psnr"]) == (0, None, None)
    keys = {"mse", "psnr", "ssim", "delta_e", "delta_e_p95", "delta_e_max", "scielab"}
    assert set(other["blurred"]) == keys
    assert set(other) == keys | {"file", "reference", "colors", "bytes", "blurred"}


@pytest.mark.parametrize(
    ("bound", "value", "missed"),
    [
        ("--min-psnr", "20", ""),
        ("--min-psnr", "40", "a PSNR of "),
        ("--min-ssim", "0.5", ""),
        ("--min-ssim", "0.9999", "an SSIM of "),
        ("--max-delta-e", "40", ""),
        ("--max-delta-e", "0.5", "(mean) is above 0.5"),
        ("--max-delta-e", "p95:0.5", "(p95) is above 0.5"),
        ("--max-delta-e", "max:0.5", "(max) is above 0.5"),
    ],
)
def test_bounds(bound, value, missed):
    done = run("compare", "a.png", "a.png", "b.png", bound, value)
    assert len(done.stdout.splitlines()) == 6
    assert done.exit_code == (99 if missed else 0)
    assert done.stderr.count("\n") == bool(missed)
    assert missed in done.stderr
    assert not missed or done.stderr.startswith("Error: b.png: ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a.png"], 2, "Missing argument"),
        (["a.png", "none.png"], 1, "none.png: no such file"),
        (["a.png", "small.png"], 1, "small.png: is 48 x 4, but a.png is 48 x 32"),
        (["a.png", "b.png", "--max-delta-e", "p5:1"], 2, "'p5:1' is not a number"),
        (["a.png", "b.png", "--max-delta-e", "nan"], 2, "'nan' is not a number"),
        (["a.png", "b.png", "--max-delta-e", "-1"], 2, "'-1' is not a number"),
        (["a.png", "b.png", "--min-ssim", "2"], 2, "2.0 is not in the range"),
        (["a.png", "b.png", "-o", "c.jpg"], 2, "c.jpg: a comparison is a .png, .svg or .pdf"),
        (["a.png", "b.png", "-o", "b.png", "--force"], 1, "b.png: is one of the images"),
        (["a.png", "b.png", "-o", "small.png"], 1, "small.png: exists already"),
        (["small.png", "small.png", "--min-ssim", "0"], 99, "too small for SSIM"),
    ],
)
def test_what_does_not_work(arguments, code, message, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run("compare", *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert message in done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_missing_extra_is_told_before_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "colorquant.report.comparison", None)
    done = run("compare", "a.png", "none.png", "-o", "c.png")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the picture of a comparison needs matplotlib: pip ")


def test_the_picture(folder):
    assert run("compare", "a.png", "b.png", "-o", "c.png").exit_code == 0
    with Image.open(folder / "c.png") as image:
        assert image.format == "PNG"
    assert run("compare", "a.png", "b.png", "-o", "c.png", "--force").exit_code == 0


def test_a_gallery_of_others(folder):
    done = run("compare", "a.png", "b.png", "a.png", "--gallery", "page.html")
    assert done.exit_code == 0
    text = (folder / "page.html").read_text()
    assert re.findall(r'data-name="([^"]*)" data-status="(\w+)"', text) == [
        *(("a.png", "compared"), ("b.png", "compared")),
    ]
    mse = re.findall(r"<dt>MSE</dt><dd>([^<]*)", text)
    assert mse == ["0.00", done.stdout.splitlines()[2].split()[3]]


def test_where_no_gallery_is_written(folder):
    assert "a gallery is HTML" in run("compare", "a.png", "b.png", "--gallery", "c.png").stderr
    (folder / "c.html").write_text("mine")
    done = run("compare", "a.png", "b.png", "--gallery", "c.html")
    assert "c.html: exists already" in done.stderr
    assert (folder / "c.html").read_text() == "mine"
