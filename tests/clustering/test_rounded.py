import numpy as np
import pytest

from colorquant.clustering.rounded import Rounded, box_length, max_norm, power_of_two


@pytest.mark.parametrize(("dtype", "bits"), [(np.float32, 24), (np.float64, 53)])
def test_the_largest_norms_are_those_of_the_formulas(dtype, bits):
    for k, power in ((1, 1), (2, 2), (3, 4), (16, 16), (17, 32), (128, 128), (129, 256)):
        square = max_norm(dtype, k) ** 2
        assert 2 * power * square + power == pytest.approx(2**bits, rel=1e-12)


@pytest.mark.parametrize(("k", "expected"), [(1, 1), (2, 2), (3, 4), (64, 64), (65, 128)])
def test_powers(k, expected):
    assert power_of_two(k) == expected


def test_rounded_and_scaled():
    laid = Rounded.of(np.array([[0.4, -0.6, 2.0], [1.5, 2.5, -3.0]]), np.float32, scale=2.0)
    assert laid.rows.tolist() == [[1, -1, 4], [3, 5, -6], [1, 1, 1]]
    assert laid.rows.dtype == np.float32
    assert laid.length == 0
    assert laid.picked(np.array([2, 0])).rows.tolist() == [[4, 1], [-6, 3], [1, 1]]


def test_middles_and_radii_of_boxes():
    points = np.array([[0, 4, 0, 4, 10], [0, 0, 3, 3, -7]])
    laid = Rounded.of(points, np.float64, 4)
    assert laid.length == 4
    # The mean of the first box is (2, 1.5).
    assert laid.middles.tolist() == [[2, 1, 1], [10, -7, 1]]
    assert laid.radii.tolist() == [8**0.5, 0]


def test_middles_lie_no_farther_out_than_the_farthest_point():
    points = np.rint(np.random.default_rng(0).normal(size=(3, 4096)) * 1000)
    laid = Rounded.of(points, np.float64, 256)
    norms = np.linalg.norm(laid.middles[:, :3], axis=1)
    assert norms.max() <= np.linalg.norm(points, axis=0).max()


@pytest.mark.parametrize(
    ("n", "k", "length"),
    [
        (10**6, 63, 0),
        (32_767, 64, 0),
        (32_768, 64, 1024),
        (10**6, 256, 512),
        (10**6, 288, 512),
        (10**6, 65_536, 256),
    ],
)
def test_lengths_of_boxes(n, k, length):
    assert box_length(n, k) == length
