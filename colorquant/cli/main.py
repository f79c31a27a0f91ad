"""The command ``colorquant``, with its subcommands."""

import click

from colorquant.cli.colors import colors
from colorquant.cli.compare import compare
from colorquant.cli.completion import completion
from colorquant.cli.config import config
from colorquant.cli.curve import curve
from colorquant.cli.options.help import Group
from colorquant.cli.palette import palette
from colorquant.cli.quantize import quantize

__all__ = ["main"]


@click.group(cls=Group, add_help_option=False)
def main() -> None:
    """Find a palette for an image, and recolor it."""


for verb in (quantize, colors, palette, compare, curve, config, completion):
    main.add_command(verb)
