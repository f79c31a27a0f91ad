"""The command's way with arguments; what it says is tested with `cli`."""

import click
import pytest
from click.testing import CliRunner

from colorquant.commands import Command, Group, GroupedOption, UsageError


@click.group(cls=Group, add_help_option=False)
def main():
    pass


@main.command(cls=Command)
@click.argument("image")
@click.option("--size", type=int, cls=GroupedOption, group="Result", help="How large.")
@click.option("--loud", is_flag=True, cls=GroupedOption, group="Messages", help="How loud.")
def quantize(image, size, loud):
    click.echo(f"{image} {size} {loud}")


def run(*arguments):
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("arguments", [("x.png",), ("quantize", "x.png")])
def test_the_verb_may_be_left_out(arguments):
    assert run(*arguments).output == "x.png None False\n"


def test_options_stand_under_their_headings():
    shown = run("--help").output
    assert shown.startswith("Usage: main IMAGE [OPTIONS]")
    places = [shown.index(text) for text in ("Result:", "--size", "Messages:", "--loud", "--help")]
    assert places == sorted(places)


def test_nothing_is_a_call_for_help():
    assert run().output == run("--help").output


def test_wrong_usage_is_one_line():
    done = run("x.png", "--size", "large")
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: Invalid value for '--size': 'large' is not a valid integer. "
        "See colorquant --help.\n"
    )


def test_a_message_stays_one_line():
    assert UsageError("two\nlines").message == "two\\nlines. See colorquant --help."
