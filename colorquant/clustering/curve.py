"""An order of points in which neighbors are close to each other."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["curve_order"]

# Bits of the places along the curve: NumPy sorts 16-bit numbers in linear time.
_BITS = 16
# Within less, all points are in one cell: the division by it could overflow.
_NARROW = 1e-300


def curve_order(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order of points along a Z-order curve through the cells of a lattice.

    Morton, "A computer oriented geodetic data base and a new technique in file sequencing", IBM
    Technical Report (1966).

    Parameters
    ----------
    points : ndarray, (d, n)

    Returns
    -------
    ndarray, (n,), intp
        Points of the same cell keep their order.
    """
    axes = points[:_BITS]
    bits = max(1, _BITS // len(axes))
    low = [axis.min() for axis in axes]
    widest = max(axis.max() - least for axis, least in zip(axes, low, strict=True))
    scale = ((1 << bits) - 1) / widest if widest > _NARROW else 0.0
    spread = _spread(bits, len(axes))
    place = np.zeros(points.shape[1], np.uint16)
    for number, (axis, least) in enumerate(zip(axes, low, strict=True)):
        place |= spread[((axis - least) * scale).astype(np.intp)] << number
    return place.argsort(kind="stable")


def _spread(bits: int, stride: int) -> NDArray[np.uint16]:
    """Return each number of so many bits with its bits that far apart."""
    numbers = np.arange(1 << bits)
    apart = sum((numbers >> bit & 1) << bit * stride for bit in range(bits))
    return np.asarray(apart, np.uint16)
