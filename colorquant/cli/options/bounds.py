"""The options for bounds, which `listed` has among all others."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from colorquant.choices import AUTO
from colorquant.cli.options.option import GroupedOption
from colorquant.cli.options.values import WORD

__all__ = ["BOUNDS", "COLORS"]

_bound = partial(click.option, cls=GroupedOption, group="Bounds")


class _Colors(click.types.StringParamType):
    """A number of colors, or the word that stands for the fewest that meet the bounds."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == AUTO:
            return value
        try:
            return int(value)
        except ValueError:
            self.fail(f"{value!r} is neither a number of colors nor {AUTO}", param, ctx)


COLORS = _Colors()

BOUNDS: dict[str, Callable[[Any], Any]] = {
    "max_colors": _bound(
        "--max-colors",
        type=int,
        metavar="N",
        help="The most colors that -k auto may take.  [default: 256]",
    ),
    "min_psnr": _bound(
        "--min-psnr", type=float, metavar="DB", help="Take as many colors as this PSNR needs."
    ),
    "max_delta_e": _bound(
        "--max-delta-e",
        type=WORD,
        metavar="D",
        help="Take as many colors as this CIEDE2000 needs: 2 bounds the mean, p95:4 that of 95 % "
        "of the pixels, max:10 the largest.",
    ),
    "min_ssim": _bound(
        "--min-ssim", type=float, metavar="S", help="Take as many colors as this SSIM needs."
    ),
    "quality": _bound(
        "--quality",
        type=WORD,
        metavar="N|MIN-MAX",
        often="Take as many colors as this needs, 0 to 100.",
        help="The same on the scale of pngquant, 0 to 100: take as many colors as MAX needs, and "
        "fail below MIN.",
    ),
    "max_bytes": _bound(
        "--max-bytes",
        type=WORD,
        metavar="SIZE",
        help="Take as many colors as a file of this size can hold, such as 100k. With --dither "
        "also as much dithering.",
    ),
    "max_lost": _bound(
        "--max-lost",
        type=int,
        metavar="N",
        help="Lose no more than N colors: take more, or with a number of colors give up others.",
    ),
    "lost_colors": _bound(
        "--lost-colors",
        is_flag=True,
        help="Name the colors of larger areas that nothing in the palette is like.",
    ),
}
"""The options by the names of their parameters."""
