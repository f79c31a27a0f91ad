"""The palette of many images together, of which only the colors are known."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.table import ColorTable
from colorquant.errors import InvalidInputError
from colorquant.models import IndexedImage
from colorquant.options import QuantizeOptions
from colorquant.palette import Palette
from colorquant.pipeline.fitted import Fitted
from colorquant.pipeline.measured import Trial
from colorquant.pipeline.result import Made
from colorquant.progress import Clock

__all__ = ["for_shared", "require_shared", "shared_palette"]


def require_shared(options: QuantizeOptions) -> None:
    """Refuse what the colors of all images together do not tell.

    Raises
    ------
    InvalidInputError
        If the options ask for it.
    """
    if options.per_frame_palette:
        raise InvalidInputError(
            "shared_palette and per_frame_palette exclude each other: one is for all frames",
            *("shared_palette", "per_frame_palette"),
        )
    if options.entries.order == "source":
        raise InvalidInputError(
            "shared_palette and order source exclude each other: that is the order of one image",
            *("shared_palette", "order"),
        )
    for name in ("min_ssim", "max_bytes", "max_lost"):
        if getattr(options.bounds, name) is not None:
            raise InvalidInputError(
                f"shared_palette and {name} exclude each other: that is of one image",
                *("shared_palette", name),
            )
    if options.is_auto and not options.bounds.named:
        raise InvalidInputError(
            "shared_palette with k auto needs min_psnr, max_delta_e or quality",
            *("shared_palette", "k", "min_psnr", "max_delta_e", "quality"),
        )


def shared_palette(table: ColorTable, options: QuantizeOptions) -> Palette:
    """Find the palette for the colors of many images together.

    Dithered or not, bounds are judged by the color nearest to each.

    Parameters
    ----------
    table : ColorTable
    options : QuantizeOptions
        Those that `require_shared` accepts.

    Raises
    ------
    BoundError
        If a bound is missed.
    """
    if not options.is_bounded:
        return Fitted(table, options).palette
    from colorquant.pipeline.bounds import bounded  # Seldom needed.

    return bounded(_Colors(table, options))[0].fitted.palette


def for_shared(options: QuantizeOptions, number: int) -> QuantizeOptions:
    """Return the options for each image with a shared palette of so many colors.

    The palette has what the options ask for, and all images together meet the bounds.
    """
    # No palette is searched for any more.
    options = options.changed(engine="minibatch") if options.search.clusterer else options
    options = options.with_colors(
        number, pins=(), depth=None, order=None, lost_colors=options.bounds.finds_lost
    )
    if options.shaping.alpha == "keep":
        # The palette has the partial transparency of all images, if there is any.
        return options.changed(alpha=None)
    return options


class _Colors:
    """The colors of many images, without their pixels."""

    given: Palette | None = None
    target = "the shared palette"
    moving, blind = False, True

    def __init__(self, table: ColorTable, options: QuantizeOptions) -> None:
        self.table, self.options = table, options
        self.clock = Clock()

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        raise AssertionError("there are no pixels")

    def trial(self, options: QuantizeOptions, kept: NDArray[np.uint8] | None = None) -> Trial:
        return _ColorsTrial(options, Fitted(self.table, options, kept=kept))


class _ColorsTrial(NamedTuple):
    options: QuantizeOptions
    fitted: Fitted

    @property
    def made(self) -> Made:
        raise AssertionError("there are no pixels")

    def pairs(self) -> Iterator[tuple[NDArray[np.uint8], IndexedImage]]:
        raise AssertionError("there are no pixels")
