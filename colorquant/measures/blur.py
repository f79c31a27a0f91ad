"""Gaussian blurs, with the image mirrored beyond its edges."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["blurred"]

Float64 = NDArray[np.float64]

# Standard deviations at which the kernel ends.
_REACH = 4


def blurred(planes: Float64, sigma: float) -> Float64:
    """Return an image convolved with a Gaussian.

    Parameters
    ----------
    planes : ndarray, (H, W, ...)
    sigma : float
        Standard deviation in pixels.

    Returns
    -------
    ndarray, (H, W, ...)
    """
    reach = max(1, round(_REACH * sigma))
    kernel = np.exp(-np.square(np.arange(-reach, reach + 1) / sigma) / 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        planes = _convolved(planes, kernel, reach, axis)
    return planes


def _convolved(planes: Float64, kernel: Float64, reach: int, axis: int) -> Float64:
    """Convolve along an axis, by the Fourier transform: kernels may be longer than the image."""
    n = planes.shape[axis]
    mirrored = np.arange(-reach, n + reach) % (2 * n)
    mirrored = np.minimum(mirrored, 2 * n - 1 - mirrored)
    size = n + 2 * reach
    spectrum = np.fft.rfft(planes.take(mirrored, axis=axis), axis=axis)
    shape = [1] * planes.ndim
    shape[axis] = -1
    spectrum *= np.fft.rfft(kernel, size).reshape(shape)
    full = np.fft.irfft(spectrum, size, axis=axis)
    return full.take(np.arange(2 * reach, size), axis=axis)
