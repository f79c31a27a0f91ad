import pytest

from colorquant.clustering.seeding import SEEDINGS, seed_centers


@pytest.mark.parametrize("k", [16, 256])
@pytest.mark.parametrize("method", SEEDINGS)
def test_seed(benchmark, bins, method, k):
    benchmark(seed_centers, method, *bins, k, (0,))
