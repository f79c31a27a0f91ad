"""What the options for what the eye sees come to; that they reach the library is tested with it."""

import re

import click
import pytest
from click.testing import CliRunner

from colorquant.choices import DITHERS
from colorquant.cli.options.help import Command
from colorquant.cli.options.listed import parameters
from colorquant.cli.options.look import LOOK
from colorquant.look import LookOptions


def taken(*arguments):
    """Return what a command gets, or the error that its user gets."""
    found = {}

    @click.command(cls=Command)
    @parameters(*LOOK)
    def command(**given):
        found.update(given)

    done = CliRunner().invoke(command, arguments or ["--compact", "1"])
    if done.exit_code:
        return done.exit_code, done.stderr
    return found


def test_defaults_are_those_of_the_library():
    assert LookOptions(**taken()) == LookOptions()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--objective", "perceptual"],
        ["--perceptual"],
        ["--perceptual", "--objective", "perceptual"],
        ["--objective=perceptual", "--perceptual"],
    ],
)
def test_a_short_form_is_the_long_one(arguments):
    assert taken(*arguments) == taken() | {"objective": "perceptual"}


@pytest.mark.parametrize(
    "arguments", [["--perceptual", "--objective", "mse"], ["--objective=mse", "--perceptual"]]
)
def test_a_short_form_and_another_objective(arguments):
    code, said = taken(*arguments)
    assert code == 2
    assert said == (
        "Error: --perceptual and --objective mse exclude each other. See command --help.\n"
    )


def test_other_objectives_are_refused():
    code, said = taken("--objective", "lab")
    assert code == 2
    assert said.startswith("Error: Invalid value for '--objective': 'lab' is not one of 'mse', ")


def test_all_of_them():
    found = taken(
        *("--objective", "mse", "--dither", "blue-noise", "--dither-strength", "0.5"),
        *("--compact", "2", "--nearest"),
    )
    assert LookOptions(**found) == LookOptions("mse", "blue-noise", 0.5, 2, True)


def test_the_help_tells_of_each_dithering_and_its_strength():
    @click.command(cls=Command)
    @parameters(*LOOK)
    def command(**_):
        pass

    shown = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    kinds = [kind for kind in DITHERS if kind != "none"]
    for kind in kinds:
        assert f" {kind}: " in shown
    ((first, name, others),) = re.findall(r"\[default: ([\d.]+) for (\S+), else (\d+)\]", shown)
    for kind in kinds:
        expected = LookOptions(dither=kind).strength
        assert float(first if kind == name else others) == expected
