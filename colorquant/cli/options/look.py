"""The options for what the eye sees, which `listed` has among all others."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import click

from colorquant.choices import DITHERS, OBJECTIVES
from colorquant.cli.options.option import GroupedOption
from colorquant.look import LookOptions

__all__ = ["LOOK"]


_SHORT = {True: ("--perceptual", "perceptual"), False: ("--no-perceptual", "mse")}


class _Objective(GroupedOption):
    """An objective, which another option may name in short."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Take ``--perceptual`` for ``--objective perceptual``, and its opposite for the other."""
        if "perceptual" in opts:
            short, meant = _SHORT[bool(opts["perceptual"])]
            given = opts.get("objective", meant)
            if given != meant:
                message = f"{short} and --objective {given} exclude each other"
                raise click.UsageError(message, ctx)
            opts = {**opts, "objective": meant}
        return super().handle_parse_result(ctx, opts, args)


_look = partial(click.option, cls=GroupedOption, group="Look")

LOOK: dict[str, Callable[[Any], Any]] = {
    "objective": click.option(
        "--objective",
        cls=_Objective,
        group="Look",
        type=click.Choice(OBJECTIVES),
        help="Minimize the squared error of R, G and B, or the error that the eye sees.  "
        "[default: mse; with dithering perceptual]",
    ),
    # Its value reaches the command as that of --objective.
    "perceptual": _look(
        "--perceptual",
        is_flag=True,
        expose_value=False,
        help="Short for --objective perceptual; --no-perceptual for --objective mse.",
    ),
    "dither": _look(
        "--dither",
        type=click.Choice(DITHERS),
        often="Mix colors by diffusion, blue-noise or bayer.",
        default=LookOptions.dither,
        show_default=True,
        help="Mix two palette colors where one between them is missing. diffusion: smoothest "
        "gradients. blue-noise: steady in animations. bayer: a regular pattern.",
    ),
    "dither_strength": _look(
        "--dither-strength",
        type=float,
        metavar="X",
        help="How much to dither, from 0, which is none, to 1.  "
        "[default: 0.85 for diffusion, else 1]",
    ),
    "compact": _look(
        "--compact",
        type=int,
        default=LookOptions.compact,
        show_default=True,
        metavar="0|1|2",
        help="How much perceptual prefers equal neighbors, which take fewer bytes.",
    ),
    "nearest": _look(
        "--nearest",
        is_flag=True,
        help="Without dithering, give every pixel its nearest color, as mse always does; "
        "perceptual also looks at the pixels beside it.",
    ),
}
"""The options by the names of their parameters."""
