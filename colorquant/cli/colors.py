"""The command ``colors``: count the colors of images, to find their palette elsewhere."""

from typing import TYPE_CHECKING, Any

import click

from colorquant.cli.options.help import HELP, UsageError
from colorquant.cli.options.layered import LayeredCommand
from colorquant.cli.options.listed import SETTINGS, declared, parameters, result_option
from colorquant.cli.options.together import image_options
from colorquant.cli.options.values import PATH, WORD
from colorquant.cli.shown.messages import say, translated
from colorquant.errors import counted, printable
from colorquant.options import QuantizeOptions

if TYPE_CHECKING:
    from pathlib import Path

    from colorquant.batch.discovery import Selection
    from colorquant.color.gathering import Gathered

__all__ = ["colors"]


@click.command(cls=LayeredCommand, shared=declared, check=image_options, context_settings=HELP)
@click.argument("inputs", type=PATH, nargs=-1, required=True, metavar="IMAGE...")
@result_option(
    *("-o", "--output"),
    type=PATH,
    required=True,
    metavar="FILE",
    often="Write the colors to this file, a .cqt.",
    help="Write the colors to this file, a .cqt.",
)
@result_option(
    "--merge",
    is_flag=True,
    often="Add up files of colors.",
    help="Add up files of colors instead of images.",
)
@result_option(
    "--format", type=WORD, metavar="NAME", help="The format that results will have; png if not set."
)
@parameters(
    *("background", "alpha", "downscale", "pixelate", "icc"),
    *("objective", "perceptual", "dither", "dither_strength"),
    *("force", "max_pixels", "max_frames", "recursive", "include", "exclude"),
    *("weight", "jobs", *SETTINGS, "quiet"),
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
        from colorquant.batch.colorfile import colors_bytes
        from colorquant.batch.discovery import Selection
        from colorquant.errors import ImageReadError
        from colorquant.storage.files import Writing, write_files
        from colorquant.storage.places import as_place, check_target

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
    """Count the colors of images; without a selection, add up files of colors."""
    from colorquant.batch.colorfile import read_alike
    from colorquant.batch.counting import gather
    from colorquant.batch.discovery import discover
    from colorquant.batch.plan import BatchOptions, without_working_folder
    from colorquant.color.gathering import Gathered
    from colorquant.images.writing.formats import find_format
    from colorquant.storage.places import has_working_folder

    # PNG by default, like the results of many images.
    batch = BatchOptions(format=format or "png", weight=weight, jobs=jobs)
    if not has_working_folder():
        batch = without_working_folder(batch)
    options = QuantizeOptions(**chosen)
    find_format(batch.format, None)
    if selection is None:
        return Gathered.total(read_alike(places)), []
    found = list(discover(places, selection))
    plan = [(each, each.path) for each in found if not each.error]
    total, errors = gather(plan, options, batch)
    errors += [each.error for each in found if each.error]
    searched = {each.root for each in found if not each.named}
    empty = [place for place in places if place not in searched and place.is_dir()]
    return total, errors + [selection.missing(place) for place in empty]
