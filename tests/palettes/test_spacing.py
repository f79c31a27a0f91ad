import numpy as np
import pytest

from colorquant.palettes.spacing import has_gaps, is_coarse, spacing, squared_distances


def test_distances():
    points = np.array([[0.0, 0, 0], [1, 2, 2], [3, 0, -4]])
    assert squared_distances(points, np.zeros(3)).tolist() == [0, 9, 25]


def test_spacing_is_the_median_over_nearest_neighbors():
    points = np.random.default_rng(0).normal(size=(31, 3))
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    assert spacing(points) == pytest.approx(np.median(distances.min(axis=1)))
    assert spacing(points[:1]) == 0


INKS = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]]


@pytest.mark.parametrize(
    ("palette", "coarse"),
    [
        (INKS, True),
        ([[*ink, 255] for ink in INKS] + [[0, 0, 0, 0]], True),
        ([[0, 0, 0, 255], [0, 0, 0, 0]], False),
        ([[level] * 3 for level in range(0, 256, 15)], False),
        (np.unique(np.random.default_rng(1).integers(0, 256, (5000, 3)), axis=0), False),
    ],
    ids=["inks", "inks and nothing", "one ink and nothing", "grays", "many"],
)
def test_inks_are_coarse_and_steps_are_not(palette, coarse):
    assert is_coarse(np.array(palette, np.uint8)) == coarse


def test_palettes_with_gaps_between_them_and_grays():
    few = np.array([[0, 0, 0], [255, 255, 255], [30, 40, 80]], np.uint8)
    many = np.arange(0, 256, 3, dtype=np.uint8)[:, None].repeat(3, axis=1)
    assert has_gaps(few)
    assert not has_gaps(many)
