"""What is told of the colors of a palette, as data for programs."""

from typing import Any

import numpy as np

from colorquant.color.contrast import contrast_ratios, cut
from colorquant.color.names import nearest_names
from colorquant.color.oklch import oklch
from colorquant.errors import InvalidInputError
from colorquant.palette import Palette

__all__ = ["described", "described_contrast", "require_few"]

# Digits behind the point: more than 8 bits a channel tell apart.
_DIGITS = 6
_HUE_DIGITS = 3
_SHARE_DIGITS = 8
# Contrast is for palettes of text and grounds; the number of pairs grows as the square.
_MOST_PAIRED = 256


def described(palette: Palette) -> list[dict[str, Any]]:
    """Return for each color what is told of it.

    Returns
    -------
    list of dict
        ``hex``, ``rgb`` (with alpha, 4 levels), ``oklch`` (the hue of grays is None), ``share``
        and ``count`` (None if no pixels were counted), ``name`` (the nearest CSS color) and
        ``label`` (the palette's own name of the color, or None).
    """
    known = palette.shares.tolist() if palette.counts.any() else None
    names = nearest_names(palette.colors)
    points = oklch(palette.colors[:, :3]).tolist()
    return [
        {
            "hex": each,
            "rgb": palette.colors[row].tolist(),
            "oklch": _rounded(*points[row]),
            "share": round(known[row], _SHARE_DIGITS) if known else None,
            "count": int(palette.counts[row]) if known else None,
            "name": names[row],
            "label": (palette.names[row] or None) if palette.names else None,
        }
        for row, each in enumerate(palette.hex())
    ]


def described_contrast(palette: Palette) -> list[list[float | None]]:
    """Return the contrast ratio of each color to each, cut to two decimals.

    A ratio is None where one of the two is not opaque.

    Raises
    ------
    InvalidInputError
        As `require_few` does.
    """
    require_few(palette)
    return [
        [None if np.isnan(ratio) else cut(ratio, 2) for ratio in row]
        for row in contrast_ratios(palette.colors)
    ]


def require_few(palette: Palette) -> None:
    """Refuse a palette of too many colors to compare each with each.

    Raises
    ------
    InvalidInputError
        If it has more than 256.
    """
    if len(palette) > _MOST_PAIRED:
        raise InvalidInputError(
            f"contrast is for up to {_MOST_PAIRED} colors, and there are {len(palette):,}",
            "contrast",
        )


def _rounded(lightness: float, chroma: float, hue: float) -> list[float | None]:
    turn = None if np.isnan(hue) else round(hue, _HUE_DIGITS) % 360
    return [round(lightness, _DIGITS), round(chroma, _DIGITS), turn]
