"""Type checkers accept typical uses from Python, and refuse wrong ones.

mypy and Pyright come with the extra ``dev``.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

USES = Path(__file__).parent / "typed_uses.py"


def wrong():
    """Return the numbers of the lines that are marked as wrong."""
    lines = USES.read_text().splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}


def said(*command):
    return subprocess.run(
        [sys.executable, "-m", *command, str(USES)],
        capture_output=True,
        text=True,
        check=False,
        cwd=USES.parent.parent,
    ).stdout


def test_mypy_refuses_what_is_wrong_and_nothing_else(tmp_path):
    pytest.importorskip("mypy")
    output = said("mypy", "--strict", "--cache-dir", str(tmp_path))
    found = re.findall(r"^\S+?:(\d+): error: (.*)", output, re.MULTILINE)
    assert {int(line) for line, _ in found} == wrong(), output


def test_pyright_refuses_what_is_wrong_and_nothing_else():
    pytest.importorskip("pyright")
    output = said("pyright", "--outputjson")
    errors = [
        each for each in json.loads(output)["generalDiagnostics"] if each["severity"] == "error"
    ]
    assert {each["range"]["start"]["line"] + 1 for each in errors} == wrong(), errors
