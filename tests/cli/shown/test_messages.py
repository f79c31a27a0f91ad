"""Errors and warnings as lines, and the bar; the summary is tested with `cli`."""

import click
import pytest
from click.testing import CliRunner

from colorquant.cli.options.help import UsageError
from colorquant.cli.shown import messages
from colorquant.cli.shown.messages import Bar, say, translated, warned
from colorquant.errors import (
    BoundError,
    ImageReadError,
    ImageWriteError,
    InvalidInputError,
    LargerThanSourceError,
)
from colorquant.options import QuantizeOptions
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


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, and ticks that never come by themselves."""
    now = [1000.0]
    monkeypatch.setattr(messages.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(messages, "_TICK", None)
    return now


def test_a_bar_appears_after_a_second(clock, capsys):
    bar = Bar(QuantizeOptions())
    with bar:
        bar("read", 0.0)
        clock[0] += 0.9
        bar("colors", 0.0)
        assert bar._bar is None
        clock[0] += 0.2
        bar("palette", 0.5)
        assert str(bar._bar).startswith("palette ")
    assert capsys.readouterr().err.count("100%") == 1


def test_a_bar_moves_on_by_time_alone_but_not_beyond_the_stage(clock):
    bar = Bar(QuantizeOptions(dither="diffusion"), report=True, optimize=2)
    with bar:
        bar("read", 0.0)
        clock[0] += 2
        bar("map", 0.5)
        places = [bar._bar.n]
        for wait in (0.5, 1, 1e6, 1e6):
            clock[0] += wait
            bar._guess()
            places.append(bar._bar.n)
        assert places[0] < places[1] < places[2] < places[3] == places[4]
        bar("map", 0.6)
        assert bar._bar.n == places[4]
        bar("map", 1.0)
        assert places[4] < bar._bar.n < 100


def test_time_left_is_that_at_the_pace_since_the_begin(clock):
    bar = Bar(QuantizeOptions())
    with bar:
        clock[0] += 30
        bar("read", 0.0)
        bar._bar.n = 75
        # tqdm counts from the begin, too.
        assert "00:30, 00:10 left" in str(bar._bar)


def test_a_bar_of_what_fails_is_not_filled(clock, capsys):
    bar = Bar(QuantizeOptions())
    with pytest.raises(KeyError), bar:  # noqa: PT012
        clock[0] += 2
        bar("map", 0.5)
        raise KeyError
    assert "100%" not in capsys.readouterr().err
