"""Linear algebra to the same bits on every processor.

What NumPy hands to BLAS and LAPACK, and its `einsum`, adds in an order that depends on the
processor, and so does whether a product is rounded before it is added. Only where all
numbers are whole, and small enough, does that make no difference. What is here consists of
elementwise operations in a fixed order, of kinds that IEEE 754 rounds correctly.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["inner_products", "principal_axes"]

Real = TypeVar("Real", bound=np.floating[Any])
Float64 = NDArray[np.float64]

# The power of a matrix reached at most is 2 to this: its columns then are eigenvectors but for
# some 4e-13, however close the largest eigenvalues are.
_SQUARINGS = 40
# A power of trace 1 whose square has a larger trace than this has one eigenvalue near 1, and
# others whose squares no longer count.
_SINGLE = 1 - 1e-8


def inner_products(a: NDArray[Real], b: NDArray[Real]) -> NDArray[Real]:
    """Return the inner product of each row of one array and that of another.

    Parameters
    ----------
    a, b : ndarray, (n, d)

    Returns
    -------
    ndarray, (n,)
        Added from the first column to the last.
    """
    total: NDArray[Real] = a[:, 0] * b[:, 0]
    for column in range(1, a.shape[1]):
        total += a[:, column] * b[:, column]
    return total


def principal_axes(matrices: Float64) -> tuple[Float64, Float64]:
    """Return the largest eigenvalue of each matrix, and an eigenvector of it.

    Power iteration, as in Golub and Van Loan, "Matrix Computations", 4th edition (2013),
    section 8.2.1, on all unit vectors at once, with the power doubled at each step by
    squaring: the columns of a high power all are multiples of the eigenvector. Where the
    largest eigenvalue is a multiple one, they are eigenvectors of it, too.

    Parameters
    ----------
    matrices : ndarray, (d, d, m)
        Symmetric and positive semidefinite, one after another along the last axis.

    Returns
    -------
    values : ndarray, (m,)
    axes : ndarray, (m, d)
        Of length 1, the coordinate of largest magnitude positive.
    """
    trace = np.trace(matrices)
    powers = matrices / np.where(trace > 0, trace, 1.0)
    # Of a matrix of zeros, any axis will do.
    powers[0, 0, trace <= 0] = 1.0
    unsettled = np.arange(len(trace))
    for _ in range(_SQUARINGS):
        squares = _squared(powers[:, :, unsettled])
        trace = np.trace(squares)
        powers[:, :, unsettled] = squares / trace
        unsettled = unsettled[trace < _SINGLE]
        if not unsettled.size:
            break
    # The columns are multiples of the axis by each of its coordinates.
    longest = powers.diagonal().argmax(axis=1)
    axes = powers[longest, :, np.arange(len(longest))]
    axes /= np.sqrt(inner_products(axes, axes))[:, None]
    values = (matrices * axes.T[:, None] * axes.T).sum(axis=(0, 1))
    return values, axes


def _squared(matrices: Float64) -> Float64:
    """Return the square of each symmetric matrix."""
    total: Float64 = matrices[0, :, None] * matrices[0]
    for row in matrices[1:]:
        total += row[:, None] * row
    return total
