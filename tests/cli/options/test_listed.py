import click
from click.testing import CliRunner

from colorquant.cli.options.help import Command
from colorquant.cli.options.listed import NAMES, SETTINGS, declared, parameters


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
        # What chooses layers of settings never does.
        click.echo({*given, "perceptual", *SETTINGS} == set(NAMES))

    assert CliRunner().invoke(command, ["-q"]).output == "True\n"


def test_all_options_are_declared_once():
    assert tuple(each.name for each in declared()) == NAMES
    words = [word for each in declared() for word in (*each.opts, *each.secondary_opts)]
    assert len(words) == len(set(words))


def test_every_flag_has_its_opposite():
    for each in declared():
        if each.is_flag and not each.word.startswith("--no-"):
            assert each.secondary_opts == [f"--no-{each.word[2:]}"]


def test_ten_options_are_used_most():
    assert sum(bool(each.often) for each in declared()) <= 10
