"""How far one image is from another, pixel by pixel and as seen from some distance."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from colorquant.color.difference import ciede2000
from colorquant.color.lab import from_light, lab_of_light, to_light
from colorquant.measures.blur import blurred
from colorquant.measures.scielab import scielab
from colorquant.measures.ssim import ssim
from colorquant.models import Metrics

__all__ = [
    "VIEWING_BLUR",
    "Differences",
    "Seen",
    "averaged",
    "compared",
    "composed",
    "difference_map",
]

Float64 = NDArray[np.float64]
Pixels = NDArray[np.uint8]

VIEWING_BLUR = 1.0
"""Standard deviation in pixels of the blur by which pixels run together for the eye."""


class Differences(NamedTuple):
    """Differences of an image from another."""

    mse: float
    """Mean squared error of R, G and B, from 0 to 255."""
    psnr: float
    """Peak signal-to-noise ratio in dB; infinite for equal images."""
    ssim: float | None
    """Structural similarity, see `colorquant.measures.ssim.ssim`."""
    delta_e: float
    """Mean CIEDE2000."""
    delta_e_p95: float
    """CIEDE2000 that 95 % of the pixels do not exceed."""
    delta_e_max: float
    scielab: float


class Seen(NamedTuple):
    """Differences pixel by pixel, and of the images after a small blur."""

    plain: Differences
    blurred: Differences
    """After a Gaussian of standard deviation 1 pixel, in linear light."""


def compared(one: Pixels, other: Pixels) -> Seen:
    """Measure how far an image is from another.

    With alpha, both are compared over black and over white. Errors are means over both; the
    structural similarity is that over white.

    Parameters
    ----------
    one, other : ndarray, (H, W, 3 or 4), uint8
        Of the same height and width, in sRGB, with straight alpha.
    """
    found: list[Seen] = []
    for first, second in zip(composed(one, other), composed(other, one), strict=True):
        lights = to_light(first), to_light(second)
        plain = _differences((first, second), lights)
        soft = blurred(lights[0], VIEWING_BLUR), blurred(lights[1], VIEWING_BLUR)
        found.append(Seen(plain, _differences((from_light(soft[0]), from_light(soft[1])), soft)))
    # The last is over white.
    return Seen(
        *(
            averaged(each)._replace(ssim=each[-1].ssim)
            for each in ([each.plain for each in found], [each.blurred for each in found])
        )
    )


def averaged(several: Sequence[Differences]) -> Differences:
    """Return the means of differences; of the 95 % and of the largest, the largest."""
    mse, _, ssims, delta_e, p95, largest, blurs = zip(*several, strict=True)
    known = [each for each in ssims if each is not None]
    squared = math.fsum(mse) / len(mse)
    return Differences(
        squared,
        Metrics(squared).psnr,
        math.fsum(known) / len(known) if known else None,
        math.fsum(delta_e) / len(delta_e),
        max(p95),
        max(largest),
        math.fsum(blurs) / len(blurs),
    )


def difference_map(one: Pixels, other: Pixels, step: int = 1, *, soft: bool = False) -> Float64:
    """Return the CIEDE2000 of pixels; with alpha, the larger over black and white.

    Parameters
    ----------
    one, other : ndarray, (H, W, 3 or 4), uint8
    step : int
        Of so many rows and columns, the first is compared; if soft, the means of squares of such a
        side are.
    soft : bool
        Whether to compare after the viewing blur, or squares that blur as much.

    Returns
    -------
    ndarray, (H / step, W / step)
        Rounded up.
    """
    lights = zip(
        _lights(one, other, step, soft=soft), _lights(other, one, step, soft=soft), strict=True
    )
    maps = [_delta_e(first, second) for first, second in lights]
    largest: Float64 = np.maximum.reduce(maps)
    return largest


def _lights(pixels: Pixels, other: Pixels, step: int, *, soft: bool) -> list[Float64]:
    """Return the linear light of an image over each ground, as `difference_map` compares it."""
    if not soft or step == 1:
        thin = _light_of(pixels[::step, ::step], other)
        return [blurred(each, VIEWING_BLUR) for each in thin] if soft else thin
    shape = -(-pixels.shape[0] // step), -(-pixels.shape[1] // step)
    counts = np.zeros((*shape, 1))
    sums: list[Float64] = []
    for row in range(min(step, len(pixels))):
        for column in range(min(step, pixels.shape[1])):
            found = _light_of(pixels[row::step, column::step], other)
            sums = sums or [np.zeros((*shape, 3)) for _ in found]
            place = slice(found[0].shape[0]), slice(found[0].shape[1])
            counts[place] += 1
            for total, light in zip(sums, found, strict=True):
                total[place] += light
    return [total / counts for total in sums]


def _light_of(pixels: Pixels, other: Pixels) -> list[Float64]:
    if pixels.shape[-1] == other.shape[-1] == 3:
        return [to_light(np.arange(256.0)).take(pixels)]
    return [to_light(each) for each in composed(pixels, other)]


def composed(pixels: Pixels, other: Pixels) -> list[Float64]:
    """Return the levels of an image, over black and over white if it or the other has alpha.

    Parameters
    ----------
    pixels, other : ndarray, (H, W, 3 or 4), uint8

    Returns
    -------
    list of ndarray, (H, W, 3)
        From 0 to 255, with fractions.
    """
    colors = pixels[..., :3].astype(np.float64)
    if pixels.shape[-1] == other.shape[-1] == 3:
        return [colors]
    if pixels.shape[-1] == 3:
        return [colors, colors]
    alpha = pixels[..., 3:] / 255
    return [colors * alpha, colors * alpha + 255 * (1 - alpha)]


def _differences(levels: tuple[Float64, Float64], lights: tuple[Float64, Float64]) -> Differences:
    mse = float(np.square(levels[0] - levels[1]).mean())
    delta_e = _delta_e(*lights)
    return Differences(
        mse,
        Metrics(mse).psnr,
        ssim(*levels),
        float(delta_e.mean()),
        float(np.percentile(delta_e, 95)),
        float(delta_e.max()),
        scielab(*lights),
    )


def _delta_e(one: Float64, other: Float64) -> Float64:
    return ciede2000(lab_of_light(one), lab_of_light(other))
