"""What is offered for a word; that shells ask for it at all is tested with `cli`."""

import contextlib
import os
import shlex
import shutil
import subprocess
import sys

import pytest
from click.shell_completion import get_completion_class
from helpers import COMMAND, run

from colorquant.cli import main as cli
from colorquant.cli.completion import Bash

COMMANDS = ["quantize", "colors", "palette", "compare", "curve", "config", "completion"]


COMMANDS_IN_CO = ["colors", "compare", "config", "completion"]
LEVELS = [("plain", f"--optimize={level}") for level in (1, 2, 3, 4, 5, 6, "max")]


def offered(words, word):
    completer = get_completion_class("zsh")(cli.main, {}, "colorquant", "_COLORQUANT_COMPLETE")
    return [(item.type, item.value) for item in completer.get_completions(words, word)]


@pytest.mark.parametrize(
    ("words", "word", "expected"),
    [
        ([], "", [*(("plain", name) for name in COMMANDS), ("file", "")]),
        (
            [],
            "co",
            [
                *(("plain", name) for name in ("colors", "compare", "config", "completion")),
                ("file", "co"),
            ],
        ),
        ([], "x", [("file", "x")]),
        (["co.png"], "co", [("file", "co")]),
        (["-q"], "co", [("file", "co")]),
        (["colors"], "co", [("file", "co")]),
        (["colors", "in", "-o"], "co", [("file", "co")]),
        (["palette"], "a", [("file", "a")]),
        ([], "--eff", [("plain", "--effort")]),
        (["palette"], "--eff", [("plain", "--effort")]),
        (["colors"], "--eff", []),
        ([], "--opt", [("plain", "--optimize")]),
        ([], "--optimize", [("plain", "--optimize"), *LEVELS]),
        (["x.png"], "--optimize=", [("plain", level) for level in (*"123456", "max")]),
        (["x.png"], "--optimize=m", [("plain", "max")]),
        (["x.png"], "--preset=ph", [("plain", "photo")]),
        (["x.png"], "--config=co", [("file", "co")]),
        (["--optimize"], "co", [("file", "co")]),
        (["palette"], "--opt", []),
        (["x.png", "--effort"], "b", [("plain", "best")]),
        (["x.png", "--dither"], "b", [("plain", "blue-noise"), ("plain", "bayer")]),
        ([], "--per", [("plain", "--per-frame-palette"), ("plain", "--perceptual")]),
        (["colors"], "--per", [("plain", "--perceptual")]),
        (["x.png"], "--no-perc", [("plain", "--no-perceptual")]),
        (["x.png", "--format"], "p", [("plain", "png"), ("plain", "ppm")]),
        (["x.png", "--preset"], "p", [("plain", "photo"), ("plain", "pixel-art")]),
        (["x.png", "--palette"], "ne", [("plain", "nes"), ("file", "ne")]),
        (["completion"], "", [("plain", "bash"), ("plain", "zsh"), ("plain", "fish")]),
    ],
)
def test_what_is_offered(words, word, expected):
    assert offered(words, word) == expected


