"""Arrays of samples as rasters."""

import numpy as np
from numpy.typing import NDArray

from colorquant.color.alpha import without_opaque_alpha
from colorquant.errors import InvalidInputError
from colorquant.models import Raster

__all__ = ["raster_of_array"]

_KINDS = "uint8 or uint16, or of floating-point numbers from 0 to 1"
# Rows that are converted at once have about so many samples.
_STRIP = 1 << 18
_TOP, _WIDE = 255, 65_535


def raster_of_array(array: NDArray[np.generic]) -> Raster:
    """Return an array as a raster.

    Parameters
    ----------
    array : ndarray, (H, W), (H, W, 1), (H, W, 3) or (H, W, 4)
        Gray, RGB or RGBA with straight alpha, as uint8, as uint16 from 0 to 65,535 or as
        floating-point numbers from 0 to 1. Wider samples are rounded to the nearest of 256 levels.

    Returns
    -------
    Raster
        Alpha is kept only if some pixel is not opaque.

    Raises
    ------
    InvalidInputError
        If the array has another shape or type, is empty, or has numbers outside the range.
    """
    shape = array.shape
    if isinstance(array, np.ma.MaskedArray):
        raise InvalidInputError("an array of an image cannot be masked; make an alpha of the mask")
    if array.ndim not in (2, 3) or (array.ndim == 3 and shape[2] not in (1, 3, 4)):
        raise InvalidInputError(
            f"an array of an image is (H, W), (H, W, 3) or (H, W, 4), not {shape}"
        )
    if not array.size:
        raise InvalidInputError(f"the image is empty: {shape}")
    if array.dtype == np.bool_:
        raise InvalidInputError(
            f"an array of an image is of {_KINDS}; multiply one of booleans by 255 as uint8"
        )
    exact = array.dtype == np.uint8
    if not (exact or _is_uint16(array) or array.dtype.kind == "f"):
        raise InvalidInputError(f"an array of an image is of {_KINDS}, not {array.dtype}")
    samples = array[:, :, None] if array.ndim == 2 else array
    levels = np.asarray(samples) if exact else _rounded(samples)
    if levels.shape[2] == 1:
        levels = np.repeat(levels, 3, axis=2)
    return Raster(without_opaque_alpha(Raster(levels).pixels), exact=bool(exact))


def _is_uint16(array: NDArray[np.generic]) -> bool:
    """Return whether samples have 16 bits, in any order of bytes."""
    return array.dtype.kind == "u" and array.dtype.itemsize == 2


def _rounded(samples: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return samples, (H, W, channels), in 8 bits."""
    result = np.empty(samples.shape, np.uint8)
    rows = max(1, _STRIP // (samples.shape[1] * samples.shape[2]))
    for top in range(0, len(samples), rows):
        part = np.asarray(samples[top : top + rows])
        if _is_uint16(part):
            result[top : top + rows] = (part.astype(np.uint32) * _TOP + _WIDE // 2) // _WIDE
            continue
        # NaN is not in the range either.
        if not ((part >= 0) & (part <= 1)).all():
            raise InvalidInputError(
                "an array of floating-point numbers must be from 0 to 1, without NaN; "
                "divide samples of 8 bits by 255"
            )
        result[top : top + rows] = np.rint(part.astype(np.float64) * _TOP)
    return result
