"""The options for the entries of a palette, as users give them."""

import json
from pathlib import Path

import numpy as np
import pytest
from helpers import run
from PIL import Image

from colorquant.cli.options.entries import pins_of
from colorquant.errors import ImageReadError


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch, samples):
    monkeypatch.chdir(tmp_path)
    with Image.open(samples / "flower.jpg") as image:
        image.resize((60, 40)).save("flower.png")


def colors(path):
    with Image.open(path) as image:
        n = len(image.getcolors(256))
        return np.array(image.getpalette("RGB")).reshape(-1, 3)[: max(n, 1)].tolist()


def test_pins_of_words_and_files(tmp_path):
    (tmp_path / "p.gpl").write_text("GIMP Palette\n1 2 3\n4 5 6\n")
    assert pins_of(["red", "@p.gpl", "#fff"]) == ["red", (1, 2, 3), (4, 5, 6), "#fff"]
    with pytest.raises(ImageReadError, match=r"none.gpl: no such file"):
        pins_of(["@none.gpl"])


def test_pinned_colors_are_there_exactly_and_first():
    done = run("flower.png", "-k", 8, "--pin", "#e63946", "--pin", "lime", "-o", "out.png")
    assert (done.exit_code, done.stderr) == (0, "")
    assert colors("out.png")[:2] == [[0xE6, 0x39, 0x46], [0, 255, 0]]


@pytest.mark.parametrize(
    "more", [[], ["--dither", "diffusion"], ["--perceptual"], ["--engine", "lloyd"]]
)
def test_pins_stay_with_every_look_though_no_pixel_uses_them(more):
    done = run(
        "flower.png", "-k", 8, "--pin", "#00ff01", "-o", "out.png", "--palette-out", "p.json", *more
    )
    assert (done.exit_code, done.stderr) == (0, "")
    content = json.loads(Path("p.json").read_text())
    assert content["colors"][0] == "#00ff01"
    assert len(content["colors"]) == 8


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            "-k 2 --pin red --pin lime --pin #00f",
            2,
            "--colors must be at least the number of pinned colors",
        ),
        ("--pin nothing", 2, "--pin must be colors like #e63946 or red, not 'nothing'"),
        ("--pin @none.gpl", 1, "none.gpl: no such file"),
        ("--pin #010203 --depth 4", 2, "--pin have #010203, no color of --depth 4"),
        ("--pin red --engine sklearn", 2, "--engine 'sklearn' knows no --pin"),
        ("--palette flower.png --pin red", 2, "--palette and --pin exclude each other"),
        ("--palette flower.png --depth 4", 2, "--palette and --depth exclude each other"),
        ("--palette flower.png --order hue", 2, "--palette and --order exclude each other"),
        ("--drop-unused", 2, "--drop-unused is for --palette"),
        ("--depth 9", 2, "Invalid value for '--depth'"),
        ("--palette-out p.doc", 2, "p.doc: the name of a palette file ends in one of"),
        ("--palette-out flower.png", 1, "flower.png: is another file of this run"),
        ("--palette-out p.gpl --per-frame-palette", 2, "--per-frame-palette exclude each other"),
        ("--pixelate 2 --downscale 2", 2, "--downscale and --pixelate exclude each other"),
        ("--alpha keep --background red", 2, "--background and --alpha exclude each other"),
    ],
)
def test_what_is_refused(arguments, code, message, tmp_path):
    done = run("flower.png", "-o", "out.png", *arguments.split())
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1), done.stderr
    assert message in done.stderr
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("depth", ["rgb565", "3"])
def test_colors_of_a_depth(depth):
    assert run("flower.png", "-k", 12, "--depth", depth, "-o", "out.png").exit_code == 0
    bits = (5, 6, 5) if depth == "rgb565" else (3, 3, 3)
    found = colors("out.png")
    assert len(found) == 12
    for color in found:
        for level, own in zip(color, bits, strict=True):
            assert level == int((f"{level >> (8 - own):0{own}b}" * 8)[:8], 2)


def test_a_palette_of_the_run_can_be_used_again():
    for k in (16, 300):
        run("flower.png", "-k", k, "-o", "one.png", "--palette-out", "p.json", "--force")
        run("flower.png", "--palette", "p.json", "-o", "two.png", "--force")
        with Image.open("one.png") as one, Image.open("two.png") as two:
            assert one.convert("RGB").tobytes() == two.convert("RGB").tobytes()


def test_unused_colors_are_dropped_if_asked_for(tmp_path):
    (tmp_path / "p.gpl").write_text("GIMP Palette\n0 255 0\n0 0 0\n0 255 0\n255 255 255\n")
    assert run("flower.png", "--palette", "p.gpl", "-o", "all.png").exit_code == 0
    assert run("flower.png", "--palette", "p.gpl", "--drop-unused", "-o", "used.png").exit_code == 0
    with Image.open("all.png") as whole, Image.open("used.png") as used:
        assert whole.getpalette("RGB")[:12] == [0, 255, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255]
        assert len(used.getpalette("RGB")) // 3 < 4
        assert whole.convert("RGB").tobytes() == used.convert("RGB").tobytes()


@pytest.mark.parametrize("order", ["luma", "hue", "count", "source", "similar"])
def test_an_order_changes_no_pixel(order):
    for look in ([], ["--dither", "diffusion"]):
        search = ["flower.png", "-k", 16, "--effort", "fast", "--force", *look]
        run(*search, "-o", "one.png")
        done = run(*search, "--order", order, "-o", "two.png")
        assert done.exit_code == 0
        with Image.open("one.png") as one, Image.open("two.png") as two:
            assert one.convert("RGB").tobytes() == two.convert("RGB").tobytes()
            counts = two.histogram()[:16]
            if order == "count":
                assert counts == sorted(counts, reverse=True)
            if order == "source":
                data = np.asarray(two).reshape(-1)
                first = [int((data == index).argmax()) for index in range(16)]
                assert first == sorted(first)
