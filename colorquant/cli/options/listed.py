"""The options of all commands, each declared once."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import click

from colorquant.choices import ALPHAS, EFFORTS, ENGINES, ICC, METADATA
from colorquant.cli.options.bounds import BOUNDS, COLORS
from colorquant.cli.options.entries import ENTRIES
from colorquant.cli.options.files import FILES
from colorquant.cli.options.look import LOOK
from colorquant.cli.options.many import MANY
from colorquant.cli.options.option import GroupedOption, LoneOption
from colorquant.cli.options.values import FORMAT, LEVEL, PATH, PRESET
from colorquant.options import QuantizeOptions
from colorquant.reading import ReadingOptions
from colorquant.search import SearchOptions
from colorquant.settings.presets import PRESETS
from colorquant.shaping import ShapingOptions

__all__ = ["NAMES", "SETTINGS", "declared", "parameters", "result_option"]


result_option = partial(click.option, cls=GroupedOption, group="Result")
_search = partial(click.option, cls=GroupedOption, group="Search")
_settings = partial(click.option, cls=GroupedOption, group="Settings")
_messages = partial(click.option, cls=GroupedOption, group="Messages")

_PARAMETERS: dict[str, Callable[[Any], Any]] = {
    "k": result_option(
        "-k",
        "--colors",
        "k",
        type=COLORS,
        metavar="N",
        often="Number of colors, or auto for as many as it needs.",
        help="Number of colors, 1 to 65536, or auto: the fewest that meet the bounds, or else look "
        "right. Up to 256, the output is indexed if the format can be.  "
        f"[default: {QuantizeOptions().k}; with a bound auto]",
    ),
    "output": result_option(
        "-o",
        "--output",
        type=PATH,
        elsewhere=True,
        often="A file, or a folder for many images; - is stdout.",
        help="Where to write: a file, a folder for many images, or - for stdout. The extension "
        "chooses the format: png, apng, gif, bmp, tif, tiff, jpg, jpeg, webp, avif, jp2 or ppm. "
        "Without -o, <stem>-<k>colors.png or <stem>-auto.png beside the image, or stdout for an "
        "image from stdin.",
    ),
    "format": result_option(
        "--format",
        type=FORMAT,
        metavar="NAME",
        help="Write this format, whatever the extension. For stdout, png if not set.",
    ),
    "background": result_option(
        "--background",
        metavar="COLOR",
        help="Flatten images with alpha on this color, such as #fff or white. Without it, alpha is "
        "kept if the format has alpha; otherwise images are flattened on white.",
    ),
    "alpha": result_option(
        "--alpha",
        type=click.Choice(ALPHAS),
        help="For soft edges: keep them, cut them at half alpha, or dither them.  "
        "[default: keep; threshold if the format or a given palette has no soft alpha]",
    ),
    "downscale": result_option(
        "--downscale",
        type=int,
        default=ShapingOptions.downscale,
        show_default=True,
        metavar="N",
        help="Average blocks of N x N pixels to one pixel each.",
    ),
    "pixelate": result_option(
        "--pixelate",
        type=int,
        default=ShapingOptions.pixelate,
        show_default=True,
        metavar="N",
        help="The same, then enlarge the result to the size of the image.",
    ),
    "per_frame_palette": result_option(
        "--per-frame-palette",
        is_flag=True,
        help="Give each frame of an animation, or each page, its own palette.",
    ),
    "icc": result_option(
        "--icc",
        type=click.Choice(ICC),
        default=ReadingOptions.icc,
        show_default=True,
        help="For an RGB color profile: keep it, convert to sRGB, or drop it and keep the numbers.",
    ),
    "metadata": result_option(
        "--metadata",
        type=click.Choice(METADATA),
        default=ReadingOptions.metadata,
        show_default=True,
        help="Keep all (EXIF, XMP, comment), only color profile and resolution, or nothing.",
    ),
    "optimize": result_option(
        "--optimize",
        cls=LoneOption,
        lone="2",
        values=("1", "2", "3", "4", "5", "6", "max"),
        type=LEVEL,
        metavar="LEVEL",
        help="Make a PNG smaller by more work: LEVEL is 1 to 6, or max; 2 without it. Pixels and "
        "palette stay. Needs the extra colorquant[optimize].",
    ),
    "report": result_option(
        "--report",
        type=PATH,
        elsewhere=True,
        help="Also write a .png, .svg or .pdf that shows both images, their color spaces, the "
        "palette and the search. Needs the extra colorquant[report].",
    ),
    "gallery": result_option(
        "--gallery",
        type=PATH,
        metavar="FILE",
        elsewhere=True,
        often="Also write an HTML page of all images before and after.",
        help="Also write an HTML page that shows all images before and after: with a slider, "
        "where they differ, palettes and lost colors.",
    ),
    **ENTRIES,
    **LOOK,
    **BOUNDS,
    **FILES,
    **MANY,
    "effort": _search(
        "--effort",
        type=click.Choice(EFFORTS),
        default=SearchOptions.effort,
        show_default=True,
        help="How long the engine minibatch searches.",
    ),
    "engine": _search(
        "--engine",
        type=click.Choice(ENGINES),
        default=SearchOptions.engine,
        show_default=True,
        help="minibatch: mini-batches, escapes from local optima, full passes. lloyd: full "
        "passes to convergence. sklearn: scikit-learn's MiniBatchKMeans on all pixels.",
    ),
    "restarts": _search(
        "--restarts",
        type=int,
        default=SearchOptions.restarts,
        show_default=True,
        metavar="N",
        help="Search from N different starts and keep the best result.",
    ),
    "seed": _search(
        "--seed",
        type=int,
        default=SearchOptions.seed,
        show_default=True,
        metavar="N",
        help="Seed of everything random. The same seed gives the same file.",
    ),
    "config": _settings(
        "--config",
        type=PATH,
        expose_value=False,
        metavar="FILE",
        help="Take defaults of options from this file, a colorquant.toml or pyproject.toml, not "
        "from the one that is found from the working folder upwards.",
    ),
    "no_config": _settings(
        "--no-config",
        is_flag=True,
        expose_value=False,
        help="Take no defaults from a file.",
    ),
    "preset": _settings(
        "--preset",
        type=PRESET,
        expose_value=False,
        metavar="NAME",
        often=f"For {', '.join(PRESETS)}.",
        help=f"Options that belong together: {', '.join(PRESETS)}, or a preset of the file.",
    ),
    "verbose": _messages(
        "-v", "--verbose", is_flag=True, help="Print more, such as stage times, even in a pipe."
    ),
    "quiet": _messages("-q", "--quiet", is_flag=True, help="Print only errors."),
}
NAMES = tuple(_PARAMETERS)
SETTINGS = ("config", "no_config", "preset")
"""The options that choose settings from files and presets."""


def parameters(*names: str) -> Callable[[Any], Any]:
    """Return a decorator that gives a command these options, in this order."""

    def decorate(command: Any) -> Any:
        for name in reversed(names):
            command = _PARAMETERS[name](command)
        return command

    return decorate


@cache
def declared() -> tuple[click.Option, ...]:
    """Return all options."""

    def command() -> None:
        pass

    found: list[click.Option] = parameters(*NAMES)(command).__click_params__
    return tuple(reversed(found))
