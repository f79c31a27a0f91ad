"""The README: its options, its commands and its Python are tried."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from helpers import run
from PIL import Image

from colorquant.cli import main as cli
from colorquant.images.writing.formats import FORMATS

README = (Path(__file__).parent.parent / "README.md").read_text()


def section(title):
    return re.search(rf"^#+ {title}\n(.*?)(?=^#+ |\Z)", README, re.MULTILINE | re.DOTALL)[1]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, samples, monkeypatch):
    shutil.copy(samples / "flower.jpg", tmp_path)
    Image.open(samples / "screenshot.png").save(tmp_path / "icon.png")
    frames = [Image.open(samples / name) for name in ("gradient.png", "screenshot.png")]
    frames = [frame.convert("RGB").resize((40, 30)) for frame in frames]
    frames[0].save(tmp_path / "clip.gif", save_all=True, append_images=frames[1:])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def options():
    context = cli.quantize.make_context("colorquant", [], resilient_parsing=True)
    found = [p for p in cli.quantize.get_params(context) if isinstance(p, click.Option)]
    assert len(found) > 10
    return found


def rows():
    """Return the table's rows by the names in their first column."""
    found = {}
    for row in section("Options").splitlines():
        names = re.findall(r"(?:(?<=`)|(?<=, ))--?[a-z][a-z-]*", row.split(" | ")[0])
        found.update(dict.fromkeys(names, row))
    return found


@pytest.mark.parametrize("option", options(), ids=lambda option: option.name)
def test_every_option_has_a_row(option):
    for name in option.opts:
        row = rows()[name]
        if isinstance(option.type, click.Choice):
            assert r"\|".join(option.type.choices) in row
        if option.show_default:
            assert f"| {option.default} |" in row


def test_no_row_without_an_option():
    assert set(rows()) == {name for option in options() for name in option.opts}


def test_every_format_is_named():
    named = section("Formats").upper().replace("JPEG 2000", "JPEG2000")
    for kind in FORMATS.values():
        assert f"| {kind.name} |" in named


def test_commands_do_what_they_say(folder):
    lines = section("Use").split("```sh\n")[1].split("```")[0].splitlines()
    here = f'colorquant() {{ {shlex.quote(sys.executable)} -m colorquant "$@"; }}'
    for line in lines:
        done = subprocess.run(["sh", "-c", f"{here}\n{line}"], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"") or "-v" in line, (line, done.stderr)
    written = {path.name for path in folder.iterdir()}
    expected = {
        "flower-16colors.png",
        "out64.png",
        "out.gif",
        "best.png",
        "out16.png",
        "report.png",
        "clip.webp",
        "small.png",
    }
    assert expected <= written


def shape(line):
    return re.sub(r"\d[\d,.]*", "N", line).strip()


def test_what_is_said_is_what_is_shown(folder):
    Path("photos").mkdir()
    Path("photos/notes.txt").write_text("words")
    Path("photos/broken.png").write_bytes(Path("icon.png").read_bytes()[:500])
    shutil.copy("icon.png", "photos")
    one, many = map(shape, re.findall(r"^```\n(.+)\n```$", section("Use"), re.MULTILINE))
    said = [run("flower.jpg", "-o", "out.png", "-v"), run("photos")]
    assert [shape(each.stderr.splitlines()[-1]) for each in said] == [one, many]


def test_python_runs(folder):
    found = blocks("python")
    assert len(found) == 3
    shutil.copy("flower.jpg", "out.png")
    names = {}
    for code in found:
        exec(compile(code, "README.md", "exec"), names)
    assert names["stream"].getvalue().startswith(b"GIF89a")
    assert len(names["found"].centers) == 5
    with Image.open("out.png") as image:
        assert len(image.getcolors()) == 64
