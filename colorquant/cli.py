"""The command: its options, and one library call."""

import os
from typing import Any

import click

from colorquant import __version__
from colorquant.commands import HELP, Command, Group, UsageError
from colorquant.completion import complete_image
from colorquant.messages import translated
from colorquant.options import QuantizeOptions
from colorquant.parameters import NAMES, PATH, parameters
from colorquant.running import FILE_SETTINGS, MANY_SETTINGS, quantize_all
from colorquant.stages import colors, palette

__all__ = ["main"]


@click.group(cls=Group, add_help_option=False)
def main() -> None:
    """Find a palette for an image, and recolor it."""


@main.command(
    cls=Command, context_settings=HELP, short_help="Recolor images. This word may be left out."
)
@click.argument(
    *("images",),
    type=PATH,
    nargs=-1,
    required=True,
    metavar="IMAGE...",
    shell_complete=complete_image,
)
@parameters(*NAMES)
@click.version_option(__version__, prog_name="colorquant")
def quantize(
    images: tuple[str, ...],
    *,
    output: str | None,
    report: str | None,
    verbose: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Recolor images with the k colors that fit them best.

    IMAGE is a file, a folder, a URL as s3://bucket/folder, or - for stdin.

    \b
    Examples:
      colorquant flower.jpg
      colorquant flower.jpg -k 64 -o out.png --effort best
      colorquant flower.jpg -k 16 -o out.png --report report.png
      colorquant icon.png -k 32 --in-place
      colorquant photos -r -k 256 -o small --format png
      colorquant - -k 32 < clip.gif > clip.webp --format webp
    """  # noqa: D301
    if verbose and quiet:
        raise UsageError("--verbose and --quiet exclude each other")
    given = click.get_current_context().get_parameter_source("k")
    if chosen["palette"] and given is not click.core.ParameterSource.DEFAULT:
        raise UsageError("a palette has its own number of colors; leave out --colors")
    said: dict[str, Any] = {"output": output, "report": report, "verbose": verbose, "quiet": quiet}
    settings = {name: chosen.pop(name) for name in (*FILE_SETTINGS, *MANY_SETTINGS)}
    with translated(images[0]):
        options = QuantizeOptions(**chosen)
        # One image is too little work for the threads of the math library, which cost time to
        # start and more to wake.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        failed = quantize_all(images, options, **said, **settings)
    if failed:
        raise SystemExit(1)


main.add_command(colors)
main.add_command(palette)
