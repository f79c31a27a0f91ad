"""Files of settings: where they are found, and what is refused."""

import os
import sys
import tomllib
from pathlib import Path

import pytest

from colorquant.errors import InvalidInputError
from colorquant.settings.files import find_settings, read_settings, toml_of


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, below another."""
    found = tmp_path / "above" / "here"
    found.mkdir(parents=True)
    monkeypatch.chdir(found)
    return found


def test_the_nearest_folder_wins_and_our_file_beside_that_of_a_project(folder):
    assert find_settings(folder) is None
    above = folder.parent
    (above / "pyproject.toml").write_text("[tool.colorquant]\ncolors = 3\n[tool.other]\nx = 1\n")
    found = find_settings(folder)
    assert (found.path, found.found) == (above / "pyproject.toml", True)
    assert (found.values, found.presets) == ({"colors": 3}, {})
    assert found.name == str(Path("..", "pyproject.toml"))
    (above / "colorquant.toml").write_text("colors = 4\n")
    assert find_settings(folder).values == {"colors": 4}
    # A project that says nothing of us is passed by.
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find_settings(folder).values == {"colors": 4}
    (folder / "pyproject.toml").write_text("[tool.colorquant]\n")
    assert find_settings(folder).values == {}


def test_values_are_written_as_toml(folder):
    values = [3, 2.5, True, "auto", 'a"\\b\n', "\x7f\x9b\u202e\u2028\U000e0041é", ["x", "y"]]
    for value in values:
        text = toml_of(value)
        assert text.isprintable()
        assert tomllib.loads(f"x = {text}") == {"x": value}
    # A number may be text, as it is typed.
    assert [toml_of("16"), toml_of(("a",))] == ["16", '["a"]']


def test_a_mark_at_the_beginning_is_no_part_of_it(folder):
    (folder / "colorquant.toml").write_bytes("colors = 3\n".encode("utf-8-sig"))
    assert find_settings(folder).values == {"colors": 3}


def test_presets_stand_apart(folder):
    (folder / "colorquant.toml").write_text("seed = 2\n[presets.mine]\ncolors = 8\n")
    found = find_settings(folder)
    assert found.values == {"seed": 2}
    assert found.presets == {"mine": {"colors": 8}}


def test_a_file_that_is_named_has_any_name(folder):
    (folder / "x.conf").write_text("colors = 5\n")
    found = read_settings(folder / "x.conf")
    assert (found.values, found.found) == ({"colors": 5}, False)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.toml", b"colors = ", "x.toml: it is not TOML: "),
        ("x.toml", b"\xff", "x.toml: it is not TOML: "),
        ("x.toml", b"a = " + b"[" * 9999, "x.toml: it is not TOML: "),
        ("x.toml", b"presets = 3", "x.toml: presets must be tables"),
        ("x.toml", b"[presets]\nx = 3", "x.toml: presets must be tables"),
        ("x.toml", b"#" * (1 << 20) + b"#", "x.toml: it is larger than 1,048,576 bytes"),
        ("pyproject.toml", b"[tool.other]", "pyproject.toml: it has no table tool.colorquant"),
        ("pyproject.toml", b"tool = 3", "pyproject.toml: it has no table tool.colorquant"),
        ("pyproject.toml", b"[tool]\ncolorquant = 3", "tool.colorquant must be a table"),
    ],
)
def test_what_is_no_file_of_settings(name, content, message, folder):
    (folder / name).write_bytes(content)
    with pytest.raises(InvalidInputError, match=message) as refused:
        read_settings(folder / name)
    assert "\n" not in str(refused.value)


def test_what_cannot_be_read(folder):
    with pytest.raises(InvalidInputError, match=r"^no\.toml: cannot read it: No such file"):
        read_settings(folder / "no.toml")
    with pytest.raises(InvalidInputError, match="cannot read it"):
        read_settings(folder)
    with pytest.raises(InvalidInputError, match="cannot read it: "):
        read_settings(folder / "a\0b")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_a_pipe_or_a_folder_of_that_name_is_not_waited_for(folder):
    os.mkfifo(folder / "colorquant.toml")
    (folder.parent / "colorquant.toml").mkdir()
    assert find_settings(folder) is None
    with pytest.raises(InvalidInputError, match=r"^colorquant\.toml: it is not a file$"):
        read_settings(folder / "colorquant.toml")
    (folder / "null").symlink_to(os.devnull)
    with pytest.raises(InvalidInputError, match="it is not a file"):
        read_settings(folder / "null")