def test_commands_are_offered_with_what_they_do():
    completer = get_completion_class("fish")(cli.main, {}, "colorquant", "_COLORQUANT_COMPLETE")
    (item, _) = completer.get_completions([], "pal")
    assert completer.format_completion(item) == (
        "plain,palette\tShow the palette of images, or write it to a file."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs bash")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colorquant co", [*COMMANDS_IN_CO, "co lors.png", "cod", "options: filenames"]),
        (
            "colorquant c",
            [*COMMANDS_IN_CO, "curve", "cat.png", "co lors.png", "cod", "options: filenames"],
        ),
        ("colorquant ca", ["options: default"]),
        ("colorquant x co", ["options: default"]),
        ("colorquant --eff", ["--effort", "options:"]),
        ("colorquant --preset = ph", ["photo", "options:"]),
        ("colorquant x --effort =", ["fast", "normal", "best", "options:"]),
        ("colorquant x --optimize = m", ["max", "options:"]),
        ("colorquant x --palette = c64", ["c64", "options: filenames"]),
    ],
)
def test_bash_offers_commands_and_files(line, expected, tmp_path):
    for name in ("cat.png", "co lors.png", "x.png"):
        (tmp_path / name).touch()
    (tmp_path / "cod").mkdir()
    # As bash does where a key is pressed; it lets options be set only then.
    script = f"""
colorquant() {{ {shlex.join(COMMAND)} "$@"; }}
env() {{ local -x "${{@:1:3}}"; "$4"; }}
compopt() {{ options+=" $2"; }}
{Bash(cli.main, {}, "colorquant", "_COLORQUANT_COMPLETE").source()}
COMP_WORDS=({line})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_colorquant_completion colorquant
printf '%s\\n' "${{COMPREPLY[@]}}" | sort
echo "options:$options"
"""
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert sorted(filter(None, done.stdout.splitlines())) == sorted(expected)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_command_prints_the_script(shell):
    done = run("completion", shell)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"_COLORQUANT_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        script = f"{done.stdout}\necho fine\n"
        ran = subprocess.run([shell], input=script, capture_output=True, text=True, check=True)
        assert (ran.stdout, ran.stderr) == ("fine\n", "")


def test_other_shells_are_refused():
    done = run("completion", "tcsh")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in done.stderr


@pytest.mark.skipif(not shutil.which("zsh"), reason="needs zsh")
@pytest.mark.parametrize("start", ["", "autoload -Uz compinit && compinit -i -D"])
def test_zsh_registers_it_whether_completion_has_started_or_not(start, tmp_path):
    script = f"{start}\n{run('completion', 'zsh').stdout}\nprint ${{_comps[colorquant]}}\n"
    # A home of its own, as the system keeps a list of functions there.
    ran = subprocess.run(
        ["zsh", "-f"],
        input=script,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ran.stdout, ran.stderr) == ("_colorquant_completion\n", "")


def test_fish_takes_an_option_and_its_value_for_one_word():
    completer = get_completion_class("fish")(cli.main, {}, "colorquant", "_COLORQUANT_COMPLETE")
    (item,) = completer.get_completions(["x.png"], "--preset=ph")
    assert item.value == "--preset=photo"
    (item,) = completer.get_completions(["x.png", "--preset"], "ph")
    assert item.value == "photo"


@pytest.mark.skipif(not shutil.which("zsh"), reason="needs zsh")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colorquant x --preset=ph", "colorquant x --preset=photo "),
        ("colorquant x --preset ph", "colorquant x --preset photo "),
        ("colorquant x --config=mine.t", "colorquant x --config=mine.toml "),
    ],
)
def test_zsh_completes_values(line, expected, tmp_path):
    (tmp_path / "mine.toml").touch()
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/colorquant"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    command.chmod(0o755)
    (tmp_path / ".zshrc").write_text(
        "PS1=\nfpath=($fpath)\nskip_global_compinit=1\n"
        + run("completion", "zsh").stdout
        # What the line has become is printed where it would be run.
        + "\nshow() { print -r -- \"<$BUFFER>\"; exit }\nzle -N show\nbindkey '^X' show\n"
    )
    import pty

    shown = b""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        path = f"{tmp_path}/bin:/usr/bin:/bin"
        environment = {
            "HOME": str(tmp_path),
            "ZDOTDIR": str(tmp_path),
            "PATH": path,
            "TERM": "dumb",
        }
        os.execvpe("zsh", ["zsh", "-i"], environment)
    os.write(terminal, f"{line}\t\x18".encode())
    with contextlib.suppress(OSError):
        while data := os.read(terminal, 65536):
            shown += data
    os.waitpid(child, 0)
    os.close(terminal)
    assert f"<{expected}>" in shown.decode().replace("\r", "").replace("\n", "")
