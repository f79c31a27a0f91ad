"""The stages of a shared palette as commands of their own, for work that is spread."""

from pathlib import Path
from typing import Any

import click

from colorquant.commands import HELP, Command, UsageError
from colorquant.messages import say, translated
from colorquant.options import QuantizeOptions
from colorquant.parameters import PATH, parameters

__all__ = ["colors", "palette"]


@click.command(cls=Command, context_settings=HELP)
@click.argument("inputs", type=PATH, nargs=-1, required=True, metavar="IMAGE...")
@click.option("-o", "--output", type=PATH, required=True, help="The file of colors, a .cqt.")
@click.option("--merge", is_flag=True, help="Add up files of colors, not images.")
@parameters(
    *("format", "background", "icc", "force", "max_pixels", "recursive", "include", "exclude"),
    *("weight", "jobs", "quiet"),
)
def colors(
    inputs: tuple[Path, ...],
    *,
    output: Path,
    merge: bool,
    force: bool,
    quiet: bool,
    recursive: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    **chosen: Any,
) -> None:
    """Count the colors of images, or add up such counts.

    \b
    Examples:
      colorquant colors photos -r -o photos.cqt
      colorquant colors --merge a.cqt b.cqt -o all.cqt
    """  # noqa: D301
    # As many results would be, they are PNGs unless it is said.
    settings = {name: chosen.pop(name) for name in ("format", "weight", "jobs")}
    settings["format"] = settings["format"] or "png"
    with translated(inputs[0]):
        from colorquant.colorfile import colors_bytes, read_colors
        from colorquant.discovery import Selection, discover
        from colorquant.errors import ImageReadError
        from colorquant.files import Writing, check_target, write_files
        from colorquant.formats import find_format
        from colorquant.gathering import Gathered
        from colorquant.plan import BatchOptions
        from colorquant.sharing import gather

        options = QuantizeOptions(**chosen)
        if output.suffix.lower() != ".cqt":
            raise UsageError("a file of colors ends in .cqt")
        check_target(output, overwrite=force)
        find_format(settings["format"], None)
        if merge:
            total = Gathered.total(map(read_colors, inputs))
        else:
            selection = Selection(recursive, include, exclude)
            plan = [(found, found.path) for found in discover(inputs, selection)]
            total = gather(plan, options, BatchOptions(**settings))
        if total is None:
            raise ImageReadError("no image can be read")
        write_files({output: colors_bytes(total)}, Writing(overwrite=force))
        if not quiet:
            kind = "colors" if total.sums is None else "bins of colors"
            say(f"{output}: {len(total.keys):,} {kind}")


@click.command(cls=Command, context_settings=HELP)
@click.argument("counted", type=PATH, metavar="COLORS.cqt")
@click.option("-o", "--output", type=PATH, required=True, help="The palette, a .json or .gpl.")
@parameters("k", "force", "effort", "engine", "restarts", "seed")
def palette(counted: Path, *, output: Path, force: bool, **chosen: Any) -> None:
    """Find the palette that fits counted colors best.

    \b
    Example:
      colorquant palette all.cqt -k 64 -o palette.json
    """  # noqa: D301
    with translated(counted):
        from colorquant.colorfile import read_colors
        from colorquant.files import Writing, check_target, write_files
        from colorquant.palette import build_palette
        from colorquant.palette_io import palette_bytes

        options = QuantizeOptions(**chosen)
        check_target(output, overwrite=force)
        found = build_palette(read_colors(counted).table(), options).palette
        write_files({output: palette_bytes(found, output)}, Writing(overwrite=force))
