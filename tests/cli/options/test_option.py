"""Options that may stand alone, or have opposites."""

import click
import pytest
from click.testing import CliRunner

from colorquant.cli.options.help import Command
from colorquant.cli.options.option import GroupedOption, LoneOption


@click.command(cls=Command)
@click.argument("images", nargs=-1)
@click.option(
    "--more",
    cls=LoneOption,
    lone="2",
    values=("5", "x"),
    metavar="LEVEL",
    group="Result",
    help="How.",
)
@click.option("--other", cls=GroupedOption, group="Result")
def lone(images, more, other):
    click.echo(f"{more} {other} {' '.join(images)}")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a b", "None None a b"),
        ("--more a b", "2 None a b"),
        ("a b --more", "2 None a b"),
        ("--more=5 a", "5 None a"),
        ("--more 5 a", "2 None 5 a"),
        ("--more=5 --more a", "2 None a"),
        ("--more -- --more --more=3", "2 None --more --more=3"),
        ("a -- --more", "None None a --more"),
        ("--other x --more", "2 x "),
        ("--more --no-more a", "none None a"),
    ],
)
def test_an_option_alone_takes_no_word(words, expected):
    done = CliRunner().invoke(lone, words.split())
    assert (done.exit_code, done.output) == (0, f"{expected}\n"), done.output


def test_the_help_shows_that_the_value_may_be_left_out():
    assert "--[no-]more[=LEVEL]  How." in CliRunner().invoke(lone, ["--help"]).output
