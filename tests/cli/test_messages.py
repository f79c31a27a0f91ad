"""Errors and warnings as lines; the bar and the summary are tested with `cli`."""

import click
import pytest
from click.testing import CliRunner

from colorquant.cli.help import UsageError
from colorquant.cli.messages import say, translated, warned
from colorquant.errors import (
    BoundError,
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    LargerThanSourceError,
)
from colorquant.recording import warn


@pytest.mark.parametrize(
    ("raised", "shown", "code"),
    [
        (InvalidInputError("k is wrong"), "k is wrong. See colorquant --help.", 2),
        (ImageReadError("x.png: no such file"), "x.png: no such file", 1),
        (ImageReadError("two\nlines"), "two\\nlines", 1),
        (BoundError("no palette is that good"), "no palette is that good", 99),
        (LargerThanSourceError("x.png: larger"), "x.png: larger", 98),
        (MemoryError(), "x.png: not enough memory for it", 1),
    ],
)
def test_errors_become_lines_and_codes(raised, shown, code):
    with pytest.raises(click.ClickException) as caught, translated("x.png"):
        raise raised
    assert (caught.value.message, caught.value.exit_code) == (shown, code)
    assert isinstance(caught.value, UsageError) == (code == 2)


def test_arguments_are_told_as_options():
    @click.command()
    @click.option("-k", "--colors", "k")
    @click.option("-o", "--output")
    def command(**_):
        with translated("x.png"):
            raise InvalidInputError("k must be less than output or size", "k", "output", "size")

    said = CliRunner().invoke(command, []).stderr
    assert said == "Error: --colors must be less than --output or size. See command --help.\n"


def test_a_closed_pipe_is_no_news():
    failure = ImageWriteError("the output: cannot write it: Broken pipe")
    failure.__cause__ = BrokenPipeError()
    with pytest.raises(SystemExit) as caught, translated("x.png"):
        raise failure
    assert caught.value.code == 1


@pytest.mark.parametrize("quiet", [False, True])
def test_our_warnings_become_lines(quiet, capsys):
    with warned(quiet=quiet):
        warn("strange\nthing")
    assert capsys.readouterr().err == ("" if quiet else "Warning: strange\\nthing\n")


def test_nobody_to_hear_is_no_failure(monkeypatch):
    class Closed:
        def write(self, _):
            raise OSError

    monkeypatch.setattr("sys.stderr", Closed())
    say("hello")
