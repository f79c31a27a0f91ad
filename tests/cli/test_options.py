import click
from click.testing import CliRunner

from colorquant.cli.help import Command
from colorquant.cli.options import NAMES, parameters


def test_a_command_takes_the_options_it_names():
    @click.command(cls=Command)
    @parameters("k", "weight", "include")
    def command(**given):
        click.echo(sorted(given.items()))

    shown = CliRunner().invoke(command, ["-k", "3", "--include", "*.png", "--include", "b"]).output
    assert shown == "[('include', ('*.png', 'b')), ('k', 3), ('weight', 'pixels')]\n"
    places = [CliRunner().invoke(command, ["--help"]).output.index(x) for x in ("-k", "--weight")]
    assert places == sorted(places)


def test_names_are_those_of_the_parameters():
    @click.command(cls=Command)
    @parameters(*NAMES)
    def command(**given):
        # A short form reaches the command as what it stands for.
        click.echo({*given, "perceptual"} == set(NAMES))

    assert CliRunner().invoke(command, ["-q"]).output == "True\n"
