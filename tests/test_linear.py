import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from colorquant.linear import Sparse, inner_products, principal_axes, product, solved


@given(numbers=arrays(np.int64, (2, 5, 4), elements=st.integers(-1000, 1000)))
def test_inner_products_of_whole_numbers_are_exact(numbers):
    a, b = numbers
    expected = [sum(map(int.__mul__, x, y)) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert inner_products(a.astype(float), b.astype(float)).tolist() == expected


def test_each_product_is_rounded_then_added_in_order():
    # (1 + 2^-30)^2 is 1 + 2^-29 + 2^-60, of which a float64 cannot hold the last; and next to
    # 2^53, none can hold 1.
    a = np.array([[-1 - 2**-29, 1 + 2**-30, 0], [2.0**53, 1, -(2.0**53)], [1, 2.0**53, -(2.0**53)]])
    b = np.array([[1, 1 + 2**-30, 0], [1, 1, 1], [1, 1, 1]])
    assert inner_products(a, b).tolist() == [0, 0, 0]


def assert_principal(matrices):
    """Compare with LAPACK's; matrices are (m, d, d)."""
    values, axes = principal_axes(np.ascontiguousarray(np.moveaxis(matrices, 0, 2)))
    everything, vectors = np.linalg.eigh(matrices)
    largest = everything[:, -1]
    rounding = 1e-12 * largest[:, None] + 1e-290
    np.testing.assert_allclose(values, largest, rtol=1e-12, atol=1e-290)
    np.testing.assert_allclose(np.linalg.norm(axes, axis=1), 1, rtol=1e-14)
    images = (matrices @ axes[:, :, None])[:, :, 0]
    assert (np.abs(images - values[:, None] * axes) <= rounding).all()
    assert (np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1) > 0).all()
    if matrices.shape[1] > 1:
        apart = everything[:, -2] < 0.99 * largest
        cosines = np.abs((axes * vectors[:, :, -1]).sum(axis=1))
        np.testing.assert_allclose(cosines[apart], 1, rtol=1e-13)


def covariances(d, m=50):
    points = np.random.default_rng(d).random((m, d, d + 9)) ** 2
    return points @ points.transpose(0, 2, 1)


@pytest.mark.parametrize("d", [1, 2, 3, 6, 17])
def test_random_matrices(d):
    assert_principal(covariances(d))
    assert_principal(covariances(d) * 1e-200)
    assert_principal(covariances(d) * 1e200)


@pytest.mark.parametrize("d", [2, 3, 6])
@pytest.mark.parametrize("gap", [0, 1e-16, 1e-13, 1e-10, 1e-7, 1e-4])
def test_nearly_equal_eigenvalues(d, gap):
    turned = np.linalg.eigh(covariances(d))[1]
    values = 3 * np.append(1, np.full(d - 1, 1 - gap))
    assert_principal(turned * values @ turned.transpose(0, 2, 1))


@pytest.mark.parametrize("d", [1, 3, 6])
def test_special_matrices(d):
    diagonal = [np.diag(np.roll(np.arange(d), shift)) for shift in range(d)]
    line = np.outer(np.arange(1, d + 1), np.arange(1, d + 1))
    assert_principal(
        np.array([np.zeros((d, d)), np.eye(d), np.ones((d, d)), line, *diagonal], float)
    )


def test_known_axes():
    # Eigenvalues 3 and 1 along the diagonals; 2 along y; a line along (3, -4).
    matrices = np.array([[[2, 1], [1, 2]], [[1, 0], [0, 2]], [[9, -12], [-12, 16]]], float)
    values, axes = principal_axes(matrices.transpose(1, 2, 0))
    np.testing.assert_allclose(values, [3, 2, 25])
    np.testing.assert_allclose(axes, [[0.5**0.5, 0.5**0.5], [0, 1], [-0.6, 0.8]], atol=1e-15)


@given(
    points=arrays(
        np.float64,
        st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 6)),
        elements=st.floats(-1e3, 1e3).map(lambda x: round(x, 3)),
    )
)
def test_any_covariances(points):
    assert_principal(points @ points.transpose(0, 2, 1))


def dense(matrix, n):
    filled = np.zeros((n, n))
    np.add.at(filled, (matrix.rows, matrix.columns), matrix.values)
    return filled


def sparse(seed, n, spread=1.0):
    """A symmetric and positive definite matrix, some of whose places occur several times."""
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, n, (2, 3 * n))
    weights = rng.random(3 * n) * spread ** rng.random(3 * n)
    # Laplacian of a graph with repeated edges, and some weight on the diagonal.
    own = np.arange(n)
    return Sparse(
        np.concatenate([first, second, first, second, own]),
        np.concatenate([first, second, second, first, own]),
        np.concatenate([weights, weights, -weights, -weights, 0.1 + rng.random(n)]),
    )


@pytest.mark.parametrize("n", [1, 2, 9, 60])
def test_sparse_matrices_times_vectors(n):
    matrix = sparse(n, n)
    vector = np.random.default_rng(0).standard_normal(n)
    np.testing.assert_allclose(matrix.times(vector), dense(matrix, n) @ vector, atol=1e-12)


@pytest.mark.parametrize("d", [1, 3, 6])
@pytest.mark.parametrize("n", [1, 2, 9, 60, 200])
def test_linear_systems(n, d):
    matrix = sparse(n + d, n)
    right = np.random.default_rng(n).standard_normal((n, d))
    found = solved(matrix, right)
    filled = dense(matrix, n)
    rest = np.linalg.norm(filled @ found - right, axis=0)
    assert (rest <= 1.01e-6 * np.linalg.norm(right, axis=0)).all()
    # The matrix has eigenvalues from 0.1 up.
    np.testing.assert_allclose(found, np.linalg.solve(filled, right), atol=1e-5 * n**0.5)


def test_a_linear_system_of_very_different_sizes():
    matrix = sparse(3, 40, spread=1e8)
    exact = np.random.default_rng(1).standard_normal((40, 2))
    filled = dense(matrix, 40)
    right = filled @ exact
    rest = np.linalg.norm(filled @ solved(matrix, right) - right, axis=0)
    assert (rest <= 1.01e-6 * np.linalg.norm(right, axis=0)).all()


def test_a_right_side_of_zeros_and_one_of_nothing():
    assert solved(sparse(1, 5), np.zeros((5, 2))).tolist() == [[0, 0]] * 5
    nothing = np.zeros(0, np.intp)
    assert solved(Sparse(nothing, nothing, np.zeros(0)), np.zeros((0, 3))).shape == (0, 3)


def test_a_diagonal_matrix_is_solved_exactly():
    own = np.arange(4)
    found = solved(Sparse(own, own, np.array([1.0, 2, 4, 8])), np.array([[1.0], [1], [0], [-4]]))
    assert found.tolist() == [[1], [0.5], [0], [-0.5]]


def test_a_matrix_times_rows():
    rng = np.random.default_rng(5)
    matrix, rows = rng.random((3, 3)), rng.random((3, 7))
    np.testing.assert_allclose(product(matrix.tolist(), rows), matrix @ rows)
