"""The command ``config``."""

import json
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
from helpers import COMMAND, run


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def shown(*arguments):
    done = run("config", *arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def test_without_a_file(tmp_path):
    (line,) = shown().splitlines()
    assert line.startswith(f"# no file: neither {tmp_path}")
    assert shown("--no-config").splitlines() == [line]


def test_without_a_working_folder(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir("gone")
    (tmp_path / "gone").rmdir()
    assert shown() == "# no file: there is no working folder\n"


def test_each_value_has_its_source(tmp_path):
    Path("colorquant.toml").write_text("colors = 5\nmin-psnr = 30\npreset = 'photo'\n")
    assert shown("--seed", 3, "--include", "*.png", "--preset", "pixel-art").splitlines() == [
        f"# file: {tmp_path / 'colorquant.toml'}",
        "colors = 64  # preset pixel-art",
        'alpha = "threshold"  # preset pixel-art',
        'order = "similar"  # preset pixel-art',
        'dither = "diffusion"  # preset photo of colorquant.toml',
        'include = ["*.png"]  # command line',
        "seed = 3  # command line",
        "# min-psnr = 30 of colorquant.toml gives way to what is above it",
    ]


def test_what_is_shown_can_stand_in_a_file():
    Path("colorquant.toml").write_text('background = "#fff"\npin = ["red", "@nes"]\ncolors = 60\n')
    text = shown("--recursive")
    assert tomllib.loads(text) == {
        "colors": 60,
        "background": "#fff",
        "pin": ["red", "@nes"],
        "recursive": True,
    }
    Path("colorquant.toml").write_text(text)
    assert tomllib.loads(shown()) == tomllib.loads(text)


def test_verbose_shows_defaults_and_json_is_one_object():
    text = shown("-v", "-k", "auto")
    assert "# min-psnr: not set\n" in text
    assert 'effort = "normal"  # default\n' in text
    found = json.loads(shown("--json", "-k", "auto"))
    assert found == {
        "file": None,
        "settings": {"colors": {"value": "auto", "source": "command line"}},
    }
    assert json.loads(shown("--json", "-v"))["settings"]["force"] == {
        "value": False,
        "source": "default",
    }


def test_a_closed_pipe_is_quiet():
    script = f"{shlex.join(COMMAND)} config -v | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    # All was written before the pipe was closed, or it was closed before.
    assert done.stdout in ("0\n", "1\n")


def test_what_excludes_each_other_is_refused():
    done = run("config", "-k", 5, "--palette", "nes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: --palette has its own number of colors; leave out --colors. "
        "See colorquant config --help.\n"
    )
