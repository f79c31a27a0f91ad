"""Options for what becomes of an image's pixels before their colors are counted."""

from dataclasses import dataclass

from colorquant.checks import check_choice, check_color, check_int
from colorquant.choices import ALPHAS, Alpha, Color
from colorquant.errors import InvalidInputError

__all__ = ["ShapingOptions"]

# No image is larger, so all of one becomes one pixel.
_LARGEST = 1 << 20


@dataclass(frozen=True)
class ShapingOptions:
    """Options for what becomes of an image's pixels before their colors are counted.

    Parameters
    ----------
    background : str or (int, int, int), optional
        Matte for an image with alpha: a CSS color, or R, G, B from 0 to 255; stored as the
        numbers. Without it, alpha is kept if the format can hold it, and else the image is
        composed over white.
    alpha : {"keep", "threshold", "dither"}, optional
        What becomes of partial transparency: it is kept, becomes transparent below half alpha
        and opaque above, or is dithered to transparent and opaque pixels. By default it is kept
        if both the format and a given palette have partial transparency, else
        ``"threshold"``.
    downscale : int
        Side, in pixels, of the blocks that are averaged to one pixel each, in linear light.
    pixelate : int
        As `downscale`, but the result is enlarged to the image's size again.

    Raises
    ------
    InvalidInputError
        If a value is not one of these, or two exclude each other.
    """

    background: Color | None = None
    alpha: Alpha | None = None
    downscale: int = 1
    pixelate: int = 1

    def __post_init__(self) -> None:
        if self.background is not None:
            color = check_color("background", self.background)
            object.__setattr__(self, "background", color)
        if self.alpha is not None:
            check_choice("alpha", self.alpha, ALPHAS)
            if self.background is not None:
                raise InvalidInputError(
                    "background and alpha exclude each other: a background leaves no alpha",
                    *("background", "alpha"),
                )
        for name in ("downscale", "pixelate"):
            side = check_int(name, getattr(self, name), 1, _LARGEST)
            object.__setattr__(self, name, side)
        if self.downscale > 1 and self.pixelate > 1:
            raise InvalidInputError(
                "downscale and pixelate exclude each other: one leaves the image small",
                *("downscale", "pixelate"),
            )

    @property
    def block(self) -> int:
        """Side of the blocks that become one pixel each."""
        return max(self.downscale, self.pixelate)
