"""The palette of images and of counted colors, through the command."""

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from click.testing import _NamedTextIOWrapper
from helpers import COMMAND, GUARD, run
from PIL import Image

from colorquant.batch import paletting
from colorquant.cli.shown import counting
from colorquant.look import LookOptions
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.palettes.builtin.catalog import builtin, names
from colorquant.palettes.files import formats


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
    monkeypatch.setattr(paletting, "Fitted", note)
    run("palette", "seen.cqt", "-k", 4, "-o", "p.json", *arguments)
    assert asked == [QuantizeOptions(k=4, look=look)]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
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
            *(2, "--engine 'sklearn' knows neither --objective 'perceptual' nor dithering"),
        ),
        (
            ["palette", "x.cqt", "-o", "p.json", "--perceptual"],
            *(1, "x.cqt: counted without --objective perceptual; count the colors with it"),
        ),
        (["palette", "none.cqt", "-o", "p.json"], 1, "none.cqt: no such file"),
        (["palette", "x.cqt", "-o", "p.doc"], 2, "ends in one of .json .gpl"),
    ],
)
def test_what_does_not_work_of_counted_colors(arguments, code, message, tmp_path):
    done = run(*arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (code, 1)
    assert message in done.stderr
    assert not [*tmp_path.glob("*.json"), *tmp_path.glob("*.txt")]


def test_existing_files_are_kept_unless_forced(tmp_path):
    (tmp_path / "p.gpl").write_bytes(b"mine")
    assert "p.gpl: exists already" in run("palette", "x.cqt", "-o", "p.gpl").stderr
    assert run("palette", "x.cqt", "-o", "p.gpl", "--force").exit_code == 0
    assert (tmp_path / "p.gpl").read_bytes().startswith(b"GIMP Palette")


def shared(*arguments):
    """Return the shared palette of images, as it is written."""
    images = [each for each in arguments if str(each).endswith(".png")]
    options = [each for each in arguments if each not in images]
    done = run(*images, *options, "--shared-palette", "--palette-out", "s.json", "-o", "out/")
    assert done.exit_code == 0, done.stderr
    return Path("s.json").read_bytes()


@pytest.fixture
def other(samples):
    with Image.open(samples / "flower.jpg") as image:
        image.crop((300, 200, 350, 260)).save("other.png")


@pytest.mark.parametrize(
    "options",
    [
        ["-k", 5],
        ["-k", 5, "--perceptual", "--seed", 3, "--effort", "fast"],
        ["-k", 9, "--dither", "diffusion", "--effort", "fast"],
        ["-k", 300, "--engine", "lloyd", "--restarts", 2],
        ["-k", 5, "--weight", "images", "--effort", "fast"],
    ],
)
def test_it_is_the_shared_palette(options, other):
    for images in (["photo.png", "other.png"], ["photo.png"]):
        assert run("palette", *images, *options, "-o", "p.json", "--force").exit_code == 0
        assert Path("p.json").read_bytes() == shared(*images, *options, "--force")


def test_folders_are_searched_as_elsewhere(other, tmp_path):
    (tmp_path / "in/sub").mkdir(parents=True)
    for name in ("photo.png", "other.png"):
        Path(name).rename(tmp_path / "in/sub" / name)
    inside = run("palette", "in", "-r", "-k", 3, "--include", "p*").stdout
    assert inside == run("palette", "in/sub/photo.png", "-k", 3).stdout
    done = run("palette", "in", "-k", 3)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: in: no image is found in it\n"


def test_in_a_pipe_it_is_a_color_a_line():
    done = run("palette", "photo.png", "-k", 3)
    assert (done.exit_code, done.stderr) == (0, "")
    run("palette", "x.cqt", "-k", 3, "-o", "p.json")
    assert done.stdout.splitlines() == json.loads(Path("p.json").read_text())["colors"]


def test_alpha_is_in_the_lines():
    Image.new("RGBA", (2, 2), (1, 2, 3, 4)).save("soft.png")
    assert run("palette", "soft.png").stdout == "#01020304\n"


def test_json_is_one_object():
    done = run("palette", "photo.png", "-k", 3, "--json", "--contrast")
    told = json.loads(done.stdout)
    assert [each["hex"] for each in told["colors"]] == run(
        "palette", "photo.png", "-k", 3
    ).stdout.split()
    assert sum(each["count"] for each in told["colors"]) == 90 * 70
    assert sum(each["share"] for each in told["colors"]) == pytest.approx(1)
    assert [len(row) for row in told["contrast"]] == [3, 3, 3]
    assert "contrast" not in json.loads(run("palette", "photo.png", "--json").stdout)


def test_own_names_are_told(monkeypatch):
    colors = np.array([[255, 0, 0], [0, 0, 0]], np.uint8)
    named = Palette(colors, np.zeros(2, np.int64), ("Lip", ""))
    monkeypatch.setattr(paletting, "read_palette", lambda _: named)
    Path("p.gpl").touch()
    told = json.loads(run("palette", "p.gpl", "--json").stdout)["colors"]
    assert [each["label"] for each in told] == ["Lip", None]
    assert [each["share"] for each in told] == [None, None]
    assert run("palette", "p.gpl").stdout == "#ff0000\n#000000\n"


def test_contrast_in_a_pipe_is_a_line_for_each_pair():
    Path("p.gpl").write_text("GIMP Palette\n0 0 0\n255 255 255\n118 118 118\n")
    assert run("palette", "p.gpl", "--contrast").stdout.splitlines() == [
        "#000000\t#ffffff\t21.00",
        "#000000\t#767676\t4.62",
        "#ffffff\t#767676\t4.54",
    ]


def test_an_output_prints_nothing_but_json():
    done = run("palette", "photo.png", "-k", 3, "-o", "p.gpl")
    assert (done.exit_code, done.output) == (0, "")
    done = run("palette", "photo.png", "-k", 3, "-o", "p.doc", "--format", "json", "--json")
    assert json.loads(Path("p.doc").read_text())["version"] == 1
    assert len(json.loads(done.stdout)["colors"]) == 3


def test_a_palette_file_goes_to_stdout():
    done = run("palette", "photo.png", "-k", 3, "-o", "-", "--format", "gpl")
    run("palette", "photo.png", "-k", 3, "-o", "p.gpl")
    assert done.stdout_bytes == Path("p.gpl").read_bytes()


def test_an_image_from_stdin():
    data = Path("photo.png").read_bytes()
    assert run("palette", "-", "-k", 3, input=data).stdout.count("#") == 3


def test_images_that_cannot_be_read_are_left_out():
    Path("broken.png").write_bytes(Path("photo.png").read_bytes()[:500])
    done = run("palette", "photo.png", "broken.png", "-k", 3)
    assert done.exit_code == 1
    assert done.stdout == run("palette", "photo.png", "-k", 3).stdout
    assert done.stderr.startswith("Error: broken.png: damaged")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.png"], 1, "none.png: no such file"),
        (["x.json"], 1, "x.json: not a palette"),
        (["photo.png", "-k", 0], 2, "--colors must be a whole number"),
        (["p.gpl", "-k", 3], 2, "p.gpl: a palette file is no image; leave out --colors"),
        (["photo.png", "-"], 2, "- is for one image alone"),
        (["photo.png", "--format", "gpl"], 2, "--format is for -o"),
        (["photo.png", "-o", "-"], 2, "-o - needs --format"),
        (["photo.png", "-o", "-", "--format", "gpl", "--json"], 2, "alone is written to stdout"),
        (["photo.png", "-o", "q.gpl", "--contrast"], 2, "leave out --contrast, or add --json"),
        (["photo.png", "-o", "q.gpl", "--format", "xyz"], 2, "there is no palette format 'xyz'"),
        (["photo.png", "-o", "none/q.gpl"], 1, "none/q.gpl"),
        (["photo.png", "-o", "./photo.png", "--format", "gpl", "--force"], 1, "one of the images"),
        (["photo.png", "-k", 257, "--contrast"], 2, "--contrast is for up to 256 colors"),
        (["photo.png", "-o", "q.gpl", "--json", "-k", 257, "--contrast"], 2, "up to 256 colors"),
        (["soft.png", "-o", "q.pal"], 1, "jasc has no alpha"),
        (["photo.png", "--jobs", "0"], 2, "--jobs must be a whole number"),
    ],
)
def test_what_is_refused(arguments, code, message):
    Path("x.json").write_text("{}")
    Path("p.gpl").write_text("GIMP Palette\n0 0 0\n")
    Image.new("RGBA", (2, 2), (1, 2, 3, 4)).save("soft.png")
    before = {path: path.read_bytes() for path in Path().iterdir()}
    done = run("palette", *arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert message in done.stderr
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


def test_a_closed_pipe_is_quiet():
    call = shlex.join([*COMMAND, "palette", "photo.png", "-k", "5000"])
    # The reader ends before anything is written.
    done = subprocess.run(
        ["sh", "-c", f"{{ sleep 1; {call}; echo $? >&2; }} | true"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("options", [[], ["--contrast"]])
def test_on_a_terminal_it_is_swatches(options):
    seen = on_terminal("palette", "photo.png", "-k", "3", *options, COLORTERM="truecolor")
    lines = seen.splitlines()
    colors = run("palette", "photo.png", "-k", 3).stdout.split()
    for row, (color, line) in enumerate(zip(colors, lines[:3], strict=True)):
        code = ";".join(map(str, bytes.fromhex(color[1:])))
        assert line.startswith(f"{row}  \x1b[48;2;{code}m   \x1b[48;2;{code}m   \x1b[0m  {color}  ")
        assert re.search(r" \d\d?\.\d %  [a-z]+", line)
    assert len(lines) == (7 if options else 3)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_without_color_gets_none():
    assert "\x1b" not in on_terminal("palette", "photo.png", NO_COLOR="1", COLORTERM="truecolor")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_files_that_are_text():
    arguments = ("palette", "photo.png", "-o", "-", "--format", "gpl")
    assert on_terminal(*arguments).startswith("GIMP Palette")


def test_what_is_not_text_is_kept_from_a_terminal(monkeypatch):
    monkeypatch.setattr(formats, "palette_bytes", lambda *_, **__: b"\xff\0")
    monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda _: True)
    done = run("palette", "photo.png", "-o", "-", "--format", "gpl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not text" in done.stderr


def test_a_bar_is_for_terminals(other, monkeypatch):
    monkeypatch.setattr(counting, "_BAR_DELAY", 0.0)
    call = ("palette", "photo.png", "other.png", "-k", 3)
    assert run(*call).stderr == ""
    monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda _: True)
    assert "2/2" in run(*call).stderr
    assert run(*call, "-q").stderr == ""


def on_terminal(*arguments, **environment):
    """Return what is written to a terminal."""
    import pty

    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=theirs, stderr=theirs, env={**kept, **environment}
    )
    os.close(theirs)
    seen = b""
    # On Linux, the end of a terminal is an error.
    with suppress(OSError):
        while part := os.read(ours, 4096):
            seen += part
    os.close(ours)
    assert process.wait(GUARD) == 0, seen
    return seen.decode().replace("\r\n", "\n")


def test_the_built_in_palettes_are_listed_and_taken_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("palette", "--list")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.split() == list(names())
    for name in ("pico-8", "PICO-8"):
        assert run("palette", name).stdout.split() == builtin("pico-8").hex()
    assert (
        "a built-in palette is no image; leave out --colors"
        in run("palette", "nes", "-k", 4).stderr
    )
    # A file of that name is written with its folder.
    (tmp_path / "nes").write_text("GIMP Palette\n1 2 3\n")
    assert run("palette", "./nes").stdout.split() == ["#010203"]
    luma = run("palette", "pico-8", "--order", "luma").stdout.split()
    assert sorted(luma) == sorted(builtin("pico-8").hex())
    assert luma != builtin("pico-8").hex()
    missing = run("palette", "pico8")
    assert missing.exit_code == 1
    assert missing.stderr.count("\n") == 1


def test_the_list_on_a_terminal_has_swatches(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda _: True)
    lines = run("palette", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == list(names())
    assert all("\x1b[48;" in line for line in lines)
