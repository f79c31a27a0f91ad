"""Linear algebra that gives the same bits on every processor.

In BLAS, LAPACK and NumPy's `einsum`, the order of additions depends on the processor, and so
does whether a product is rounded before it is added. That makes no difference only if all
numbers are whole, and small enough. The functions here use elementwise operations in a fixed
order, all of kinds that IEEE 754 rounds correctly.
"""

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sparse", "inner_products", "principal_axes", "product", "solved"]

Real = TypeVar("Real", bound=np.floating[Any])
Float64 = NDArray[np.float64]

# The highest power of a matrix is 2 to this. Its columns are eigenvectors to within about
# 4e-13, however close the largest eigenvalues are.
_SQUARINGS = 40
# If the square of a power of trace 1 has a larger trace than this, one eigenvalue is near 1,
# and the squares of the others are negligible.
_SINGLE = 1 - 1e-8
# Arrays of up to so many numbers and more than so many columns are added by few calls of NumPy.
_SMALL, _NARROW = 1 << 16, 8
# Of conjugate gradients.
_RESIDUAL = 1e-6
_STEPS = 200


def inner_products(a: NDArray[Real], b: NDArray[Real]) -> NDArray[Real]:
    """Return the inner product of each row of one array with that of another.

    Parameters
    ----------
    a, b : ndarray, (n, d)

    Returns
    -------
    ndarray, (n,)
        Added from the first column to the last.
    """
    if a.shape[1] > _NARROW and a.size <= _SMALL:
        products: NDArray[Real] = np.ascontiguousarray((a * b).T)
        few: NDArray[Real] = np.add.reduce(products, axis=0)
        return few
    total: NDArray[Real] = a[:, 0] * b[:, 0]
    for column in range(1, a.shape[1]):
        total += a[:, column] * b[:, column]
    return total


def product(matrix: Any, rows: Any) -> list[Any]:
    """Return a matrix of three columns times three rows of numbers, added in order.

    Parameters
    ----------
    matrix : sequence of (float, float, float)
    rows : sequence of three ndarray, (n,)

    Returns
    -------
    list of ndarray, (n,)
    """
    return [f[0] * rows[0] + f[1] * rows[1] + f[2] * rows[2] for f in matrix]


def principal_axes(matrices: Float64) -> tuple[Float64, Float64]:
    """Return the largest eigenvalue of each matrix, and an eigenvector for it.

    The method is power iteration, as in Golub and Van Loan, "Matrix Computations", 4th edition
    (2013), section 8.2.1, on all unit vectors at once. Squaring doubles the power at each step.
    The columns of a high power are all multiples of the eigenvector. If the largest eigenvalue
    is a multiple one, they are eigenvectors for it, too.

    Parameters
    ----------
    matrices : ndarray, (d, d, m)
        Symmetric and positive semidefinite, stacked along the last axis.

    Returns
    -------
    values : ndarray, (m,)
    axes : ndarray, (m, d)
        Of length 1, the coordinate of largest magnitude positive.
    """
    trace = np.trace(matrices)
    powers = matrices / np.where(trace > 0, trace, 1.0)
    # For a matrix of zeros, any axis will do.
    powers[0, 0, trace <= 0] = 1.0
    for _ in range(_SQUARINGS):
        squares = _squared(powers)
        trace = squares.trace()
        powers = squares / trace
        if trace.min(initial=1.0) >= _SINGLE:
            break
    # Each column is the axis times one of its coordinates.
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


class Sparse(NamedTuple):
    """A symmetric and positive definite matrix, (n, n), by its entries."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: Float64
    """Entries of equal place add up."""

    def times(self, vector: Float64) -> Float64:
        """Return the product with a vector, (n,)."""
        products = self.values * vector[self.columns]
        return np.bincount(self.rows, products, len(vector)).astype(np.float64, copy=False)


def solved(matrix: Sparse, right: Float64) -> Float64:
    """Solve a linear system for several right sides.

    The method is that of conjugate gradients with Jacobi's preconditioner, as in Golub and Van
    Loan, "Matrix Computations", 4th edition (2013), section 11.5.2.

    Parameters
    ----------
    matrix : Sparse
    right : ndarray, (n, d)

    Returns
    -------
    ndarray, (n, d)
        Of a residual at most 1e-6 times the right side's norm, or after 200 steps.
    """
    diagonal = matrix.rows == matrix.columns
    scale = np.bincount(matrix.rows[diagonal], matrix.values[diagonal], len(right))
    return np.stack([_solved(matrix, 1 / scale, column) for column in right.T], axis=1)


def _solved(matrix: Sparse, scale: Float64, right: Float64) -> Float64:
    result = np.zeros_like(right)
    rest = right.copy()
    direction = scaled = rest * scale
    product = _sum(rest * scaled)
    enough = _sum(right * right) * (_RESIDUAL * _RESIDUAL)
    for _ in range(_STEPS):
        if _sum(rest * rest) <= enough:
            break
        image = matrix.times(direction)
        step = product / _sum(direction * image)
        result += step * direction
        rest -= step * image
        scaled = rest * scale
        product, before = _sum(rest * scaled), product
        direction = scaled + (product / before) * direction
    return result


def _sum(values: Float64) -> float:
    """Return the sum of values, added from the first to the last; of none, 0."""
    return float(values.cumsum()[-1]) if len(values) else 0.0
