"""Previews of an image before and after."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.blocks import averaged
from colorquant.images.writing.png import indexed_png
from colorquant.images.writing.previews import Encoded, exact_preview, small_preview
from colorquant.metadata import Metadata
from colorquant.models import IndexedImage
from colorquant.palette import Palette
from colorquant.report.gallery.differences import ErrorMap, error_map, figures
from colorquant.report.gallery.picture import Picture, Shot

__all__ = ["MAP_COLORS", "pictured"]

Pixels = NDArray[np.uint8]

# Images of more pixels are shown as block averages, of at most so many, and as a part.
_WHOLE = 1 << 20
# Sides of a thumbnail and of the part, in pixels.
_THUMB, _PART = 320, 512
# Ends of the scale of a map of errors, in CIEDE2000; what is beyond the last has its color.
_SCALES = (2.0, 5.0, 10.0, 20.0, 40.0)
# A scale ends above so much of the errors.
_COVERED = 99.5
# Qualities of averages and of thumbnails.
_FINE, _COARSE = 92, 80
# Steps of the map's colors.
_STEPS = 64
# Colors of a palette that are shown.
_MOST_COLORS = 1024

MAP_COLORS = ((6, 6, 18), (64, 18, 112), (190, 42, 84), (246, 136, 32), (255, 248, 196))
"""Colors of the map, from no error to the end of the scale, at equal steps."""


def pictured(
    before: Pixels | None,
    after: Pixels | None,
    *,
    seen: tuple[Pixels, Pixels] | None = None,
    palette: Palette | None = None,
    profile: bytes | None = None,
    encoded: Encoded | None = None,
) -> Picture:
    """Return previews and figures of an image before and after.

    Parameters
    ----------
    before, after : ndarray, (H, W, 3 or 4), uint8
        Of the same height and width. One may be missing.
    seen : tuple of ndarray, optional
        Both in sRGB, if they are not: they are compared in it.
    palette : Palette, optional
        The colors of the image after, in sRGB.
    profile : bytes, optional
        The color profile of both.
    encoded : Encoded, optional
        The image after as a file that browsers show, with the same pixels.

    Returns
    -------
    Picture
        Without sizes of files, numbers of colors, and lost colors.
    """
    both = {"before": before, "after": after}
    given = {name: each for name, each in both.items() if each is not None}
    height, width = next(iter(given.values())).shape[:2]
    side = _side(height, width)
    shots: dict[str, Shot] = {}
    found: dict[str, Any] = {"clear": any(map(_is_clear, given.values()))}
    place = 0, 0
    wholes = {name: averaged(each, side) for name, each in given.items()}
    if len(wholes) == 2:
        compared = seen or (given["before"], given["after"])
        errors = error_map(*(averaged(each, side) for each in seen) if seen else wholes.values())
        full = _scale(errors)
        shots["map"] = _map(errors, full)
        worst = errors.worst and (errors.worst[0] * side, errors.worst[1] * side)
        place = _place(worst, height, width)
        found |= {"figures": figures(*compared), "worst": worst, "full": full}
    for name, whole in wholes.items():
        how = _How(side, place, profile)
        own = encoded if name == "after" and side == 1 else None
        shots |= dict(_shots(given[name], whole, name, how, own))
    if palette is not None:
        shown = Palette(palette.colors[:_MOST_COLORS], palette.counts[:_MOST_COLORS])
        found |= {"palette": tuple(shown.hex()), "counts": tuple(shown.counts.tolist())}
        shots["palette"] = _shot(exact_preview(shown.colors[None]), 1, len(shown))
    return Picture(shots, (width, height), side, place, **found)


def _is_clear(pixels: Pixels) -> bool:
    return pixels.shape[2] == 4 and bool(pixels[..., 3].min() < 255)


def _side(height: int, width: int) -> int:
    side = 1
    while -(-height // side) * -(-width // side) > _WHOLE:
        side += 1
    return side


class _How(NamedTuple):
    """How an image is shown."""

    side: int
    """Side of the blocks that are averaged."""
    place: tuple[int, int]
    """Left and top of the part."""
    profile: bytes | None


def _shots(
    pixels: Pixels, whole: Pixels, name: str, how: _How, given: Encoded | None
) -> Iterator[tuple[str, Shot]]:
    """Yield the previews of one of both images: the whole, a part, and a thumbnail."""
    side, place, profile = how
    height, width = whole.shape[:2]
    # Averages have no exact pixels to keep.
    averages = None if side == 1 else small_preview(whole, _FINE, profile)
    yield name, _shot(given or averages or exact_preview(whole, profile), height, width)
    more = "_before" if name == "before" else ""
    if side > 1:
        left, top = place
        part = np.ascontiguousarray(pixels[top : top + _PART, left : left + _PART])
        yield f"detail{more}", _shot(exact_preview(part, profile), *part.shape[:2])
    small = averaged(whole, -(-max(height, width) // _THUMB))
    # A thumbnail of few pixels keeps them exact: drawings and sprites.
    exact = small is whole
    made = exact_preview(small, profile) if exact else small_preview(small, _COARSE, profile)
    yield f"thumb{more}", _shot(made, *small.shape[:2])


def _shot(encoded: Encoded, height: int, width: int) -> Shot:
    return Shot(encoded.data, encoded.media, width, height)


def _place(worst: tuple[int, int] | None, height: int, width: int) -> tuple[int, int]:
    """Return left and top of the part around the worst place."""
    x, y = worst or (width // 2, height // 2)
    left = min(max(0, x - _PART // 2), max(0, width - _PART))
    return left, min(max(0, y - _PART // 2), max(0, height - _PART))


def _scale(errors: ErrorMap) -> float:
    most = float(np.percentile(errors.values, _COVERED))
    return next((each for each in _SCALES if each >= most), _SCALES[-1])


def _map(errors: ErrorMap, full: float) -> Shot:
    """Draw the map of errors."""
    share = np.minimum(errors.values / full, 1.0)
    indices = np.rint(share * (_STEPS - 1)).astype(np.uint8)
    stops = np.array(MAP_COLORS, np.float64)
    at = np.arange(_STEPS) * (len(stops) - 1) / (_STEPS - 1)
    low = np.minimum(at.astype(np.intp), len(stops) - 2)
    between = stops[low] + (stops[low + 1] - stops[low]) * (at - low)[:, None]
    colors = np.rint(between).astype(np.uint8)
    image = IndexedImage(indices, Palette(colors, np.zeros(_STEPS, np.int64)))
    height, width = indices.shape
    return Shot(indexed_png(image, Metadata()), "image/png", width, height)
