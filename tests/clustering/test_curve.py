import numpy as np
import pytest

from colorquant.clustering.curve import curve_order


def test_a_lattice_of_two_by_two_by_two():
    # The last coordinate counts most.
    corners = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], float)
    order = np.random.default_rng(0).permutation(8)
    found = curve_order(corners[order].T)
    np.testing.assert_array_equal(order[found], np.arange(8))


def test_places_are_those_of_interleaved_bits():
    points = np.random.default_rng(0).integers(0, 256, (2, 3000))
    points[:, :2] = 0, 255

    def place(x, y):
        bits = "".join(b + a for a, b in zip(f"{x:08b}", f"{y:08b}", strict=True))
        return int(bits, 2)

    places = [place(x, y) for x, y in points.T.tolist()]
    expected = sorted(range(len(places)), key=places.__getitem__)
    assert curve_order(points.astype(float)).tolist() == expected


@pytest.mark.parametrize("d", [1, 3, 6, 16, 40])
def test_neighbors_are_close(d):
    points = np.random.default_rng(d).random((d, 4000))
    along = points[:, curve_order(points)]
    assert sorted(along[0]) == sorted(points[0])
    if d <= 6:
        steps, others = np.diff(along), np.diff(points)
        assert np.sqrt((steps**2).sum(axis=0)).mean() < np.sqrt((others**2).sum(axis=0)).mean() / 2


def test_points_of_a_cell_keep_their_order():
    assert curve_order(np.full((3, 9), 7.0)).tolist() == list(range(9))
    assert curve_order(np.array([[1.0, 0.0, 1.0, 0.0]])).tolist() == [1, 3, 0, 2]
