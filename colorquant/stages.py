"""The stages of a shared palette as commands of their own, for work that is spread."""

from typing import TYPE_CHECKING, Any

import click

from colorquant.commands import HELP, Command, UsageError
from colorquant.errors import counted, printable
from colorquant.messages import say, translated
from colorquant.options import QuantizeOptions
from colorquant.parameters import PATH, WORD, parameters, result_option

if TYPE_CHECKING:
    from pathlib import Path

    from colorquant.discovery import Selection
    from colorquant.gathering import Gathered

__all__ = ["colors", "palette"]


@click.command(cls=Command, context_settings=HELP)
@click.argument("inputs", type=PATH, nargs=-1, required=True, metavar="IMAGE...")
@result_option(
    *("-o", "--output"),
    type=PATH,
    required=True,
    metavar="FILE",
    help="The file of colors, a .cqt.",
)
@result_option("--merge", is_flag=True, help="Add up files of colors, not images.")
@result_option(
    "--format", type=WORD, metavar="NAME", help="The format of the results to come; png without it."
)
@parameters(
    *("background", "icc", "force", "max_pixels", "max_frames", "recursive", "include", "exclude"),
    *("weight", "jobs", "quiet"),
)
def colors(
    inputs: tuple[str, ...],
    *,
    output: str,
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
    with translated(inputs[0]):
        from colorquant.colorfile import colors_bytes
        from colorquant.discovery import Selection
        from colorquant.errors import ImageReadError
        from colorquant.files import Writing, write_files
        from colorquant.places import as_place, check_target

        target = as_place(output)
        if target.suffix.lower() != ".cqt":
            raise UsageError(f"{output}: the name of a file of colors ends in .cqt")
        check_target(target, overwrite=force)
        selection = None if merge else Selection(recursive, include, exclude)
        total, errors = _counted([as_place(name) for name in inputs], selection, **chosen)
        for error in errors:
            say(f"Error: {printable(error)}")
        if total is None and not errors:
            raise ImageReadError(f"{inputs[0]}: no images")
        if total is not None:
            write_files({target: colors_bytes(total)}, Writing(overwrite=force))
            if not quiet:
                exact = total.sums is None
                found = counted(len(total.keys), "color" if exact else "bin")
                say(f"{printable(output)}: {found}{'' if exact else ' of colors'}")
        if errors:
            raise SystemExit(1)


def _counted(
    places: "list[Path]",
    selection: "Selection | None",
    *,
    format: str | None,  # noqa: A002  named as for the user
    weight: str,
    jobs: int | None,
    **chosen: Any,
) -> "tuple[Gathered | None, list[str]]":
    """Count the colors of images, or without a selection add up such counts."""
    from colorquant.colorfile import read_colors
    from colorquant.discovery import discover
    from colorquant.formats import find_format
    from colorquant.gathering import Gathered
    from colorquant.places import has_working_folder
    from colorquant.plan import BatchOptions, without_working_folder
    from colorquant.sharing import gather

    # As many results would be, they are PNGs unless it is said.
    batch = BatchOptions(format=format or "png", weight=weight, jobs=jobs)
    if not has_working_folder():
        batch = without_working_folder(batch)
    options = QuantizeOptions(**chosen)
    find_format(batch.format, None)
    if selection is None:
        return Gathered.total(map(read_colors, places)), []
    found = list(discover(places, selection))
    plan = [(each, each.path) for each in found if not each.error]
    total, errors = gather(plan, options, batch)
    errors += [each.error for each in found if each.error]
    searched = {each.root for each in found if not each.named}
    empty = [place for place in places if place not in searched and place.is_dir()]
    return total, errors + [selection.missing(place) for place in empty]


@click.command(cls=Command, context_settings=HELP)
@click.argument("counted", type=PATH, metavar="COLORS.cqt")
@result_option(
    *("-o", "--output"),
    type=PATH,
    required=True,
    metavar="FILE",
    help="The palette, a .json or .gpl.",
)
@parameters("k", "force", "effort", "engine", "restarts", "seed")
def palette(counted: str, *, output: str, force: bool, **chosen: Any) -> None:
    """Find the palette that fits counted colors best.

    \b
    Example:
      colorquant palette all.cqt -k 64 -o palette.json
    """  # noqa: D301
    with translated(counted):
        from colorquant.colorfile import read_colors
        from colorquant.files import Writing, write_files
        from colorquant.palette import build_palette
        from colorquant.palette_io import palette_bytes, palette_format
        from colorquant.places import as_place, check_target

        options, target = QuantizeOptions(**chosen), as_place(output)
        palette_format(target)
        check_target(target, overwrite=force)
        found = build_palette(read_colors(as_place(counted)).table(), options).palette
        write_files({target: palette_bytes(found, target)}, Writing(overwrite=force))
