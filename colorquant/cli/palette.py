"""The command ``palette``: find the palette of counted colors."""

from typing import Any

import click

from colorquant.cli.help import HELP, Command
from colorquant.cli.messages import translated
from colorquant.cli.options import parameters, result_option
from colorquant.cli.values import PATH
from colorquant.options import QuantizeOptions

__all__ = ["palette"]


@click.command(cls=Command, context_settings=HELP)
@click.argument("counted", type=PATH, metavar="COLORS.cqt")
@result_option(
    *("-o", "--output"),
    type=PATH,
    required=True,
    metavar="FILE",
    help="Write the palette to this file, a .json or .gpl.",
)
@parameters(
    *("k", "objective", "perceptual", "dither", "dither_strength"),
    *("force", "effort", "engine", "restarts", "seed"),
)
def palette(counted: str, *, output: str, force: bool, **chosen: Any) -> None:
    """Find the palette that fits counted colors best.

    \b
    Example:
      colorquant palette all.cqt -k 64 -o palette.json
    """  # noqa: D301
    with translated(counted):
        from colorquant.batch.colorfile import read_colors
        from colorquant.palettes.files.formats import palette_bytes, palette_format
        from colorquant.pipeline.fitted import Fitted
        from colorquant.storage.files import Writing, write_files
        from colorquant.storage.places import as_place, check_target

        options, target = QuantizeOptions(**chosen), as_place(output)
        palette_format(target)
        check_target(target, overwrite=force)
        colors = read_colors(as_place(counted), seen=options.look.is_perceptual)
        found = Fitted(colors.table(), options).palette
        write_files({target: palette_bytes(found, target)}, Writing(overwrite=force))
